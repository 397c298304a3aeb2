import type { Host } from '../../host/host.ts';
import type { Log } from '../places.ts';
import { backwards, forwards } from './assembly.ts';
import { runProgram } from './program.ts';
import type { LogEntries, LogRequest } from './request.ts';

/** What a unit wrote to the journal. */
export async function* journalEntries(
  host: Host,
  log: Extract<Log, { kind: 'journal' }>,
  request: LogRequest,
): LogEntries {
  const { wanted, follow, onProblem } = request;
  let said: string | undefined;
  const { lines, failure } = runProgram(
    host,
    [
      ...(['journalctl', '--no-pager', '--quiet', '--all', '--output=json'] as const),
      '--output-fields=MESSAGE,PRIORITY,SYSLOG_IDENTIFIER',
      `--unit=${log.unit}`,
      ...(follow ? ['--follow', '--lines=all'] : ['--reverse']),
      ...(wanted.sinceMs === undefined ? [] : [`--since=@${Math.floor(wanted.sinceMs / 1000)}`]),
    ],
    request,
    (line) => {
      if (line.startsWith('{')) return true;
      said ??= line;
      if (follow) onProblem(line);
      return false;
    },
  );
  if (follow) return yield* forwards(log, lines, request, host.now());
  let any = false;
  for await (const entries of backwards(log, lines, request, host.now())) {
    any ||= entries.length > 0;
    yield entries;
  }
  if (!any && (await failure) !== undefined) onProblem(said ?? 'cannot be read: systemd does not answer');
}
