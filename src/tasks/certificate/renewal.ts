import type { Answers } from '../../answers/schema.ts';
import type { Action } from '../../engine/contracts/action.ts';
import { LETSENCRYPT_FOLDER, type Renewal, renewCertificate } from '../../system/certificates/certbot.ts';
import type { Certificate } from '../../system/certificates/x509.ts';
import { startsAtBoot, systemctl } from '../../system/services/systemd.ts';
import { day } from '../../text/time.ts';
import { found } from '../finding.ts';
import { writeAttempts } from './attempts.ts';
import { FINDINGS, type Finding, LOG_SAYS_WHY } from './findings.ts';
import type { CertificateFacts, Lineage } from './look.ts';
import { obtain, obtainActions } from './obtain.ts';

/** Whether the certificate will be renewed when it is due. */
export function judgeRenewal(facts: CertificateFacts, answers: Answers): readonly Finding[] {
  const { acmeServer } = answers;
  const { now, attempts, logSize, timer } = facts;
  const lineage = facts.lineages[0];
  const certificate = lineage?.certificate;
  if (lineage === undefined || certificate === undefined || timer === undefined) return [];
  const server = lineage.renewal.server ?? acmeServer;
  const attempt = { at: now, domain: lineage.name, server, kind: 'real', logSize } as const;
  const actions: readonly Action[] = [
    writeAttempts(
      [...attempts, { ...attempt, outcome: 'started' }],
      now,
      "Record the attempt, for the authority's limits",
    ),
    renewCertificate(lineage.name, server),
    writeAttempts([...attempts, { ...attempt, outcome: 'passed' }], now, 'Record that it succeeded'),
  ];
  const counts = 'It counts as one of the five certificates per week for this name.';
  if (facts.failedRenewal !== undefined)
    return [judgeFailed(facts, answers, facts.failedRenewal, certificate.notAfter, lineage.renewal, actions)];
  const never = neverRenewed(lineage, facts);
  if (never !== undefined) return [cannotRenew(lineage, certificate, never, facts, answers)];
  if (!lineage.hasAccount)
    return [
      found(FINDINGS['renewal-account-gone'], {
        evidence: `The account that renews ${lineage.name} at ${new URL(server).host} is no longer on this machine.`,
        values: { until: day(certificate.notAfter) },
        fixes: [
          {
            id: 'renew-with-new-account',
            title: 'Renew the certificate now with a new account',
            consequence: counts,
            actions,
          },
        ],
      }),
    ];
  const left = certificate.notAfter - now;
  // certbot renews when a third is left; a fifth means that it has failed for a while.
  if (left < (certificate.notAfter - certificate.notBefore) / 5)
    return [
      found(FINDINGS['renewal-overdue'], {
        evidence: `The certificate expires on ${day(certificate.notAfter)} and should have been renewed by now.`,
        fixes: [
          {
            id: 'renew-now',
            title: 'Renew the certificate now',
            consequence: counts,
            actions,
          },
        ],
      }),
    ];
  return [];
}

/** Why the timer will never renew it, on its first day as on its last; undefined where nothing speaks against it. */
function neverRenewed(
  { renewal, missing }: Lineage,
  { site }: Pick<CertificateFacts, 'site'>,
): string | undefined {
  const { authenticator, manualHook, preHook } = renewal;
  if (missing !== undefined) return `it is proved with ${authenticator}, and ${missing} is not there`;
  if (authenticator === 'manual' && manualHook === undefined)
    return 'it was proved by hand (authenticator manual) and no program is named that would do so';
  // nginx has the port that it needs, and nobody is told to give way.
  if (authenticator === 'standalone' && preHook === undefined && site.unit.active === 'active')
    return 'certbot wants port 80 for itself (authenticator standalone), which nginx has';
  return undefined;
}

function cannotRenew(
  { name }: Lineage,
  { names, notAfter }: Certificate,
  why: string,
  facts: CertificateFacts,
  answers: Answers,
): Finding {
  const other = names.filter((one) => one !== answers.domain);
  return found(FINDINGS['renewal-impossible'], {
    evidence: `The certificate ${name} is valid until ${day(notAfter)}, and cannot be renewed: ${why}.`,
    fixes:
      other.length > 0
        ? []
        : [
            {
              id: 'prove-by-nginx',
              title: 'Get it anew, proved by nginx from now on',
              consequence:
                'The certificate is made anew, and renewed by itself from then on; https stays up. It counts as one of the five certificates per week for this name.',
              actions: obtainActions(facts, answers, true),
            },
          ],
  });
}

/** certbot tried, as the timer told it to, and was refused. */
function judgeFailed(
  facts: CertificateFacts,
  answers: Answers,
  { unit, refusal }: NonNullable<CertificateFacts['failedRenewal']>,
  notAfter: number,
  renewal: Renewal,
  renew: readonly Action[],
): Finding {
  // A certificate that is proved in DNS does not concern nginx.
  const inDns = renewal.authenticator?.startsWith('dns-') === true;
  const finding = found(FINDINGS['renewal-failing'], {
    evidence: `The certificate expires on ${day(notAfter)}, and its last renewal failed (${unit})${refusal === undefined ? '' : `: ${refusal.line}`}.`,
    values: { why: refusal === undefined ? LOG_SAYS_WHY : `${refusal.reason} ${refusal.next}`, inDns },
  });
  if (inDns)
    return {
      ...finding,
      fixes: [
        {
          id: 'renew-now',
          title: 'Renew the certificate now',
          consequence: 'It counts as one of the five certificates per week for this name.',
          actions: renew,
        },
      ],
    };
  return obtain(finding, facts, answers, true);
}

/** Whether anything renews it at all. */
export function judgeTimer({ timer, site }: CertificateFacts): readonly Finding[] {
  const foreign = site.servers.some(
    ({ certificate }) => certificate !== undefined && !certificate.startsWith(`${LETSENCRYPT_FOLDER}/`),
  );
  if (foreign || timer === undefined) return [];
  const { name, unit } = timer;
  const masked = unit.load === 'masked';
  if (!masked && unit.active === 'active' && startsAtBoot(unit)) return [];
  return [
    found(FINDINGS['renewal-timer-off'], {
      evidence: `${name} is ${masked ? 'masked' : unit.active !== 'active' ? unit.active : 'not started at boot'}.`,
      fixes: [
        {
          id: 'enable-renewal',
          title: 'Turn on the renewal of certificates',
          actions: [
            ...(masked ? [systemctl('Unmask the renewal timer', ['unmask', name])] : []),
            systemctl('Turn on the renewal of certificates', ['enable', '--now', name]),
          ],
        },
      ],
    }),
  ];
}
