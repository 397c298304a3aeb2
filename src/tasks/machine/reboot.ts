import type { Finding } from '../../engine/contracts/task.ts';
import type { Host } from '../../host/host.ts';

/** Whether updates wait for a restart of the machine. */
export interface RebootFacts {
  /** The packages that want it; empty when it is wanted and nobody says by whom. Undefined: none is wanted. */
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
    {
      code: 'reboot-pending',
      severity: 'risk',
      saw: `Updates wait for a restart of this machine${wantedBy.length === 0 ? '' : ` (${wantedBy.slice(0, 4).join(', ')})`}.`,
      because:
        'A new kernel or system library is installed but not in use: its security fixes do nothing yet. And a restart that comes unplanned is a bad moment to find out whether everything starts by itself.',
      fixes: [
        {
          id: 'reboot-at-night',
          title: 'Restart this machine at 4 in the morning',
          consequence: 'Otto is unreachable for a minute or two then. `shutdown -c` takes it back.',
          actions: [
            {
              kind: 'run',
              argv: ['shutdown', '-r', '04:00', 'Otto: updates wait for a restart'],
              purpose: 'Plan a restart for 04:00',
              timeoutMs: 30_000,
            },
          ],
        },
      ],
    },
  ];
}
