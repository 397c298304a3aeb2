import type { Command } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { stops, type Whose } from '../../engine/contracts/effect.ts';

/** A process, identified so that it is not confused with a later one of the same number. */
export interface ProcessId {
  readonly pid: number;
  /** When it was started, in clock ticks since boot, as host/start-ticks.ts reads it. */
  readonly started: string;
}

/** Gets pid, start ticks and seconds of patience; a number alone would be somebody else's process when it was used again. */
const SCRIPT = `# otto-install: end-process
there() {
  set -- $(sed 's/^.*) //' "/proc/$pid/stat" 2>/dev/null)
  [ "\${20:-}" = "$started" ] && [ "$1" != Z ]
}
pid=$1 started=$2 patience=$3
there || exit 0
kill -TERM "$pid" 2>/dev/null
# Time, not turns: on a busy machine a turn takes many times as long as it sleeps. SECONDS does not go by the clock's hands.
SECONDS=0
while there; do
  [ "$SECONDS" -lt "$patience" ] || kill -KILL "$pid" 2>/dev/null
  [ "$SECONDS" -lt $((patience + 10)) ] || { echo "Process $pid does not end." >&2; exit 1; }
  sleep 0.2
done
`;

/**
 * Ends exactly this process and waits until it is gone; one that has ended already is a success. It is asked to end, and
 * forced after `patienceMs`.
 */
export function endProcess(
  { pid, started }: ProcessId,
  purpose: string,
  whose: Whose,
  patienceMs = 10_000,
): Command {
  return command(['bash', '-s', '--', String(pid), started, String(Math.ceil(patienceMs / 1000))], purpose, {
    input: SCRIPT,
    effects: stops(`process ${pid}`, whose),
    timeoutMs: patienceMs + 20_000,
  });
}
