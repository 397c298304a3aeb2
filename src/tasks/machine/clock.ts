import type { Command } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import type { ExecResult, Host } from '../../host/host.ts';
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
    kept: inContainer || time.exitCode !== 0 ? undefined : ntp.get('NTP') === 'yes',
    canBeKept: ntp.get('CanNTP') === 'yes',
  };
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
  if (!off) return [];
  return [
    found(FINDINGS['clock-wrong'], {
      evidence: `The clock of this machine is ${Math.round(Math.abs(clock.ahead ?? 0) / 1000)} s ${(clock.ahead ?? 0) > 0 ? 'ahead of' : 'behind'} the servers that it asked.`,
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

function setNtp(value: 'true' | 'false', purpose: string): Command {
  return command(['timedatectl', 'set-ntp', value], purpose);
}
