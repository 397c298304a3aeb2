import { settingIn } from '../../system/formats/env-file.ts';
import { isOurs } from '../../tasks/containers.ts';
import { found } from '../../tasks/finding.ts';
import { isUnreachable } from '../../tasks/paperclip/actions.ts';
import { inMB } from '../../text/size.ts';
import { isNews, isOlder, roomNeeded, type UpdateFacts } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** Pure. Why Paperclip must not be updated now; empty when it may, and when there is none. */
export function refusesUpdate(facts: UpdateFacts): readonly Finding[] {
  const why = whyNot(facts);
  return why === undefined ? [] : [why];
}

function whyNot(facts: UpdateFacts): Finding | undefined {
  const { paperclip, image, imageId, version, versionNow, dataBytes, freeBytes } = facts;
  const { container, health } = paperclip;
  if (container === undefined) return undefined;
  if (imageId === undefined)
    return found(FINDINGS['update-paperclip-not-fetched'], {
      evidence: `The image ${image} is not on this machine.`,
    });
  if (!isNews(facts)) return undefined;
  if (isUnreachable(container) || (isOurs(container) && health?.unclaimed === true))
    return found(FINDINGS['update-paperclip-unclaimed'], {
      evidence: isUnreachable(container)
        ? 'Nobody can reach Paperclip yet: it is not published until it has an administrator.'
        : 'Paperclip has no administrator yet.',
    });
  if (health?.status !== 'ok')
    return found(FINDINGS['update-paperclip-not-healthy'], {
      evidence: 'Paperclip is not healthy now, before anything was changed.',
    });
  if (settingIn(container.env, 'DATABASE_URL') !== '')
    return found(FINDINGS['update-paperclip-other-database'], {
      evidence:
        'Paperclip keeps its data in another database: DATABASE_URL in its environment says where it is.',
    });
  if (isOlder(version, versionNow))
    return found(FINDINGS['update-paperclip-is-a-downgrade'], {
      evidence: `${image} holds Paperclip ${version}; ${versionNow} runs now.`,
    });
  const needed = roomNeeded(dataBytes);
  if (freeBytes !== undefined && freeBytes < needed)
    return found(FINDINGS['update-paperclip-disk-full'], {
      evidence: `The disk with Paperclip's data has ${inMB(freeBytes)} free; the update needs ${inMB(needed)}.`,
    });
  return undefined;
}
