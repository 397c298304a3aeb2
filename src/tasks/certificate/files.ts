import type { Answers } from '../../answers/schema.ts';
import type { Command } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { things } from '../../engine/contracts/thing.ts';
import {
  askAuthority,
  deleteCertificate,
  installCertificate,
  LETSENCRYPT_FOLDER,
} from '../../system/certificates/certbot.ts';
import { TEST_AND_RELOAD } from '../../system/nginx/nginx.ts';
import { found } from '../finding.ts';
import { writeSite } from '../nginx-site/template.ts';
import { FINDINGS, type Finding } from './findings.ts';
import type { CertificateFacts } from './look.ts';
import { obtainActions } from './obtain.ts';

/** Files that the site names but that are gone: nginx still serves what it has read, and fails at its next restart. */
export function judgeFiles(facts: CertificateFacts, answers: Answers): Finding | undefined {
  const { site, lineages } = facts;
  if (site.complaint === undefined || !site.complaint.includes('/etc/letsencrypt/')) return undefined;
  const name = /\/etc\/letsencrypt\/live\/([^/]+)\//.exec(site.complaint)?.[1];
  const lineage = lineages.find((one) => one.name === name);
  const base = found(FINDINGS['certificate-files-gone'], {
    evidence: `nginx refuses its configuration: ${site.complaint}`,
  });
  if (name !== undefined && lineage?.archived !== undefined)
    return {
      ...base,
      fixes: [
        {
          id: 'relink-files',
          title: "Link the certificate files again from certbot's archive",
          actions: [...relink(lineage.name, lineage.archived), ...TEST_AND_RELOAD],
        },
      ],
    };
  const file = site.servers[0]?.file;
  // The file belongs to another site, or holds other names, too.
  if (
    file === undefined ||
    site.otherNames.length > 0 ||
    (name !== undefined && lineage === undefined && name !== answers.domain)
  )
    return { ...base, fixes: [] };
  const plain = [writeSite(file, { domain: answers.domain, ...site }), ...TEST_AND_RELOAD];
  return {
    ...base,
    fixes: [
      {
        id: name === undefined ? 'install-again' : 'get-another-certificate',
        title:
          name === undefined
            ? 'Let certbot configure the site again'
            : 'Remove the certificate from certbot and get a new one',
        consequence: `https is unavailable until certbot has restored it. ${file} is rewritten (the old one is kept).`,
        actions:
          name === undefined
            ? [...plain, installCertificate(lineages[0]?.name ?? answers.domain)]
            : [
                // Visitors have https until nginx reads its files again: it is given up only for a new certificate.
                askAuthority(answers.acmeServer),
                ...plain,
                ...(lineage === undefined ? [] : [deleteCertificate(lineage.name)]),
                ...obtainActions(facts, answers, false),
              ],
      },
    ],
  };
}

/** Links a certificate of certbot again to its newest files in the archive. */
export function relink(name: string, version: number): readonly Command[] {
  const live = `${LETSENCRYPT_FOLDER}/live/${name}`;
  const link = (kind: string): Command =>
    command(
      ['ln', '-sfn', '--', `../../archive/${name}/${kind}${version}.pem`, `${live}/${kind}.pem`],
      `Link ${kind}.pem to the newest one in the archive`,
      { makes: things('link', `${live}/${kind}.pem`), timeoutMs: 10_000 },
    );
  return [
    command(['install', '-d', '-m', '0755', live], `Create ${live}`, {
      makes: things('folder', live),
      timeoutMs: 10_000,
    }),
    ...['cert', 'chain', 'fullchain', 'privkey'].map(link),
  ];
}
