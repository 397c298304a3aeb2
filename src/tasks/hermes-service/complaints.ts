import type { Layout } from '../../answers/layout.ts';
import type { Host } from '../../host/host.ts';
import { journal } from '../../system/services/systemd.ts';

/** What a line of Hermes's logs means, for those that keep it from answering (facts: hermes 1.2, 1.3, 12). */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/requires API_SERVER_KEY|API_SERVER_KEY is required/, 'Hermes refuses to start without an API key.'],
  [
    /API_SERVER_KEY is set to a placeholder|placeholder or too short/,
    'Hermes refuses its API key: a placeholder, or too short.',
  ],
  [/Port \d+ already in use|Could not bind/, 'Hermes could not use its port: another program held it.'],
  [
    /Another gateway instance is already running|Gateway already running|PID file race lost/,
    'Another gateway was running and held the lock.',
  ],
  [/PermissionError: .*'([^']+)'/, 'Hermes has no permission to use one of its own files.'],
  [
    /aiohttp not installed|No adapter available for api_server/,
    'The package aiohttp is missing, and the API server needs it.',
  ],
  [
    /No messaging platforms enabled/,
    'Hermes runs without its API server: it was not switched on, or its key is not usable.',
  ],
  [/no connected platforms|api_server failed to connect/, 'Hermes runs, but its API server did not start.'],
  [/(ModuleNotFoundError|ImportError): .*/, 'Part of Hermes is missing.'],
  [/SyntaxError: .*/, 'A file of Hermes’s code is damaged.'],
  [/Failed to load config|config\.yaml.*(invalid|malformed|corrupt)/i, 'config.yaml could not be read.'],
  [/No space left on device/, 'The disk is full.'],
];

/**
 * Whether a complaint means that waiting is of no use: the API server will not come up in the process that was started at
 * `startedMs` (known to the second). A log line within that second is from the one before.
 */
export function givesUp(complaint: string, startedMs: number): boolean {
  const time = timeOf(/"(.*)"/.exec(complaint)?.[1] ?? '');
  if (time === undefined || time < startedMs + 1_000) return false;
  return /no connected platforms|api_server failed to connect|API_SERVER_KEY|Could not bind|already in use|aiohttp|No messaging platforms/.test(
    complaint,
  );
}

/** What the logs say since a time, in words with the line itself; the newest of each kind. */
export async function readComplaints(host: Host, place: Layout, sinceMs: number): Promise<readonly string[]> {
  const { logs, unitName } = place.hermes;
  const [files, journalLines] = await Promise.all([
    host.exec(['tail', '-q', '-n', '60', '--', `${logs}/errors.log`, `${logs}/gateway.log`], {
      // Whose files they are: each may be a link to anywhere, or a pipe.
      user: place.user,
      cwd: '/',
      timeoutMs: 5_000,
    }),
    host.exec([...journal(unitName, 40), `--since=@${Math.floor(sinceMs / 1000) - 2}`], {
      timeoutMs: 10_000,
    }),
  ]);
  const recent = files.stdout.split('\n').filter((line) => !isOlder(line, sinceMs));
  return meaningsIn([...journalLines.stdout.split('\n'), ...recent]);
}

/** Hermes's own lines begin with the local time; others (tracebacks) belong to the one before and are kept. */
function isOlder(line: string, sinceMs: number): boolean {
  const time = timeOf(line);
  return time !== undefined && time < sinceMs - 2_000;
}

function timeOf(line: string): number | undefined {
  const time = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)/.exec(line);
  return time === null ? undefined : Date.parse(`${time[1]}T${time[2]}`);
}

/** The known complaints among log lines: their meaning, and the line. */
export function meaningsIn(lines: readonly string[]): readonly string[] {
  return MEANINGS.flatMap(([pattern, meaning]) => {
    const line = lines.findLast((text) => pattern.test(text));
    return line === undefined ? [] : [`${meaning} ("${line.trim().slice(0, 220)}")`];
  });
}
