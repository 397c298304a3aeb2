import type { Command } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import type { ExecResult, FetchResult, Host } from '../../host/host.ts';
import { clockAhead } from '../../system/network/http.ts';
import { parseProperties } from '../../system/os.ts';
import { found } from '../finding.ts';
import type { MachineFacts } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';
import type { Probe } from './reachability.ts';

/** The clock against those of the servers that were asked, and what keeps it: `timedatectl show`, and whether this is a container. */
export function clockOf(
  probes: readonly Probe[],
  time: Pick<ExecResult, 'exitCode' | 'stdout'>,
  inContainer: boolean,
  now: ReturnType<Host['now']>,
): MachineFacts['clock'] {
  const ntp = parseProperties(time.stdout);
  return {
    ahead: median(probes.flatMap(({ result }) => clockAhead(result, now) ?? [])),
    refuted: refuted(probes, now),
    kept: inContainer || time.exitCode !== 0 ? undefined : ntp.get('NTP') === 'yes',
    canBeKept: ntp.get('CanNTP') === 'yes',
  };
}

/** By whose certificate this clock is years off; undefined when anybody's is valid: then it is that server's own fault. */
function refuted(probes: readonly Probe[], now: number): MachineFacts['clock']['refuted'] {
  if (probes.some(({ result }) => result.ok)) return undefined;
  const by = probes.find(({ result }) => isByClock(result))?.service.name;
  return by === undefined ? undefined : { by, day: new Date(now).toISOString().slice(0, 10) };
}

/** Whether it failed for a time: OpenSSL's words, as Node passes them on. */
export function isByClock(result: FetchResult): boolean {
  return (
    !result.ok &&
    result.failure === 'tls' &&
    /certificate (is not yet valid|has expired)|CERT_(NOT_YET_VALID|HAS_EXPIRED)/i.test(result.detail)
  );
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

const CLOCK_TOLERANCE_MS = 90_000;

/** Pure. */
export function judgeClock({ clock }: MachineFacts): readonly Finding[] {
  const off = clock.ahead !== undefined && Math.abs(clock.ahead) > CLOCK_TOLERANCE_MS;
  if (clock.kept === false && clock.canBeKept)
    return [
      found(FINDINGS['clock-not-kept'], {
        evidence: 'No service keeps the clock of this machine in sync.',
        fixes: [
          {
            id: 'enable-time-sync',
            title: 'Keep the clock in sync',
            actions: [setNtp('true', 'Keep the clock in sync with the time servers')],
          },
        ],
      }),
    ];
  if (!off && clock.refuted === undefined) return [];
  return [
    found(FINDINGS['clock-wrong'], {
      evidence:
        clock.refuted !== undefined
          ? `The clock of this machine says that today is ${clock.refuted.day}. On that day no certificate is valid that it met: ${clock.refuted.by} has another date.`
          : `The clock of this machine is ${span(Math.abs(clock.ahead ?? 0))} ${(clock.ahead ?? 0) > 0 ? 'ahead of' : 'behind'} the servers that it asked.`,
      severity: clock.kept === true ? 'broken' : 'blocked',
      // The service that keeps it asks the time servers again when it starts, and then sets the clock at once.
      fixes:
        clock.kept === true
          ? [
              {
                id: 'set-clock',
                title: 'Set the clock from the time servers',
                actions: [
                  setNtp('false', 'Stop synchronising the clock'),
                  setNtp('true', 'Set the clock and keep it in sync'),
                ],
              },
            ]
          : [],
      watch: { everyMs: 5_000, forMs: 60_000 },
    }),
  ];
}

/** '600 s', '5 hours', '3650 days' */
function span(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours < 2) return `${Math.round(ms / 1000)} s`;
  return hours < 48 ? `${Math.round(hours)} hours` : `${Math.round(hours / 24)} days`;
}

function setNtp(value: 'true' | 'false', purpose: string): Command {
  return command(['timedatectl', 'set-ntp', value], purpose);
}
