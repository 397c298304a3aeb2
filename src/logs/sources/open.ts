import type { Host } from '../../host/host.ts';
import { messageOf } from '../../text/error-message.ts';
import type { Log } from '../places.ts';
import { containerEntries } from './container.ts';
import { fileEntries } from './file.ts';
import { journalEntries } from './journal.ts';
import type { LogEntries, LogRequest } from './request.ts';
import { runsEntries } from './runs.ts';

/** Until a log that ended (a container that stopped) is followed again. */
const AGAIN_MS = 1_000;

/**
 * The entries of a log that are wanted, redacted, a few at a time; those of one yield stand in their order. Read, it ends and
 * may throw; whoever has enough stops. Followed, it goes on across restarts and never throws.
 */
export async function* logEntries(host: Host, log: Log, request: LogRequest): LogEntries {
  const progress = { lastTime: '', silent: 0 };
  const open = () => {
    switch (log.kind) {
      case 'file':
        return fileEntries(host, log, request);
      case 'journal':
        return journalEntries(host, log, request);
      case 'container':
        return containerEntries(host, log, request, progress);
      case 'runs':
        return runsEntries(host, log, request);
    }
  };
  if (!request.follow) return yield* open();
  const { signal, onProblem } = request;
  while (!signal.aborted) {
    try {
      yield* open();
    } catch (error) {
      onProblem(`cannot be followed: ${messageOf(error)}`);
    }
    await host.sleep(AGAIN_MS, signal);
  }
}
