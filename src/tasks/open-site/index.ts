import type { Answers } from '../../answers/schema.ts';
import type { Host } from '../../host/host.ts';
import { found } from '../finding.ts';
import { passesVisitorsOn } from '../nginx-site/answer.ts';
import { lookAtSite, type NginxSite } from '../nginx-site/look.ts';
import { openSite } from '../nginx-site/opening.ts';
import { rewriteSite } from '../nginx-site/site-edits.ts';
import type { OttoTask } from '../otto-task.ts';
import { FINDINGS, type Finding } from './findings.ts';

async function look(host: Host, answers: Answers): Promise<NginxSite> {
  const site = await lookAtSite(host, answers);
  if (site.closed === true || site.answer !== 'ours') return site;
  return (await passesVisitorsOn(host, answers.domain, site.servers))
    ? site
    : { ...site, answer: 'upstream-down' };
}

function judge(site: NginxSite, answers: Answers): readonly Finding[] {
  const { domain } = answers;
  // In a plan: the site comes first.
  if (site.servers.length === 0)
    return [found(FINDINGS['nginx-site-closed'], { evidence: `There is no site for ${domain} yet.` })];
  if (site.closed === true)
    return [
      found(FINDINGS['nginx-site-closed'], {
        evidence: `The site for ${domain} lets nobody in yet.`,
        fixes: [
          ...openSite(site, answers),
          ...rewriteSite({ ...site, closed: false }, answers, site.servers[0]?.file ?? site.newPath),
        ],
      }),
    ];
  if (site.answer !== 'upstream-down') return [];
  return [
    found(FINDINGS['nginx-upstream-down'], {
      evidence: `nginx answers for ${domain} that it cannot reach Open WebUI (error 502 to 504).`,
      watch: { everyMs: 2_000, forMs: 60_000 },
    }),
  ];
}

/** Step 9, its end: visitors are let in, once Open WebUI belongs to somebody. */
export const openSiteTask: OttoTask<NginxSite, Finding> = {
  id: 'open-site',
  title: 'Open to visitors',
  step: 'Step 9',
  why: 'Until now the site answered 503 to everybody. Open WebUI is up and has its administrator, so nobody else can claim it any more, and visitors are let in.',
  needs: ['nginx-site', 'first-admin', 'open-webui'],
  // certbot writes the same file.
  follows: ['certificate'],
  look,
  judge,
};
