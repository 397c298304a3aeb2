import type { Answers } from '../answers.ts';
import type { Action, Run } from '../engine/action.ts';
import type { Finding } from '../engine/task.ts';
import { installCertificate } from '../system/certbot.ts';
import { type Server, TEST, TEST_AND_RELOAD } from '../system/nginx.ts';
import { forgetFailedStarts, startsAtBoot, systemctl } from '../system/systemd.ts';
import { PORTS } from './layout.ts';
import { lookAtSite, type NginxSite } from './nginx-site/look.ts';
import { writeSite } from './nginx-site/template.ts';
import type { OttoTask } from './otto-task.ts';

function judge(site: NginxSite, answers: Answers): readonly Finding[] {
  const broken = judgeConfiguration(site, answers);
  if (broken.length > 0) return broken;
  const stopped = judgeUnit(site);
  // A new site is written while nginx is down, too: otherwise the second start would show the default site.
  const found = site.servers.length === 0 ? [siteMissing(site, answers)] : judgeServers(site, answers);
  return [...stopped, ...found, ...(stopped.length + found.length === 0 ? judgeServed(site, answers) : [])];
}

/**
 * Files of certbot that are gone are mended by the task Certificate, which can bring them back, as long as nginx runs:
 * it goes on with what it had read. When it is down, the plain site has to bring it up first.
 */
function judgeConfiguration(site: NginxSite, answers: Answers): readonly Finding[] {
  const { complaint, unit } = site;
  if (complaint === undefined) return [];
  const file = site.servers[0]?.file;
  if (complaint.includes('/etc/letsencrypt/')) {
    if (unit.active === 'active' || file === undefined || site.otherNames.length > 0) return [];
    return [
      {
        code: 'nginx-down-certificate-gone',
        severity: 'broken',
        saw: `nginx is ${unit.active} and does not start: ${complaint}`,
        because:
          'The site names files of the certificate that are not there. Without them nginx serves nothing at all.',
        ifSkipped: 'Nobody will reach Otto over the web.',
        fixes: [
          {
            title: 'Serve the site over http, so that the certificate can be brought back',
            consequence: `${file} is written anew (the old one is kept). Until the certificate is back, the page is not encrypted.`,
            actions: [writeSite(file, { domain: answers.domain, ...site }), ...startNginx()],
          },
        ],
      },
    ];
  }
  return [
    {
      code: 'nginx-configuration-broken',
      severity: 'blocked',
      saw: `nginx refuses its configuration: ${complaint}`,
      because:
        'What runs now goes on with the old configuration, but nginx would not come back after a restart, and nothing new can be added. The file is named above; it is not one that the wizard may change.',
      ifSkipped: 'The site and the certificate cannot be set up.',
      fixes: [],
      watch: { everyMs: 3_000, forMs: 0 },
    },
  ];
}

function judgeUnit({ unit, strayMaster, journal }: NginxSite): readonly Finding[] {
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
            title: 'End it and start the service',
            consequence: 'The sites on this machine are away for about a second.',
            actions: [
              run(['kill', '-QUIT', String(strayMaster)], 'End nginx after its open requests'),
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
        fixes: [{ title: 'Start nginx', actions: startNginx() }],
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

function startNginx(): readonly Run[] {
  return [
    forgetFailedStarts('Forget earlier failed starts of nginx', 'nginx.service'),
    TEST,
    systemctl('Start nginx, now and with the machine', ['enable', '--now', 'nginx.service']),
  ];
}

function siteMissing(site: NginxSite, answers: Answers): Finding {
  return {
    code: 'nginx-site-missing',
    severity: 'missing',
    saw: `nginx has no site for ${answers.domain}.`,
    because:
      'Open WebUI listens on this machine only. nginx passes visitors on to it, and lets the WebSocket through over which chats travel.',
    fixes: [
      {
        title: `Add the site to ${site.newPath}`,
        actions: [writeSite(site.newPath, { domain: answers.domain, ...site }), ...TEST_AND_RELOAD],
      },
    ],
  };
}

function judgeServers(site: NginxSite, answers: Answers): readonly Finding[] {
  const { domain } = answers;
  const files = [...new Set(site.servers.map(({ file }) => file))];
  if (files.length > 1)
    return [
      {
        code: 'nginx-site-twice',
        severity: 'broken',
        saw: `Several files have a site for ${domain}: ${files.join(', ')}.`,
        because:
          'nginx uses the first and only warns about the others. certbot may change one and visitors see the other. Which one is meant is for you to say: take the other one out of the folder.',
        ifSkipped: 'The certificate may end up in the file that nobody sees.',
        fixes: [],
        watch: { everyMs: 3_000, forMs: 0 },
      },
    ];
  const proxying = site.servers.find(({ proxy }) => proxy !== undefined);
  const file = files[0] ?? site.newPath;
  if (proxying?.proxy === undefined)
    return [
      {
        code: 'nginx-site-passes-nothing-on',
        severity: 'broken',
        saw: `The site for ${domain} in ${file} passes nothing on to Open WebUI.`,
        because: 'Its "location /" has no proxy_pass, so visitors see something else than Otto.',
        ifSkipped: 'Visitors will not see Otto.',
        fixes: replaceSite(site, answers, file),
      },
    ];
  const { proxy } = proxying;
  const findings: Finding[] = [];
  if (!proxy.target.endsWith(`:${PORTS.openWebui}`))
    findings.push({
      code: 'nginx-site-other-port',
      severity: 'broken',
      saw: `The site for ${domain} in ${file} passes visitors on to ${proxy.target}.`,
      because: `Open WebUI listens on 127.0.0.1:${PORTS.openWebui}.`,
      ifSkipped: 'Visitors will not see Otto.',
      fixes: replaceSite(site, answers, file),
    });
  else if (!proxy.webSockets)
    findings.push({
      code: 'nginx-site-no-websocket',
      severity: 'broken',
      saw: `The site for ${domain} in ${file} does not pass the headers Upgrade and Connection on.`,
      because:
        "Chats travel over a WebSocket. Without these headers Open WebUI's page stays empty or asks again and again.",
      ifSkipped: 'The page will never show its sign-in form.',
      fixes: replaceSite(site, answers, file),
    });
  else if (proxy.readTimeoutS < 300)
    findings.push({
      code: 'nginx-site-impatient',
      severity: 'risk',
      saw: `The site for ${domain} in ${file} cuts answers off after ${proxy.readTimeoutS} s of silence.`,
      because: 'Otto may think and work for minutes before it answers. The runbook allows 300 s.',
      fixes: replaceSite(site, answers, file),
    });
  return findings;
}

/** A file of ours that nobody touched is replaced unasked; any other only with its owner's consent. */
function replaceSite(site: NginxSite, answers: Answers, file: string): Finding['fixes'] {
  // Other names in the same file would go down with it.
  if (site.otherNames.length > 0) return [];
  const secured = site.servers.find(({ certificate }) => certificate !== undefined);
  const actions: Action[] = [
    writeSite(file, { domain: answers.domain, ...site }),
    ...TEST_AND_RELOAD,
    ...(secured === undefined ? [] : [installCertificate(lineageOf(secured) ?? answers.domain)]),
  ];
  const title = `Write ${file} anew`;
  if (site.origin === 'ours' && secured === undefined) return [{ title, actions }];
  const gap = secured === undefined ? '' : ' https is away for some seconds, until certbot has put it back.';
  return [
    {
      title,
      consequence: `What is in that file now is no longer in effect; it is kept under /var/lib/otto-install/replaced.${gap}`,
      actions,
    },
  ];
}

/** The certbot certificate that a site uses: 'otto.example.com' of /etc/letsencrypt/live/otto.example.com/fullchain.pem. */
function lineageOf({ certificate }: Server): string | undefined {
  return /^\/etc\/letsencrypt\/live\/([^/]+)\//.exec(certificate ?? '')?.[1];
}

function judgeServed(site: NginxSite, { domain }: Answers): readonly Finding[] {
  if (site.answer === 'ours' || site.complaint !== undefined) return [];
  if (site.answer === 'upstream-down')
    return [
      {
        code: 'nginx-upstream-down',
        severity: 'broken',
        saw: `nginx answers for ${domain} that it cannot reach Open WebUI (an error 502 to 504).`,
        because: 'Open WebUI restarts, or listens elsewhere than the site passes visitors on to.',
        ifSkipped: 'Visitors see an error page.',
        fixes: [],
        watch: { everyMs: 2_000, forMs: 60_000 },
      },
    ];
  return [
    {
      code: 'nginx-not-reloaded',
      severity: 'broken',
      saw: `The site for ${domain} is in nginx's files, but ${site.answer === 'none' ? 'nothing' : 'something else'} answers for that name.`,
      because:
        'nginx reads its files only when it is told to. Until then the default site or the old one answers.',
      ifSkipped: 'Visitors will not see Otto.',
      fixes: [{ title: 'Let nginx take over its configuration', actions: TEST_AND_RELOAD }],
    },
  ];
}

function run(argv: Run['argv'], purpose: string): Run {
  return { kind: 'run', argv, purpose, timeoutMs: 60_000 };
}

/** Step 9: nginx passes visitors of the domain on to Open WebUI. Other sites are left alone. */
export const nginxSiteTask: OttoTask<NginxSite> = {
  id: 'nginx-site',
  title: 'nginx site',
  step: 'Step 9',
  why: 'Open WebUI listens on this machine only. nginx brings visitors to it, lets WebSockets and slow answers through, and later holds the certificate. The administrator exists already, so that nobody else can claim the page.',
  needs: ['server-packages', 'domain', 'first-admin'],
  look: lookAtSite,
  judge,
};
