import type { Answers } from '../../answers/schema.ts';
import {
  deleteCertificate,
  installCertificate,
  LETSENCRYPT_FOLDER,
} from '../../system/certificates/certbot.ts';
import { type Certificate, covers } from '../../system/certificates/x509.ts';
import { TEST_AND_RELOAD } from '../../system/nginx/nginx.ts';
import { day } from '../../text/time.ts';
import { found } from '../finding.ts';
import { writeSite } from '../nginx-site/template.ts';
import type { OttoTask } from '../otto-task.ts';
import { judgeNamed } from './attach.ts';
import { judgeCutOff } from './cut-off.ts';
import { judgeFiles, relink } from './files.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { type CertificateFacts, type Lineage, lookAtCertificate } from './look.ts';
import { obtain } from './obtain.ts';
import { judgeRenewal, judgeTimer } from './renewal.ts';

const DAY_MS = 24 * 3_600_000;

function judge(facts: CertificateFacts, answers: Answers): readonly Finding[] {
  return [...judgeCertificate(facts, answers), ...judgeTimer(facts)];
}

/** One finding at a time: each fix changes what the next one would see. */
function judgeCertificate(facts: CertificateFacts, answers: Answers): readonly Finding[] {
  const finding =
    judgeCutOff(facts.cutOff, facts.now) ??
    judgeFiles(facts, answers) ??
    judgeForeign(facts, answers) ??
    judgeLineage(facts, answers) ??
    judgeSite(facts, answers) ??
    judgeHttps(facts, answers);
  return finding === undefined ? judgeRenewal(facts, answers) : finding === 'fine' ? [] : [finding];
}

/** A certificate that did not come from certbot is left alone as long as it is valid. */
function judgeForeign(
  { siteCertificate, site, now }: CertificateFacts,
  { domain }: Answers,
): Finding | 'fine' | undefined {
  const path = site.servers.find(({ certificate }) => certificate !== undefined)?.certificate;
  if (path === undefined || path.startsWith(`${LETSENCRYPT_FOLDER}/`)) return undefined;
  if (siteCertificate === undefined || !covers(siteCertificate, domain) || siteCertificate.notAfter <= now)
    return found(FINDINGS['foreign-certificate-invalid'], {
      evidence: `The site uses ${path}, which ${siteCertificate === undefined ? 'cannot be read' : siteCertificate.notAfter <= now ? 'has expired' : `is not for ${domain}`}.`,
    });
  if (siteCertificate.notAfter - now > 14 * DAY_MS) return 'fine';
  return found(FINDINGS['foreign-certificate-ends-soon'], {
    evidence: `The certificate ${path} is valid until ${day(siteCertificate.notAfter)}.`,
  });
}

function judgeLineage(facts: CertificateFacts, answers: Answers): Finding | undefined {
  const { domain, acmeServer } = answers;
  const { now } = facts;
  const lineage = facts.lineages[0];
  const certificate = lineage?.certificate;
  if (lineage !== undefined && certificate === undefined)
    return found(FINDINGS['certificate-unlinked'], {
      evidence: `certbot knows a certificate ${lineage.name}, but its files in ${LETSENCRYPT_FOLDER}/live are gone.`,
      fixes:
        lineage.archived === undefined
          ? [
              {
                id: 'forget-certificate',
                title: 'Remove what is left of the certificate',
                actions: [deleteCertificate(lineage.name)],
              },
            ]
          : [
              {
                id: 'relink-files',
                title: "Link the certificate files again from certbot's archive",
                actions: relink(lineage.name, lineage.archived),
              },
            ],
    });
  if (certificate !== undefined && !covers(certificate, domain))
    return obtain(
      found(FINDINGS['certificate-made-for-another-name'], {
        evidence: `The certificate ${lineage?.name} is for ${certificate.names.join(', ')}, not for ${domain}.`,
      }),
      facts,
      answers,
    );
  if (lineage === undefined || certificate === undefined)
    return obtain(
      found(FINDINGS['certificate-missing'], { evidence: `There is no certificate for ${domain}.` }),
      facts,
      answers,
    );
  if (isTest(lineage, certificate) && !/staging/.test(acmeServer))
    return obtain(
      found(FINDINGS['certificate-is-a-test'], {
        evidence: `The certificate ${lineage.name} comes from a test server (${lineage.renewal.server ?? certificate.issuer}).`,
      }),
      facts,
      answers,
      true,
    );
  if (certificate.notAfter <= now)
    return obtain(
      found(FINDINGS['certificate-expired'], {
        evidence: `The certificate expired on ${day(certificate.notAfter)}.`,
      }),
      facts,
      answers,
    );
  return undefined;
}

function isTest({ renewal }: Lineage, { issuer }: Certificate): boolean {
  return /staging/.test(renewal.server ?? '') || /\(STAGING\)|Fake LE/i.test(issuer);
}

/** The site uses the certificate. Never written over: certbot's own lines are what https is. */
function judgeSite(facts: CertificateFacts, answers: Answers): Finding | undefined {
  const { site, siteCertificate, lineages } = facts;
  const { domain } = answers;
  const lineage = lineages[0];
  if (lineage === undefined) return undefined;
  const secured = site.servers.find(({ listens }) => listens.some(({ ssl }) => ssl));
  const install = {
    id: 'install-again',
    title: 'Let certbot add the certificate to the site again',
    actions: [...TEST_AND_RELOAD.slice(0, 1), installCertificate(lineage.name)],
  };
  if (secured === undefined)
    return found(FINDINGS['https-gone'], {
      evidence: `There is a certificate for ${domain}, but the site does not use it.`,
      fixes: [install],
    });
  if (siteCertificate !== undefined && !covers(siteCertificate, domain))
    return found(FINDINGS['certificate-for-another-name'], {
      evidence: `The site uses a certificate for ${siteCertificate.names.join(', ')}, not for ${domain}.`,
      fixes: [install],
    });
  const named = judgeNamed(facts, answers);
  if (named !== undefined) return named;
  const http = site.servers.some(({ listens }) => listens.some(({ port }) => port === 80));
  if (http) return undefined;
  const file = secured.file;
  return found(FINDINGS['http-site-gone'], {
    evidence: `The site no longer answers http://${domain}; the default site does.`,
    fixes:
      site.otherNames.length > 0
        ? []
        : [
            {
              id: 'rewrite-and-install',
              title: 'Rewrite the site and let certbot add https again',
              consequence: `https is unavailable for a few seconds. ${file} is replaced (the old one is kept).`,
              actions: [
                writeSite(file, { domain, ...site }),
                ...TEST_AND_RELOAD,
                installCertificate(lineage.name),
              ],
            },
          ],
  });
}

function judgeHttps(
  { https, lineages, siteCertificate }: CertificateFacts,
  { domain }: Answers,
): Finding | undefined {
  const newest = lineages[0]?.certificate;
  const reload = [{ id: 'reload-nginx', title: 'Reload the nginx configuration', actions: TEST_AND_RELOAD }];
  if (https.status === 0 && https.certificate === undefined)
    return found(FINDINGS['https-does-not-answer'], {
      evidence: `The site has a certificate, but nothing answers https://${domain} on this machine.`,
      fixes: reload,
    });
  const shown = https.certificate;
  // A site that uses another, valid certificate of certbot is fine; what counts is whether nginx shows what it names.
  const named = siteCertificate ?? newest;
  if (shown !== undefined && named !== undefined && shown.serial !== named.serial)
    return found(FINDINGS['certificate-not-taken-over'], {
      evidence: `nginx still serves an older certificate, valid until ${day(shown.notAfter)}.`,
      fixes: reload,
    });
  return undefined;
}

/** Step 10: a certificate for the domain, used by the site and renewed by itself. */
export const certificateTask: OttoTask<CertificateFacts, Finding> = {
  id: 'certificate',
  title: 'Certificate',
  step: 'Step 10',
  why: 'https encrypts passwords and chats on the way. First a token fetched by name shows that the name points here, then the request is made; after one that failed it is rehearsed first, since the authority allows only five failed attempts per hour.',
  needs: ['nginx-site', 'firewall'],
  lookTimeoutMs: 40_000,
  look: lookAtCertificate,
  judge,
};
