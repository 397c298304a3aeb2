import type { Command } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { notOurs, stops } from '../../engine/contracts/effect.ts';
import { TEST, TEST_AND_RELOAD } from '../../system/nginx/nginx.ts';
import { forgetFailedStarts, startsAtBoot, systemctl, type Unit } from '../../system/services/systemd.ts';
import { found } from '../finding.ts';
import { FINDINGS, type Finding } from './findings.ts';
import type { NginxSite } from './look.ts';

/** Whether nginx runs, as its service, and will again after a reboot. */
export function judgeUnit({ unit, strayMaster, journal }: NginxSite): readonly Finding[] {
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
            consequence: 'The sites on this machine are unavailable for about a second.',
            actions: [
              command(['kill', '-QUIT', String(strayMaster)], 'Stop nginx after its open requests', {
                timeoutMs: 60_000,
                effects: stops('the nginx that serves now', notOurs),
              }),
              ...startNginx(),
            ],
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
