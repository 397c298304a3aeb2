import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Command } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { leadsElsewhere, notOurs } from '../../engine/contracts/effect.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import { things } from '../../engine/contracts/thing.ts';
import { installCertificate } from '../../system/certificates/certbot.ts';
import { type ProxyPass, type Server, TEST_AND_RELOAD } from '../../system/nginx/nginx.ts';
import { found } from '../finding.ts';
import type { OttoTask } from '../otto-task.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { judgeConfiguration } from './judge-configuration.ts';
import { judgeUnit } from './judge-unit.ts';
import { judgeVisitors } from './judge-visitors.ts';
import { lookAtSite, type NginxSite } from './look.ts';
import { passesToOtto } from './passes-to-otto.ts';
import {
  byHand,
  editSite,
  listenEdits,
  missingLines,
  rewriteSite,
  SHORTEST_PATIENCE,
  SMALLEST_BODY_LIMIT,
} from './site-edits.ts';
import { takeOut } from './taking-out.ts';
import { writeSite } from './template.ts';

function judge(site: NginxSite, answers: Answers): readonly Finding[] {
  const broken = judgeConfiguration(site, answers);
  if (broken.length > 0) return broken;
  const stopped = judgeUnit(site);
  // A new site is written while nginx is down, too: otherwise the second start would show the default site.
  const found = site.servers.length === 0 ? [siteMissing(site, answers)] : judgeServers(site, answers);
  return [...stopped, ...found, ...(stopped.length + found.length === 0 ? judgeServed(site, answers) : [])];
}

function siteMissing(site: NginxSite, answers: Answers): Finding {
  const { domain } = answers;
  const { available, lineage } = site;
  if (available !== undefined) {
    const link = `/etc/nginx/sites-enabled/${available.slice(available.lastIndexOf('/') + 1)}`;
    const enable: Command = command(['ln', '-s', '--', available, link], 'Enable the site', {
      makes: things('link', link),
      timeoutMs: 10_000,
    });
    return found(FINDINGS['nginx-site-not-enabled'], {
      evidence: `The site for ${domain} is in ${available}, but not enabled.`,
      fixes: [{ id: 'enable-site', title: `Enable ${available}`, actions: [enable, ...TEST_AND_RELOAD] }],
    });
  }
  return found(FINDINGS['nginx-site-missing'], {
    evidence: `nginx has no site for ${domain}.`,
    fixes: [
      {
        id: 'add-site',
        title: `Add the site to ${site.newPath}`,
        actions: [
          writeSite(site.newPath, { domain, ...site, port: layout(answers).openWebui.port }),
          ...TEST_AND_RELOAD,
          // After a site was lost its certificate is still there, and nothing needs to be asked of the authority.
          ...(lineage === undefined || site.unit.active !== 'active' ? [] : [installCertificate(lineage)]),
        ],
      },
    ],
  });
}

function judgeServers(site: NginxSite, answers: Answers): readonly Finding[] {
  const { domain } = answers;
  const files = [...new Set(site.servers.map(({ file }) => file))];
  if (files.length > 1) return [siteTwice(site, answers, files)];
  const proxying = site.servers.find(({ proxy }) => proxy !== undefined);
  const file = files[0] ?? site.newPath;
  if (proxying?.proxy === undefined)
    return [
      found(FINDINGS['nginx-site-passes-nothing-on'], {
        evidence: `The site for ${domain} in ${file} passes nothing on to Open WebUI.`,
        fixes: rewriteSite(site, answers, file),
      }),
    ];
  return [
    ...judgeProxy(site, proxying.proxy, answers, file, repairProxy(site, answers, file, proxying.proxy)),
    ...judgeVisitors(site, proxying.proxy, answers, file),
    ...judgeListens(site, answers, file),
  ];
}

/** All missing lines at once: two fixes of the same file would undo each other. */
function repairProxy(site: NginxSite, answers: Answers, file: string, proxy: ProxyPass): readonly Fix[] {
  const { port } = layout(answers).openWebui;
  const lines = missingLines(proxy, port);
  const holds = (edited: readonly Server[]) =>
    edited.every((server) => server.proxy === undefined || missingLines(server.proxy, port).length === 0);
  const fixes = [...editSite(site, answers, file, [{ lines }], holds), ...rewriteSite(site, answers, file)];
  return passesToOtto(proxy, port) || site.behind === 'nothing'
    ? fixes
    : fixes.map((fix) => ledElsewhere(fix, proxy, answers));
}

/** Something answers where the site leads: somebody uses that, and is asked. */
function ledElsewhere(fix: Fix, { target }: ProxyPass, { domain }: Answers): Fix {
  const [first, ...more] = fix.actions;
  const lost = `Visitors of ${domain} no longer get what answers at ${target}.`;
  return {
    ...fix,
    consequence: fix.consequence === undefined ? lost : `${lost} ${fix.consequence}`,
    actions:
      first === undefined
        ? []
        : [
            {
              ...first,
              effects: [...(first.effects ?? []), ...leadsElsewhere(`visitors of ${domain}`, notOurs)],
            },
            ...more,
          ],
  };
}

function judgeProxy(
  { behind }: NginxSite,
  proxy: ProxyPass,
  answers: Answers,
  file: string,
  fixes: readonly Fix[],
): readonly Finding[] {
  const { domain } = answers;
  const { port } = layout(answers).openWebui;
  const findings: Finding[] = [];
  const adds = fixes.some(({ id }) => id === 'change-lines')
    ? ''
    : byHand(missingLines(proxy, port), file, domain);
  if (!passesToOtto(proxy, port) && behind === 'open-webui')
    return [
      found(FINDINGS['nginx-site-another-open-webui'], {
        evidence: `The site for ${domain} in ${file} passes visitors on to ${proxy.target}, where an Open WebUI answers; this Otto’s is expected on port ${port}.`,
        values: { port },
      }),
    ];
  if (!passesToOtto(proxy, port))
    findings.push(
      found(FINDINGS['nginx-site-other-port'], {
        evidence: `The site for ${domain} in ${file} passes visitors on to ${proxy.target}.`,
        adds,
        fixes,
      }),
    );
  if (!proxy.webSockets)
    findings.push(
      found(FINDINGS['nginx-site-no-websocket'], {
        evidence: `The site for ${domain} in ${file} does not pass on the headers Upgrade and Connection.`,
        adds,
        fixes,
      }),
    );
  if (proxy.bodyLimit < SMALLEST_BODY_LIMIT)
    findings.push(
      found(FINDINGS['nginx-site-small-uploads'], {
        evidence: `The site for ${domain} in ${file} refuses uploads of more than ${Math.round(proxy.bodyLimit / 1024)} KB.`,
        adds,
        fixes,
      }),
    );
  if (proxy.readTimeoutS < SHORTEST_PATIENCE)
    findings.push(
      found(FINDINGS['nginx-site-impatient'], {
        evidence: `The site for ${domain} in ${file} cuts off answers after ${proxy.readTimeoutS} s of silence.`,
        adds,
        fixes,
      }),
    );
  return findings;
}

/** Only once the rest is right: both would change the same file. */
function judgeListens(site: NginxSite, answers: Answers, file: string): readonly Finding[] {
  const { inFront } = site;
  const [first] = inFront;
  if (first === undefined) return [];
  const fixes = editSite(site, answers, file, listenEdits(inFront), (edited) => edited.length > 0);
  return [
    found(FINDINGS['nginx-other-site-in-front'], {
      evidence: `${first.file} listens on ${inFront.map(({ address, port }) => `${address}:${port}`).join(', ')}; the site for ${answers.domain} does not.`,
      fixes,
    }),
  ];
}

function siteTwice(site: NginxSite, answers: Answers, files: readonly string[]): Finding {
  const { domain } = answers;
  const { port } = layout(answers).openWebui;
  const kept =
    site.servers.find(({ proxy, certificate }) => proxy && passesToOtto(proxy, port) && certificate) ??
    site.servers.find(({ proxy }) => proxy && passesToOtto(proxy, port));
  const others = files.filter((file) => file !== kept?.file);
  const taken = others.flatMap((path) => {
    const file = site.files.find((one) => one.path === path);
    return file === undefined || (site.namesBeside[path] ?? []).length > 0 ? [] : (takeOut(file) ?? []);
  });
  const fixes: readonly Fix[] =
    kept === undefined || taken.length < others.length
      ? []
      : [
          {
            id: 'keep-one-site',
            title: `Keep ${kept.file}, remove ${others.join(', ')} from nginx`,
            consequence: `The sites in ${others.join(', ')} are unavailable; the files are kept (${taken.map(({ keptAt }) => keptAt).join(', ')}).`,
            actions: [...taken.map(({ action }) => action), ...TEST_AND_RELOAD],
          },
        ];
  return found(FINDINGS['nginx-site-twice'], {
    evidence: `Several files have a site for ${domain}: ${files.join(', ')}.`,
    fixes,
    watch: { everyMs: 3_000, forMs: 0 },
  });
}

function judgeServed(site: NginxSite, { domain }: Answers): readonly Finding[] {
  if (site.answer === 'ours' || site.complaint !== undefined) return [];
  if (site.answer === 'upstream-down')
    return [
      found(FINDINGS['nginx-upstream-down'], {
        evidence: `nginx answers for ${domain} that it cannot reach Open WebUI (error 502 to 504).`,
        watch: { everyMs: 2_000, forMs: 60_000 },
      }),
    ];
  return [
    found(FINDINGS['nginx-not-reloaded'], {
      evidence: `The site for ${domain} is in nginx's files, but ${site.answer === 'none' ? 'nothing' : 'something else'} answers for that name.`,
      fixes: [{ id: 'reload-nginx', title: 'Reload the nginx configuration', actions: TEST_AND_RELOAD }],
    }),
  ];
}

/** Step 9: nginx passes visitors of the domain on to Open WebUI. Other sites are left alone. */
export const nginxSiteTask: OttoTask<NginxSite, Finding> = {
  id: 'nginx-site',
  title: 'nginx site',
  step: 'Step 9',
  why: 'Open WebUI listens on this machine only. nginx brings visitors to it, lets WebSockets and slow answers through, and later holds the certificate. The administrator already exists, so nobody else can claim the page.',
  needs: ['server-packages', 'domain', 'first-admin', 'open-webui'],
  look: lookAtSite,
  judge,
};
