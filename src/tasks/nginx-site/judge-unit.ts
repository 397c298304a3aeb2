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
        because: 'Somebody has forbidden it to start (systemctl mask). Otto needs it for https.',
        ifSkipped: 'Nobody will reach Otto over the web.',
        fixes: [
          {
            id: 'unmask-and-start',
            title: 'Allow it again and start it',
            consequence: 'nginx serves its sites again.',
            actions: [systemctl('Allow nginx to start', ['unmask', 'nginx.service']), ...startNginx()],
          },
        ],
      },
    ];
  if (unit.active !== 'active' && strayMaster !== undefined)
    return [
      {
        code: 'nginx-outside-its-service',
        severity: 'broken',
        saw: `nginx runs (pid ${strayMaster}), but its service is ${unit.active}.`,
        because:
          'It was started by hand or by certbot, not by systemd. It will not come back after a crash, and systemctl reload does not reach it.',
        ifSkipped: 'The site cannot be set up.',
        fixes: [
          {
            id: 'end-and-start',
            title: 'End it and start the service',
            consequence: 'The sites on this machine are away for about a second.',
            actions: [
              {
                kind: 'run',
                argv: ['kill', '-QUIT', String(strayMaster)],
                purpose: 'End nginx after its open requests',
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
        because: 'It takes the visitors of Otto and passes them on to Open WebUI.',
        ifSkipped: 'Nobody will reach Otto over the web.',
        fixes: [{ id: 'start-nginx', title: 'Start nginx', actions: startNginx() }],
      },
    ];
  if (startsAtBoot(unit)) return [];
  return [
    {
      code: 'nginx-not-enabled',
      severity: 'broken',
      saw: 'nginx runs, but does not start by itself after a reboot.',
      because: 'After the next reboot of the droplet nobody would reach Otto.',
      fixes: [
        {
          id: 'enable',
          title: 'Let nginx start with the machine',
          actions: [systemctl('Let nginx start with the machine', ['enable', 'nginx.service'])],
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
    forgetFailedStarts('Forget earlier failed starts of nginx', 'nginx.service'),
    TEST,
    systemctl('Start nginx, now and with the machine', ['enable', '--now', 'nginx.service']),
  ];
}

/** Lets nginx take over its configuration, running or not. */
export function takeOver({ active }: Unit): readonly Run[] {
  return active === 'active' ? TEST_AND_RELOAD : startNginx();
}
