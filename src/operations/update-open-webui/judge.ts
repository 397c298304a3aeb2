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
      because: 'Run `otto-install` to recreate it; before that there is nothing to update.',
    };
  if (hasOtherDatabase(container))
    return {
      code: 'update-other-database',
      saw: 'Open WebUI does not keep its data in webui.db: DATABASE_URL in its environment says where it is.',
      because:
        'An update changes the database, and only a backup can undo that. otto-install can back up only the SQLite file. Back up that database, then update Open WebUI by hand.',
    };
  if (config?.onboarding === true || (accounts?.problem === '' && accounts.count === 0))
    return {
      code: 'update-unclaimed',
      saw: 'Open WebUI has no account yet.',
      because:
        'An update starts it where every user of this machine can reach it, and the first person to sign up becomes its administrator. Run `otto-install`: it creates the administrator where nobody else can reach it; then update.',
    };
  if (config === undefined)
    return {
      code: 'update-not-healthy',
      saw: 'Open WebUI does not answer now, before anything was changed.',
      because:
        'otto-install verifies an update by comparing with how it was before. Run `otto-install` to see what is wrong and fix it; then update.',
    };
  if (imageId === undefined)
    return {
      code: 'update-not-fetched',
      saw: `The image ${image} is not on this machine.`,
      because:
        'It could not be fetched. The lines above say why; parts that arrived completely are kept for the next try.',
    };
  if (imageId === container.imageId) return undefined;
  if (release === undefined || release.problem !== '')
    return {
      code: 'update-database-unreadable',
      saw: `The database could not be read with the new image${release === undefined ? '' : `: ${release.problem}`}.`,
      because: 'otto-install cannot back up what it cannot read, so it changes nothing.',
    };
  if (!release.knowsDatabase)
    return {
      code: 'update-is-a-downgrade',
      saw: `${image} is older than what made this database.`,
      because:
        'Older releases crash on a database that a newer one has changed. To go back, restore the backup from before the update; you lose what was written since.',
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
        'Newer releases refuse that in the middle of changing the database. The accounts appeared just now: update again, and otto-install asks what to do with them.',
    };
  const needed = roomNeeded(release.databaseBytes);
  if (freeBytes !== undefined && freeBytes < needed)
    return {
      code: 'update-disk-full',
      saw: `The disk with Open WebUI's data has ${inMB(freeBytes)} free; the update needs ${inMB(needed)}.`,
      because:
        'The backup and the growing database both need space. `docker image prune` and `journalctl --vacuum-size=200M` free some.',
    };
  return undefined;
}
