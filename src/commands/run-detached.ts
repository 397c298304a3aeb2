import { RUN_FOLDER } from '../detached/place.ts';
import { serveRun } from '../detached/server.ts';
import { inThisProcess } from '../detached/work.ts';
import { stopOnSignals } from '../engine/signals.ts';
import { CannotRun, EXIT } from '../run/exit-code.ts';
import { keepLearned } from '../wizard/keep-learned.ts';
import type { Call, Shell } from './command.ts';
import { thisMachine } from './machine.ts';

/** The process that a run has for itself; systemd starts it, and nobody types it. */
export async function runDetached(_: Call, { version, warn }: Shell): Promise<number> {
  if (process.getuid?.() !== 0) throw new CannotRun('Only root can do this.');
  const host = await thisMachine();
  let kept: Promise<void> | undefined;
  const served = await serveRun({
    folder: RUN_FOLDER,
    now: () => host.now(),
    start: (work, environment) => {
      Object.assign(process.env, environment);
      const started = inThisProcess({ host, version, onProblem: warn })(work);
      stopOnSignals(started.run);
      if (work.kind === 'install') kept = keepLearned(started.run, host, work.answers, work.typed);
      return started;
    },
  });
  await kept;
  return served ? EXIT.ok : EXIT.couldNotRun;
}
