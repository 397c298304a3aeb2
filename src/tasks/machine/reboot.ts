import { command } from '../../engine/contracts/command.ts';
import { notOurs, stops } from '../../engine/contracts/effect.ts';
import type { Host } from '../../host/host.ts';
import { found } from '../finding.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** Whether updates wait for a restart of the machine. */
export interface RebootFacts {
  /** The packages that want a reboot; empty when it is not known which. Undefined: no reboot is wanted. */
  readonly wantedBy: readonly string[] | undefined;
  /** Whether one is planned already. */
  readonly planned: boolean;
}

/** Packages write these two (update-notifier and Debian's kernel packages); a planned shutdown is in systemd's file. */
export async function lookAtReboot(host: Host): Promise<RebootFacts> {
  const [required, packages, planned] = await Promise.all([
    host.stat('/run/reboot-required'),
    host.readFile('/run/reboot-required.pkgs'),
    host.readFile('/run/systemd/shutdown/scheduled'),
  ]);
  const names = (packages ?? '').split('\n').filter((name) => name !== '');
  return {
    wantedBy: required === undefined ? undefined : [...new Set(names)],
    planned: /^MODE=reboot$/m.test(planned ?? ''),
  };
}

/** Empty when nothing waits, or when the restart is planned. */
export function judgeReboot({ wantedBy, planned }: RebootFacts): readonly Finding[] {
  if (wantedBy === undefined || planned) return [];
  return [
    found(FINDINGS['reboot-pending'], {
      evidence: `Updates wait for a restart of this machine${wantedBy.length === 0 ? '' : ` (${wantedBy.slice(0, 4).join(', ')})`}.`,
      fixes: [
        {
          id: 'reboot-at-night',
          title: 'Restart this machine at 04:00',
          consequence: 'Otto is unavailable for one or two minutes at that time. `shutdown -c` cancels it.',
          actions: [
            command(
              ['shutdown', '-r', '04:00', 'Otto: updates wait for a restart'],
              'Schedule a restart for 04:00',
              { effects: stops('all that runs on this machine, for some minutes', notOurs) },
            ),
          ],
        },
      ],
    }),
  ];
}
