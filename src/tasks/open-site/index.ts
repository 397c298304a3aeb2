import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Host } from '../../host/host.ts';
import { TEST_AND_RELOAD } from '../../system/nginx/nginx.ts';
import { found } from '../finding.ts';
import { passesVisitorsOn } from '../nginx-site/answer.ts';
import { lookAtSite, type NginxSite } from '../nginx-site/look.ts';
import { openSite } from '../nginx-site/opening.ts';
import { passesToOtto } from '../nginx-site/passes-to-otto.ts';
import { rewriteSite } from '../nginx-site/site-edits.ts';
import type { OttoTask } from '../otto-task.ts';
import { FINDINGS, type Finding } from './findings.ts';

export interface OpenSite extends NginxSite {
  /** nginx refuses visitors although its file leads them to an Open WebUI that answers: it has not read the file since. */
  readonly unread: boolean;
}

async function look(host: Host, answers: Answers): Promise<OpenSite> {
  const site = await lookAtSite(host, answers);
  if (site.closed === true || site.servers.length === 0) return { ...site, unread: false };
  const refuses =
    site.answer === 'upstream-down' ||
    (site.answer === 'ours' && !(await passesVisitorsOn(host, answers.domain, site.servers)));
  if (!refuses) return { ...site, unread: false };
  const { port } = layout(answers).openWebui;
  const leadsThere = site.servers.some(({ proxy }) => proxy !== undefined && passesToOtto(proxy, port));
  const openWebui = await host.fetch(`http://127.0.0.1:${port}/health`, { timeoutMs: 5_000 });
  return {
    ...site,
    answer: 'upstream-down',
    unread: leadsThere && openWebui.ok && openWebui.status === 200,
  };
}

function judge(site: OpenSite, answers: Answers): readonly Finding[] {
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
  // A run that was cut off between the two.
  if (site.unread)
    return [
      found(FINDINGS['nginx-site-closed'], {
        evidence: `The site for ${domain} lets visitors in, but nginx still refuses them: it has not read the file since.`,
        fixes: [{ id: 'reload-nginx', title: 'Reload the nginx configuration', actions: TEST_AND_RELOAD }],
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
export const openSiteTask: OttoTask<OpenSite, Finding> = {
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
