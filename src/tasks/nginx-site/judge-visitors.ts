import type { Answers } from '../../answers/schema.ts';
import type { ProxyPass } from '../../system/nginx/nginx.ts';
import { found } from '../finding.ts';
import { FINDINGS, type Finding } from './findings.ts';
import type { NginxSite } from './look.ts';
import { byHand, editSite } from './site-edits.ts';

const ASK_NOBODY = [{ where: 'root', name: 'auth_basic', args: 'off', replaces: 'same-name' }] as const;

/** Pure. Whom nginx itself turns away, before Open WebUI is asked. */
export function judgeVisitors(
  site: NginxSite,
  { basicAuth, access = [] }: ProxyPass,
  answers: Answers,
  file: string,
): readonly Finding[] {
  const { domain } = answers;
  const fixes = editSite(site, answers, file, [{ lines: ASK_NOBODY }], (servers) =>
    servers.every(({ proxy }) => proxy?.basicAuth !== true),
  ).map((fix) => ({
    ...fix,
    id: 'ask-nobody',
    title: `Let visitors of ${domain} come to Open WebUI's own sign-in`,
    consequence:
      `nginx asks nobody for a name and a password any more; Open WebUI does. ${fix.consequence ?? ''}`.trim(),
  }));
  return [
    ...(basicAuth === true
      ? [
          found(FINDINGS['nginx-site-asks-for-password'], {
            evidence: `The site for ${domain} in ${file} asks visitors for a name and a password (auth_basic).`,
            adds: fixes.length === 0 ? byHand(ASK_NOBODY, file, domain) : '',
            fixes,
          }),
        ]
      : []),
    ...(access.length > 0
      ? [
          found(FINDINGS['nginx-site-narrowed'], {
            evidence: `The site for ${domain} in ${file} says who may come in: ${access.slice(0, 4).join('; ')}${access.length > 4 ? ` and ${access.length - 4} more` : ''}.`,
          }),
        ]
      : []),
  ];
}
