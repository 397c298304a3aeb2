import type { Finding } from '../../engine/contracts/task.ts';
import { settingIn } from '../../system/formats/env-file.ts';
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
        'It could not be fetched. The lines above say why; what arrived whole is kept for the next try.',
    };
  if (!isNews(facts)) return undefined;
  if (isUnreachable(container) || (isOurs(container) && health?.unclaimed === true))
    return {
      code: 'update-paperclip-unclaimed',
      saw: isUnreachable(container)
        ? 'Nobody can reach Paperclip so far: it is not published before it is seen who administers it.'
        : 'Paperclip has no administrator yet.',
      because:
        'Published by an update, the first person to reach it could become its administrator. `otto-install` makes the administrator and publishes it; then update.',
    };
  if (health?.status !== 'ok')
    return {
      code: 'update-paperclip-not-healthy',
      saw: 'Paperclip does not answer well now, before anything was changed.',
      because:
        'Whether an update went well is told by comparing with before. `otto-install` says what is wrong and mends it; then update.',
    };
  if (settingIn(container.env, 'DATABASE_URL') !== '')
    return {
      code: 'update-paperclip-other-database',
      saw: 'Paperclip keeps its data in a database elsewhere: DATABASE_URL in its environment says where.',
      because:
        'An update changes the database, and the way back is a copy of its own one in its data folder. Update it by hand, after a backup there.',
    };
  if (isOlder(version, versionNow))
    return {
      code: 'update-paperclip-is-a-downgrade',
      saw: `${image} holds Paperclip ${version}; ${versionNow} runs now.`,
      because:
        'The newer one has changed the form of its database, which an older one cannot read. Name a newer one with --version.',
    };
  const needed = roomNeeded(dataBytes);
  if (freeBytes !== undefined && freeBytes < needed)
    return {
      code: 'update-paperclip-disk-full',
      saw: `${inMB(freeBytes)} are free where Paperclip's data lies; ${inMB(needed)} are needed.`,
      because:
        'A copy of its data is kept until the new one answers. `docker image prune` and `journalctl --vacuum-size=200M` free some.',
    };
  return undefined;
}
