import type { Answers } from '../../answers/schema.ts';
import type { Finding } from '../../engine/contracts/task.ts';
import {
  deleteCertificate,
  installCertificate,
  LETSENCRYPT_FOLDER,
} from '../../system/certificates/certbot.ts';
import { type Certificate, covers } from '../../system/certificates/x509.ts';
import { TEST_AND_RELOAD } from '../../system/nginx/nginx.ts';
import { writeSite } from '../nginx-site/template.ts';
import type { OttoTask } from '../otto-task.ts';
import { day } from './day.ts';
import { judgeFiles, relink } from './files.ts';
import { type CertificateFacts, type Lineage, lookAtCertificate } from './look.ts';
import { obtain } from './obtain.ts';
import { judgeRenewal, judgeTimer } from './renewal.ts';

const DAY_MS = 24 * 3_600_000;

function judge(facts: CertificateFacts, answers: Answers): readonly Finding[] {
  return [...judgeCertificate(facts, answers), ...judgeTimer(facts)];
}

/** One finding at a time: each mend changes what the next one would see. */
function judgeCertificate(facts: CertificateFacts, answers: Answers): readonly Finding[] {
  const finding =
    judgeFiles(facts, answers) ??
    judgeForeign(facts, answers) ??
    judgeLineage(facts, answers) ??
    judgeSite(facts, answers) ??
    judgeHttps(facts, answers);
  return finding === undefined ? judgeRenewal(facts, answers) : finding === 'fine' ? [] : [finding];
}

/** A certificate that did not come from certbot is left alone as long as it holds. */
function judgeForeign(
  { siteCertificate, site, now }: CertificateFacts,
  { domain }: Answers,
): Finding | 'fine' | undefined {
  const path = site.servers.find(({ certificate }) => certificate !== undefined)?.certificate;
  if (path === undefined || path.startsWith(`${LETSENCRYPT_FOLDER}/`)) return undefined;
  if (siteCertificate === undefined || !covers(siteCertificate, domain) || siteCertificate.notAfter <= now)
    return {
      code: 'foreign-certificate-invalid',
      severity: 'broken',
      saw: `The site uses ${path}, which ${siteCertificate === undefined ? 'cannot be read' : siteCertificate.notAfter <= now ? 'has expired' : `is not for ${domain}`}.`,
      because:
        'That certificate did not come from certbot, so whoever put it there has to renew it. Without the lines ssl_certificate in the site the wizard gets one.',
      ifSkipped: 'Browsers refuse the page.',
      fixes: [],
    };
  if (siteCertificate.notAfter - now > 14 * DAY_MS) return 'fine';
  return {
    code: 'foreign-certificate-ends-soon',
    severity: 'risk',
    saw: `The certificate ${path} is valid until ${day(siteCertificate.notAfter)}.`,
    because: 'It did not come from certbot, so nothing on this machine renews it.',
    fixes: [],
  };
}

function judgeLineage(facts: CertificateFacts, answers: Answers): Finding | undefined {
  const { domain, acmeServer } = answers;
  const { now } = facts;
  const lineage = facts.lineages[0];
  const certificate = lineage?.certificate;
  if (lineage !== undefined && certificate === undefined)
    return {
      code: 'certificate-unlinked',
      severity: 'broken',
      saw: `certbot knows a certificate ${lineage.name}, but its files in ${LETSENCRYPT_FOLDER}/live are gone.`,
      because: 'A new one would get another name, and the old one would fail to renew for ever.',
      ifSkipped: 'There will be no https.',
      fixes:
        lineage.archived === undefined
          ? [
              {
                id: 'forget-certificate',
                title: 'Forget what is left of it',
                actions: [deleteCertificate(lineage.name)],
              },
            ]
          : [
              {
                id: 'relink-files',
                title: 'Link the files again from the archive of certbot',
                actions: relink(lineage.name, lineage.archived),
              },
            ],
    };
  if (certificate !== undefined && !covers(certificate, domain))
    return obtain(
      {
        code: 'certificate-made-for-another-name',
        severity: 'broken',
        saw: `The certificate ${lineage?.name} is for ${certificate.names.join(', ')}, not for ${domain}.`,
        because:
          'Browsers refuse the page. certbot keeps certificates under a name of its own choice, and that one was asked for again with other names. It stays as it is; Otto gets one of its own.',
      },
      facts,
      answers,
    );
  if (lineage === undefined || certificate === undefined)
    return obtain(
      {
        code: 'certificate-missing',
        severity: 'missing',
        saw: `There is no certificate for ${domain}.`,
        because:
          'Without one there is no https: passwords and chats would travel in clear. It is rehearsed first, since the authority allows only few failed tries.',
      },
      facts,
      answers,
    );
  if (isTest(lineage, certificate) && !/staging/.test(acmeServer))
    return obtain(
      {
        code: 'certificate-is-a-test',
        severity: 'broken',
        saw: `The certificate ${lineage.name} comes from a test server (${lineage.renewal.server ?? certificate.issuer}).`,
        because:
          'No browser trusts it. certbot keeps it as long as it is not due, so it has to be told to replace it.',
      },
      facts,
      answers,
      true,
    );
  if (certificate.notAfter <= now)
    return obtain(
      {
        code: 'certificate-expired',
        severity: 'broken',
        saw: `The certificate ended on ${day(certificate.notAfter)}.`,
        because:
          'Browsers refuse the page. It was not renewed in time: the timer, port 80 or DNS was in the way.',
      },
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
    return {
      code: 'https-gone',
      severity: 'broken',
      saw: `There is a certificate for ${domain}, but the site does not use it.`,
      because:
        'The lines that certbot had added are gone from the site, as after it was written anew. The certificate is good: nothing has to be asked of the authority.',
      ifSkipped: 'https://… is refused.',
      fixes: [install],
    };
  if (siteCertificate !== undefined && !covers(siteCertificate, domain))
    return {
      code: 'certificate-for-another-name',
      severity: 'broken',
      saw: `The site uses a certificate for ${siteCertificate.names.join(', ')}, not for ${domain}.`,
      because:
        'Browsers refuse the page. The lines ssl_certificate in the site lead to the certificate of another site.',
      ifSkipped: 'Browsers refuse the page.',
      fixes: [install],
    };
  const http = site.servers.some(({ listens }) => listens.some(({ port }) => port === 80));
  if (http) return undefined;
  const file = secured.file;
  return {
    code: 'http-site-gone',
    severity: 'risk',
    saw: `Nothing in the site answers http://${domain} any more; the default site does.`,
    because:
      'Who types the name without https sees another page. certbot does not bring that part back by itself.',
    fixes:
      site.otherNames.length > 0
        ? []
        : [
            {
              id: 'rewrite-and-install',
              title: 'Write the site anew and let certbot add https again',
              consequence: `${file} is replaced (the old one is kept), and https is away for some seconds.`,
              actions: [
                writeSite(file, { domain, ...site }),
                ...TEST_AND_RELOAD,
                installCertificate(lineage.name),
              ],
            },
          ],
  };
}

function judgeHttps(
  { https, lineages, siteCertificate }: CertificateFacts,
  { domain }: Answers,
): Finding | undefined {
  const newest = lineages[0]?.certificate;
  const reload = [
    { id: 'reload-nginx', title: 'Let nginx take over its configuration', actions: TEST_AND_RELOAD },
  ];
  if (https.status === 0)
    return {
      code: 'https-does-not-answer',
      severity: 'broken',
      saw: `The site has a certificate, but nothing answers https://${domain} on this machine.`,
      because: 'nginx has not taken the site over yet, or another program holds port 443.',
      ifSkipped: 'Visitors cannot open the page.',
      fixes: reload,
    };
  const shown = https.certificate;
  // A site that uses another, valid certificate of certbot is fine; what counts is whether nginx shows what it names.
  const named = siteCertificate ?? newest;
  if (shown !== undefined && named !== undefined && shown.serial !== named.serial)
    return {
      code: 'certificate-not-taken-over',
      severity: 'broken',
      saw: `nginx still shows an older certificate, valid until ${day(shown.notAfter)}.`,
      because: 'The certificate was renewed, but nginx reads it only when it is told to.',
      ifSkipped: 'Browsers will refuse the page when the old one ends.',
      fixes: reload,
    };
  return undefined;
}

/** Step 10: a certificate for the domain, used by the site and renewed by itself. */
export const certificateTask: OttoTask<CertificateFacts> = {
  id: 'certificate',
  title: 'Certificate',
  step: 'Step 10',
  why: 'https, so that passwords and chats are not readable on the way. First a token fetched by name shows that the name leads here, then it is rehearsed, then asked for: the authority allows only five failed tries per hour.',
  needs: ['nginx-site', 'firewall'],
  lookTimeoutMs: 40_000,
  look: lookAtCertificate,
  judge,
};
