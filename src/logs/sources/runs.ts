import type { Host } from '../../host/host.ts';
import { visible } from '../../host/lines.ts';
import { entriesOf } from '../log-entry-assembler.ts';
import type { Log } from '../places.ts';
import { filterAndRedact } from './assembly.ts';
import type { LogEntries, LogRequest } from './request.ts';

const LOOK_AGAIN_MS = 1_000;

/**
 * What our own runs wrote: a small log each. The newest comes first, as a whole; followed, what the newest ones do not have
 * yet is looked for again and again.
 */
export async function* runsEntries(
  host: Host,
  log: Extract<Log, { kind: 'runs' }>,
  request: LogRequest,
): LogEntries {
  const { wanted, follow, signal, onProblem } = request;
  const sizes = new Map<string, number>();
  do {
    const names = (await host.list(log.folder))?.filter((name) => name.endsWith('.log'));
    if (names === undefined && !follow) onProblem('does not exist: nothing has run here yet', 'partly');
    // Only the newest can still grow.
    for (const name of (follow ? names?.slice(-5) : names?.toReversed()) ?? []) {
      const path = `${log.folder}/${name}`;
      const { size = 0, modifiedMs = 0 } = (await host.stat(path)) ?? {};
      const known = sizes.get(name) ?? 0;
      sizes.set(name, size);
      if (size <= known || modifiedMs < (wanted.sinceMs ?? 0)) continue;
      const text =
        known === 0
          ? ((await host.readFile(path)) ?? '')
          : (await host.exec(['tail', '-c', `+${known + 1}`], { inputFile: path, timeoutMs: 10_000 })).stdout;
      const lines = text.split('\n').map(visible).filter(Boolean);
      yield filterAndRedact(entriesOf(log, lines, modifiedMs), request);
    }
    if (follow) await host.sleep(LOOK_AGAIN_MS, signal);
  } while (follow && !signal.aborted);
}
