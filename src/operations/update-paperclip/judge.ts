import type { Finding } from '../../engine/contracts/task.ts';
import { isOurs } from '../../tasks/containers.ts';
import { isUnreachable } from '../../tasks/paperclip/actions.ts';
import { inMB } from '../../text/size.ts';
import { isNews, isOlder, roomNeeded, type UpdateFacts } from './facts.ts';

type Why = Pick<Finding, 'code' | 'saw' | 'because'>;

/** Pure. Why Paperclip must not be updated now; empty when it may, and when there is none. */
export function refusesUpdate(facts: UpdateFacts): readonly Finding[] {
  const why = whyNot(facts);
  return why === undefined ? [] : [{ severity: 'blocked', fixes: [], ...why }];
}

function whyNot(facts: UpdateFacts): Why | undefined {
  const { paperclip, image, imageId, version, versionNow, dataBytes, freeBytes } = facts;
  const { container, health } = paperclip;
  if (container === undefined) return undefined;
  if (imageId === undefined)
    return {
      code: 'update-paperclip-not-fetched',
      saw: `The image ${image} is not on this machine.`,
      because:
        'It could not be fetched. The lines above say why; parts that arrived completely are kept for the next try.',
    };
  if (!isNews(facts)) return undefined;
  if (isUnreachable(container) || (isOurs(container) && health?.unclaimed === true))
    return {
      code: 'update-paperclip-unclaimed',
      saw: isUnreachable(container)
        ? 'Nobody can reach Paperclip yet: it is not published until it has an administrator.'
        : 'Paperclip has no administrator yet.',
      because:
        'If an update published it, the first visitor could become its administrator. Run `otto-install`: it creates the administrator and publishes Paperclip; then update.',
    };
  if (health?.status !== 'ok')
    return {
      code: 'update-paperclip-not-healthy',
      saw: 'Paperclip is not healthy now, before anything was changed.',
      because:
        'otto-install verifies an update by comparing with how it was before. Run `otto-install` to see what is wrong and fix it; then update.',
    };
  if ((container.env.DATABASE_URL ?? '') !== '')
    return {
      code: 'update-paperclip-other-database',
      saw: 'Paperclip keeps its data in another database: DATABASE_URL in its environment says where it is.',
      because:
        'An update changes the database, and only a copy can undo that. otto-install can copy only Paperclip’s own database in its data folder. Back up that database, then update Paperclip by hand.',
    };
  if (isOlder(version, versionNow))
    return {
      code: 'update-paperclip-is-a-downgrade',
      saw: `${image} holds Paperclip ${version}; ${versionNow} runs now.`,
      because:
        'The newer one has changed its database, and an older one cannot read that. Name a newer one with --version.',
    };
  const needed = roomNeeded(dataBytes);
  if (freeBytes !== undefined && freeBytes < needed)
    return {
      code: 'update-paperclip-disk-full',
      saw: `The disk with Paperclip's data has ${inMB(freeBytes)} free; the update needs ${inMB(needed)}.`,
      because:
        'A copy of its data is kept until the new one answers. `docker image prune` and `journalctl --vacuum-size=200M` free some.',
    };
  return undefined;
}
