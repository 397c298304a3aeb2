import type { Finding } from '../../engine/task.ts';
import type { UpdateFacts } from './facts.ts';

type Why = Pick<Finding, 'code' | 'saw' | 'because'>;

/** A backup, the copy that would be put back, and room to breathe. */
const ROOM_FACTOR = 3;
const LEAST_ROOM = 500_000_000;

/** Pure. Why Open WebUI must not be updated now; empty when it may. */
export function refusesUpdate(facts: UpdateFacts): readonly Finding[] {
  const why = whyNot(facts);
  return why === undefined ? [] : [{ severity: 'blocked', fixes: [], ...why }];
}

function whyNot(facts: UpdateFacts): Why | undefined {
  const { container, imageId, image, release, accounts, freeBytes, config } = facts;
  if (container === undefined)
    return {
      code: 'update-nothing-there',
      saw: 'There is no container named open-webui.',
      because: '`otto-install` makes it; there is nothing to update before.',
    };
  if (/^(?!sqlite:)./.test(container.env.DATABASE_URL ?? ''))
    return {
      code: 'update-other-database',
      saw: 'Open WebUI keeps its data in another database: DATABASE_URL in its environment is not a file of SQLite.',
      because:
        'An update changes the database, and the way back is the backup from before. Only a file of SQLite is backed up from here. Update it by hand, after a backup there.',
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
  const alike = accounts?.alike ?? [];
  if (alike.length > 0)
    return {
      code: 'update-addresses-alike',
      saw: `Accounts have addresses that differ only in case: ${alike.map((group) => group.map(({ email }) => email).join(' and ')).join('; ')}.`,
      because:
        'Newer releases refuse that in the middle of changing the database. Give one of each another address first: in Admin Panel → Users, or with `otto-install fix accounts-differ-in-case`.',
    };
  const needed = Math.max(LEAST_ROOM, release.databaseBytes * ROOM_FACTOR);
  if (freeBytes !== undefined && freeBytes < needed)
    return {
      code: 'update-disk-full',
      saw: `${megabytes(freeBytes)} are free where Open WebUI's data lies; ${megabytes(needed)} are needed.`,
      because:
        'The backup from before and the growing database both need room. `docker image prune` and `journalctl --vacuum-size=200M` free some.',
    };
  return undefined;
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1_000_000)} MB`;
