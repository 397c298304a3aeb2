import type { Finding } from '../../engine/contracts/task.ts';
import { hasOtherDatabase } from '../../tasks/open-webui/making.ts';
import { inMB } from '../../text/size.ts';
import { roomNeeded, type UpdateChoice, type UpdateFacts } from './facts.ts';

type Why = Pick<Finding, 'code' | 'saw' | 'because'>;

/** Pure. Why Open WebUI must not be updated now; empty when it may. */
export function refusesUpdate(facts: UpdateFacts, choice: UpdateChoice): readonly Finding[] {
  const why = whyNot(facts, choice);
  return why === undefined ? [] : [{ severity: 'blocked', fixes: [], ...why }];
}

function whyNot(facts: UpdateFacts, { settlements }: UpdateChoice): Why | undefined {
  const { container, imageId, image, release, accounts, freeBytes, config } = facts;
  if (container === undefined)
    return {
      code: 'update-nothing-there',
      saw: 'There is no container named open-webui.',
      because: '`otto-install` makes it; there is nothing to update before.',
    };
  if (hasOtherDatabase(container))
    return {
      code: 'update-other-database',
      saw: 'Open WebUI keeps its data elsewhere than in webui.db: DATABASE_URL in its environment says where.',
      because:
        'An update changes the database, and the way back is the backup from before. Only that file of SQLite is backed up from here. Update it by hand, after a backup there.',
    };
  if (config?.onboarding === true || (accounts?.problem === '' && accounts.count === 0))
    return {
      code: 'update-unclaimed',
      saw: 'Open WebUI has no account yet.',
      because:
        'An update starts it where every user of this machine reaches it, and the first person to sign up becomes its administrator. `otto-install` makes the administrator where nobody else can reach it; then update.',
    };
  if (config === undefined)
    return {
      code: 'update-not-healthy',
      saw: 'Open WebUI does not answer now, before anything was changed.',
      because:
        'Whether an update went well is told by comparing with before. `otto-install` says what is wrong and mends it; then update.',
    };
  if (imageId === undefined)
    return {
      code: 'update-not-fetched',
      saw: `The image ${image} is not on this machine.`,
      because:
        'It could not be fetched. The lines above say why; what arrived whole is kept for the next try.',
    };
  if (imageId === container.imageId) return undefined;
  if (release === undefined || release.problem !== '')
    return {
      code: 'update-database-unreadable',
      saw: `The database could not be read with the new image${release === undefined ? '' : `: ${release.problem}`}.`,
      because: 'What cannot be read cannot be backed up, so nothing is changed.',
    };
  if (!release.knowsDatabase)
    return {
      code: 'update-is-a-downgrade',
      saw: `${image} is older than what made this database.`,
      because:
        'Older releases die of a database that a newer one has changed. Going back means the backup from before the update, and loses what was written since.',
    };
  const settled = new Set(settlements.map(({ id }) => id));
  // The choice leaves one of each group as it is.
  const open = (accounts?.alike ?? []).filter(
    (group) => group.filter(({ id }) => !settled.has(id)).length > 1,
  );
  if (open.length > 0)
    return {
      code: 'update-addresses-alike',
      saw: `Accounts have addresses that differ only in case: ${open.map((group) => group.map(({ email }) => email).join(' and ')).join('; ')}.`,
      because:
        'Newer releases refuse that in the middle of changing the database. They came just now: update again, and it asks what shall become of them.',
    };
  const needed = roomNeeded(release.databaseBytes);
  if (freeBytes !== undefined && freeBytes < needed)
    return {
      code: 'update-disk-full',
      saw: `${inMB(freeBytes)} are free where Open WebUI's data lies; ${inMB(needed)} are needed.`,
      because:
        'The backup from before and the growing database both need room. `docker image prune` and `journalctl --vacuum-size=200M` free some.',
    };
  return undefined;
}
