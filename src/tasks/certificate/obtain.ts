import type { Answers } from '../../answers/schema.ts';
import type { Action } from '../../engine/contracts/action.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import { obtainCertificate, rehearseCertificate } from '../../system/certificates/certbot.ts';
import { failureWords } from '../../system/network/http.ts';
import { minuteText } from '../../text/time.ts';
import { found } from '../finding.ts';
import { type Attempt, HOUR_MS, limitReached, writeAttempts } from './attempts.ts';
import { FINDINGS, type Finding } from './findings.ts';
import type { CertificateFacts } from './look.ts';

/** After this time a failed attempt no longer counts, and a new run may try again without asking. */
const FRESH_MS = { rehearsal: 60_000, real: 15 * 60_000 } as const;

/**
 * A finding whose fix is a new certificate: held back when the name does not point here or a limit is near, and only
 * with consent when the last attempt has just failed.
 */
export function obtain(finding: Finding, facts: CertificateFacts, answers: Answers, force = false): Finding {
  const actions = obtainActions(facts, answers, force);
  const held = heldBack(facts, answers, actions);
  if (held !== undefined) return held;
  return {
    ...finding,
    fixes: [{ id: 'get-certificate', title: `Get a certificate for ${answers.domain}`, actions }],
  };
}

/**
 * The request, recorded before it is made. Only the first one goes without a dry run: the token that was fetched by name has shown
 * that the name leads to this nginx, and one failure is one of the five that the authority allows per hour. What follows a failure,
 * or a token that did not come back, is rehearsed first, where nothing is counted.
 */
export function obtainActions(facts: CertificateFacts, answers: Answers, force: boolean): readonly Action[] {
  const { now, logSize } = facts;
  const request = { domain: answers.domain, email: answers.email, server: answers.acmeServer };
  const attempt = (kind: Attempt['kind'], outcome: Attempt['outcome']): Attempt => ({
    at: now,
    domain: answers.domain,
    server: answers.acmeServer,
    kind,
    outcome,
    logSize,
  });
  const rehearsal = mustRehearse(facts, answers)
    ? [
        writeAttempts([...facts.attempts, attempt('rehearsal', 'started')], now, 'Record the rehearsal'),
        rehearseCertificate(request),
      ]
    : [];
  const before =
    rehearsal.length === 0 ? facts.attempts : [...facts.attempts, attempt('rehearsal', 'passed')];
  return [
    ...rehearsal,
    writeAttempts(
      [...before, attempt('real', 'started')],
      now,
      "Record the attempt, for the authority's limits",
    ),
    obtainCertificate(request, force),
    writeAttempts([...before, attempt('real', 'passed')], now, 'Record that it succeeded'),
  ];
}

/** An attempt of the last hour that did not pass, a renewal that fails, or a site that has not shown that the name leads here. */
function mustRehearse(facts: CertificateFacts, answers: Answers): boolean {
  const { attempts, proof, failedRenewal, site, now } = ofThisRequest(facts, answers);
  const failed = attempts.some(({ outcome, at }) => outcome === 'started' && now - at < HOUR_MS);
  // Without a site it is a plan: what will be asked by name is made before.
  const unproved = proof.kind !== 'passed' && site.servers.length > 0;
  return failed || failedRenewal !== undefined || unproved;
}

function heldBack(all: CertificateFacts, answers: Answers, actions: readonly Action[]): Finding | undefined {
  const facts = ofThisRequest(all, answers);
  const anyway: Anyway = (consequence, title = 'Request the certificate anyway') => [
    { id: 'try-anyway', title, consequence, actions },
  ];
  return (
    judgeProof(facts, answers, anyway) ??
    judgeCaa(facts, answers) ??
    judgeLimits(facts) ??
    judgeRefusal(facts, anyway)
  );
}

/** Requests for another name, or to another authority, do not count here. */
function ofThisRequest(facts: CertificateFacts, { domain, acmeServer }: Answers): CertificateFacts {
  const forName = facts.attempts.filter((attempt) => attempt.domain === domain);
  const attempts = forName.filter(({ server }) => server === acmeServer);
  // The refusal is that of the last attempt for the name.
  const refusal = forName.at(-1) === attempts.at(-1) ? facts.refusal : undefined;
  return { ...facts, attempts, refusal };
}

type Anyway = (consequence: string, title?: string) => readonly Fix[];
const REHEARSED =
  'It is rehearsed first; a real request that fails counts as one of the five that the authority allows per hour.';

function judgeProof(
  { proof }: CertificateFacts,
  { domain, unattended }: Answers,
  anyway: Anyway,
): Finding | undefined {
  const watch = { everyMs: 5_000, forMs: unattended ? 5 * 60_000 : 0 };
  if (proof.kind === 'other')
    return found(FINDINGS['name-leads-to-another-server'], {
      evidence: `http://${domain} is answered by something other than the nginx of this machine (${proof.answer}).`,
      fixes: anyway(REHEARSED),
      watch,
    });
  if (proof.kind === 'failed')
    return found(FINDINGS['name-does-not-answer'], {
      evidence: `http://${domain} does not answer: ${failureWords(proof.result)}.`,
      fixes: anyway(
        `Some networks cannot reach their own address from inside; the authority may still be able to. ${REHEARSED}`,
      ),
      watch,
    });
  return undefined;
}

function judgeCaa({ caa }: CertificateFacts, { domain, acmeServer }: Answers): Finding | undefined {
  if (caa === undefined || !caa.ok || !new URL(acmeServer).host.endsWith('letsencrypt.org')) return undefined;
  const issuers = caa.addresses.filter((record) => /\bissue\b/.test(record));
  if (issuers.length === 0 || issuers.some((record) => record.includes('letsencrypt.org'))) return undefined;
  return found(FINDINGS['certificate-forbidden-by-caa'], {
    evidence: `DNS allows only these authorities to issue for ${domain}: ${issuers.join('; ')}.`,
    watch: { everyMs: 5_000, forMs: 0 },
  });
}

function judgeLimits({ attempts, issued, now, refusal }: CertificateFacts): Finding | undefined {
  const told =
    refusal?.kind === 'rate-limit' && refusal.retryAfter !== undefined && refusal.retryAfter > now
      ? { evidence: `The authority said: ${refusal.line}`, until: refusal.retryAfter }
      : undefined;
  const limit = told ?? limitReached(attempts, issued, now);
  if (limit === undefined || limit.until <= now) return undefined;
  return found(FINDINGS['certificate-limit-reached'], {
    evidence: `${limit.evidence} You can try again at ${minuteText(limit.until)}.`,
    watch: { everyMs: 15_000, forMs: 0 },
  });
}

/** An attempt that was cut off was not refused: it is made again. Those that count are in {@link judgeLimits}. */
function judgeRefusal(
  { attempts, refusal, gaveUp, now }: CertificateFacts,
  anyway: Anyway,
): Finding | undefined {
  const last = attempts.at(-1);
  if (last === undefined || last.outcome === 'passed' || now - last.at > FRESH_MS[last.kind])
    return undefined;
  if (refusal === undefined && !gaveUp) return undefined;
  const what =
    last.kind === 'rehearsal' ? 'The rehearsal of the certificate' : 'The request for the certificate';
  const minutes = Math.round((now - last.at) / 60_000);
  const when = minutes === 0 ? 'just now' : `${minutes} min ago`;
  return found(FINDINGS[`certificate-refused-${refusal?.kind ?? 'unknown'}`], {
    evidence:
      refusal === undefined
        ? `${what} failed ${when}; certbot's log does not say why.`
        : `${what} failed ${when}: ${refusal.line}`,
    values: {
      why:
        refusal === undefined
          ? 'The details are in /var/log/letsencrypt/letsencrypt.log.'
          : `${refusal.reason} ${refusal.next}`,
    },
    fixes: anyway(
      'The request is rehearsed first; the real one, which counts, follows only when the rehearsal succeeds.',
      'Try again',
    ),
  });
}
