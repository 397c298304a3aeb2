import type { Run } from '../../engine/contracts/action.ts';
import type { Finding } from '../../engine/contracts/task.ts';
import { TEST, TEST_AND_RELOAD } from '../../system/nginx/nginx.ts';
import { forgetFailedStarts, startsAtBoot, systemctl, type Unit } from '../../system/services/systemd.ts';
import type { NginxSite } from './look.ts';

/** Whether nginx runs, as its service, and will again after a reboot. */
export function judgeUnit({ unit, strayMaster, journal }: NginxSite): readonly Finding[] {
  if (unit.load === 'not-found') return [];
  if (unit.load === 'masked')
    return [
      {
        code: 'nginx-masked',
        severity: 'broken',
        saw: 'The service nginx is masked.',
        because: 'Somebody has blocked it from starting (systemctl mask). Otto needs it for https.',
        ifSkipped: 'Nobody will reach Otto over the web.',
        fixes: [
          {
            id: 'unmask-and-start',
            title: 'Unmask the nginx service and start it',
            consequence: 'nginx serves its sites again.',
            actions: [systemctl('Unmask the nginx service', ['unmask', 'nginx.service']), ...startNginx()],
          },
        ],
      },
    ];
  if (unit.active !== 'active' && strayMaster !== undefined)
    return [
      {
        code: 'nginx-outside-its-service',
        severity: 'broken',
        saw: `nginx is running (pid ${strayMaster}), but its service is ${unit.active}.`,
        because:
          'Somebody started it by hand, or certbot did, not systemd. It will not restart after a crash, and systemctl reload does not reach it.',
        ifSkipped: 'The site cannot be set up.',
        fixes: [
          {
            id: 'end-and-start',
            title: 'Stop this nginx and start the service',
            consequence: 'The sites on this machine are unavailable for about a second.',
            actions: [
              {
                kind: 'run',
                argv: ['kill', '-QUIT', String(strayMaster)],
                purpose: 'Stop nginx after its open requests',
                timeoutMs: 60_000,
              },
              ...startNginx(),
            ],
          },
        ],
      },
    ];
  if (unit.active !== 'active' && unit.active !== 'reloading')
    return [
      {
        code: 'nginx-down',
        severity: 'broken',
        saw: `nginx is ${unit.active}${lastWords(journal)}.`,
        because: "nginx passes Otto's visitors on to Open WebUI.",
        ifSkipped: 'Nobody will reach Otto over the web.',
        fixes: [{ id: 'start-nginx', title: 'Start nginx', actions: startNginx() }],
      },
    ];
  if (startsAtBoot(unit)) return [];
  return [
    {
      code: 'nginx-not-enabled',
      severity: 'broken',
      saw: 'nginx is running, but does not start at boot.',
      because: 'After the next reboot of the droplet nobody could reach Otto.',
      fixes: [
        {
          id: 'enable',
          title: 'Start nginx at boot',
          actions: [systemctl('Start nginx at boot', ['enable', 'nginx.service'])],
        },
      ],
    },
  ];
}

function lastWords(journal: string): string {
  const line = journal.split('\n').findLast((entry) => /\[(emerg|crit)\]/.test(entry));
  return line === undefined ? '' : `: ${line.replace(/^.*?\[(?:emerg|crit)\]\s*/, '').trim()}`;
}

/** Starts nginx as its service, after a test of its configuration. */
export function startNginx(): readonly Run[] {
  return [
    forgetFailedStarts('Clear earlier failed starts of nginx', 'nginx.service'),
    TEST,
    systemctl('Start nginx now and at boot', ['enable', '--now', 'nginx.service']),
  ];
}

/** Lets nginx take over its configuration, running or not. */
export function takeOver({ active }: Unit): readonly Run[] {
  return active === 'active' ? TEST_AND_RELOAD : startNginx();
}
