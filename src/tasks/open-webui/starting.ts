import type { KnownFailure } from '../../engine/contracts/action.ts';
import type { Wait } from '../../system/docker/wait-for-answer.ts';

/** How to tell that a container of Open WebUI has started, and when to give up. `data`: its folder on this machine. */
export function startOfOpenWebui(
  url: string,
  data: string,
  patienceSeconds: number,
  knownFailures: readonly KnownFailure[],
): Wait {
  const database = `${data}/webui.db`;
  return {
    url,
    expected: '"status":true',
    patienceSeconds,
    // Alembic's words for each change of the database's form.
    changing: 'Running upgrade ',
    changed: 'Started server process|Waiting for application startup',
    folder: data,
    files: [database, `${database}-wal`, `${database}-journal`],
    knownFailures,
  };
}
