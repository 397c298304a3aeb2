import type { Answers } from '../../answers/schema.ts';
import { writeFile } from '../../engine/contracts/command.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import { servers, TEST } from '../../system/nginx/nginx.ts';
import { repairMistake } from '../../system/nginx/nginx-repair.ts';
import { parseFile } from '../../system/nginx/nginx-syntax.ts';
import { found } from '../finding.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { startNginx, takeOver } from './judge-unit.ts';
import type { Culprit, NginxSite } from './look.ts';
import { rewriteSite } from './site-edits.ts';
import { takeOut } from './taking-out.ts';
import { writeSite } from './template.ts';

/** A configuration that nginx refuses: the owner of the file decides what may be done about it. */
export function judgeConfiguration(site: NginxSite, answers: Answers): readonly Finding[] {
  const { complaint, culprit, unit } = site;
  if (complaint === undefined) return [];
  if (complaint.includes('/etc/letsencrypt/')) return judgeCertificateFiles(site, answers, complaint);
  const down = unit.active === 'active' ? '' : ` nginx is ${unit.active}.`;
  const evidence = `nginx refuses its configuration: ${complaint}.${down}`;
  if (culprit?.ours === true)
    return [
      found(FINDINGS['nginx-site-syntax'], {
        evidence,
        fixes: [
          ...repairSite(site, answers, culprit, complaint),
          ...rewriteSite(site, answers, culprit.file.path),
        ],
      }),
    ];
  const fixes = culprit === undefined ? [] : takeOutForeign(site, culprit);
  return [
    found(FINDINGS['nginx-configuration-broken'], {
      evidence,
      severity: fixes.length > 0 ? 'broken' : 'blocked',
      fixes,
      watch: { everyMs: 3_000, forMs: 0 },
    }),
  ];
}

/** The typing mistake itself, when it can be identified and the site is valid after the repair. */
function repairSite(
  { content, unit, siteMode }: NginxSite,
  { domain }: Answers,
  { file, line }: Culprit,
  complaint: string,
): readonly Fix[] {
  if (content === undefined) return [];
  const repaired = repairMistake(content, complaint, { file: file.path, line });
  if (repaired === undefined) return [];
  const block = parseFile({ path: file.path, content: repaired.content });
  const http = { name: 'http', args: [], block, file: file.path, from: 0, to: 0, inside: 0 };
  const whole = servers([http]).some(({ names, proxy }) => names.includes(domain) && proxy !== undefined);
  if (!whole) return [];
  return [
    {
      id: 'correct-mistake',
      title: `Fix ${file.path}`,
      consequence: `${repaired.what}. Everything else in the file stays, and the old file is kept. If nginx refuses the result, the old file is restored.`,
      actions: [
        writeFile(file.path, repaired.content, siteMode.mode, repaired.what, {
          owner: siteMode.owner,
          proof: TEST,
        }),
        ...takeOver(unit),
      ],
    },
  ];
}

function takeOutForeign({ unit }: NginxSite, { file }: Culprit): readonly Fix[] {
  const taken = takeOut(file);
  if (taken === undefined) return [];
  return [
    {
      id: 'disable-file',
      title: `Remove ${file.path} from nginx`,
      consequence: `The sites in that file are unavailable until somebody fixes it and puts it back; it is kept (${taken.keptAt}).`,
      actions: [taken.action, ...takeOver(unit)],
    },
  ];
}

/**
 * Files of certbot that are gone are fixed by the task Certificate, which can bring them back, as long as nginx runs:
 * it keeps running with what it had read. When it is down, the plain site has to bring it up first.
 */
function judgeCertificateFiles(site: NginxSite, answers: Answers, complaint: string): readonly Finding[] {
  const { unit } = site;
  const file = site.servers[0]?.file;
  if (unit.active === 'active' || file === undefined || site.otherNames.length > 0) return [];
  return [
    found(FINDINGS['nginx-down-certificate-gone'], {
      evidence: `nginx is ${unit.active} and does not start: ${complaint}`,
      fixes: [
        {
          id: 'serve-over-http',
          title: 'Serve the site over http, so that the certificate can be restored',
          consequence: `The page is not encrypted until the certificate is back. ${file} is rewritten (the old one is kept).`,
          actions: [writeSite(file, { domain: answers.domain, ...site }), ...startNginx()],
        },
      ],
    }),
  ];
}
