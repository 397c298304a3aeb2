import type { Command } from '../../engine/contracts/action.ts';
import { command, writeFile } from '../../engine/contracts/command.ts';
import { foundAs, notOurs, replaces, stops } from '../../engine/contracts/effect.ts';
import { TEST, TEST_AND_RELOAD } from '../../system/nginx/nginx.ts';
import { forgetFailedStarts, startsAtBoot, systemctl, type Unit } from '../../system/services/systemd.ts';
import { found } from '../finding.ts';
import { FINDINGS, type Finding } from './findings.ts';
import type { NginxSite } from './look.ts';

/** Whether nginx runs, as its service, and will again after a reboot. */
export function judgeUnit({ unit, strayMaster, journal, pidFile }: NginxSite): readonly Finding[] {
  if (unit.load === 'not-found') return [];
  if (unit.load === 'masked')
    return [
      found(FINDINGS['nginx-masked'], {
        evidence: 'The service nginx is masked.',
        fixes: [
          {
            id: 'unmask-and-start',
            title: 'Unmask the nginx service and start it',
            consequence: 'nginx serves its sites again.',
            actions: [systemctl('Unmask the nginx service', ['unmask', 'nginx.service']), ...startNginx()],
          },
        ],
      }),
    ];
  if (unit.active !== 'active' && strayMaster !== undefined)
    return [
      found(FINDINGS['nginx-outside-its-service'], {
        evidence: `nginx is running (pid ${strayMaster}), but its service is ${unit.active}.`,
        fixes: [
          {
            id: 'end-and-start',
            title: 'Stop this nginx and start the service',
            consequence:
              'The sites on this machine are unavailable for about a second; what is still being sent after 20 seconds is cut off.',
            actions: [endMaster(strayMaster), ...startNginx()],
          },
        ],
      }),
    ];
  if (unit.active !== 'active' && unit.active !== 'reloading')
    return [
      found(FINDINGS['nginx-down'], {
        evidence: `nginx is ${unit.active}${lastWords(journal)}.`,
        fixes: [{ id: 'start-nginx', title: 'Start nginx', actions: startNginx() }],
      }),
    ];
  return [...notReloadable(unit, pidFile), ...notAtBoot(unit)];
}

/** Its pid file is how a reload reaches it, and certbot's renewals reload it. */
function notReloadable({ mainPid }: Unit, pidFile: NginxSite['pidFile']): readonly Finding[] {
  if (pidFile === undefined || mainPid === 0 || pidFile.pid === mainPid) return [];
  return [
    found(FINDINGS['nginx-cannot-be-reloaded'], {
      evidence: `nginx is running (pid ${mainPid}), and ${pidFile.path} ${pidFile.pid === undefined ? 'is gone' : `names process ${pidFile.pid}`}.`,
      fixes: [
        {
          id: 'write-pid-file',
          title: `Write nginx's number into ${pidFile.path} again; nothing restarts`,
          actions: [
            writeFile(pidFile.path, `${mainPid}\n`, 0o644, 'Say which process nginx is', {
              effects: replaces(pidFile.path, foundAs('nginx')),
            }),
            ...TEST_AND_RELOAD,
          ],
        },
      ],
    }),
  ];
}

/**
 * Ends an nginx after its open requests, and waits for its real end: it removes the pid file as the last thing that it does, also
 * when that is another one's by then. An upload that takes too long is cut off.
 */
const endMaster = (pid: number): Command =>
  command(
    ['bash', '-s', '--', String(pid)],
    'Stop nginx after its open requests, and wait until it has ended',
    {
      input: `# otto-install: end-nginx
pid=$1
kill -QUIT "$pid" 2>/dev/null || exit 0
SECONDS=0
while kill -0 "$pid" 2>/dev/null; do
  [ "$SECONDS" -lt 20 ] || kill -TERM "$pid" 2>/dev/null
  [ "$SECONDS" -lt 40 ] || { echo "nginx (process $pid) does not end." >&2; exit 1; }
  sleep 0.2
done
`,
      timeoutMs: 60_000,
      effects: stops('the nginx that serves now', notOurs),
    },
  );

function notAtBoot(unit: Unit): readonly Finding[] {
  if (startsAtBoot(unit)) return [];
  return [
    found(FINDINGS['nginx-not-enabled'], {
      evidence: 'nginx is running, but does not start at boot.',
      fixes: [
        {
          id: 'enable',
          title: 'Start nginx at boot',
          actions: [systemctl('Start nginx at boot', ['enable', 'nginx.service'])],
        },
      ],
    }),
  ];
}

function lastWords(journal: string): string {
  const line = journal.split('\n').findLast((entry) => /\[(emerg|crit)\]/.test(entry));
  return line === undefined ? '' : `: ${line.replace(/^.*?\[(?:emerg|crit)\]\s*/, '').trim()}`;
}

/** Starts nginx as its service, after a test of its configuration. */
export function startNginx(): readonly Command[] {
  return [
    forgetFailedStarts('Clear earlier failed starts of nginx', 'nginx.service'),
    TEST,
    systemctl('Start nginx now and at boot', ['enable', '--now', 'nginx.service']),
  ];
}

/** Makes nginx load its configuration, whether it runs or not. */
export function takeOver({ active }: Unit): readonly Command[] {
  return active === 'active' ? TEST_AND_RELOAD : startNginx();
}
