import type { Answers } from '../../answers/schema.ts';
import type { FetchResult, Host, ResolveResult } from '../../host/host.ts';
import {
  accountFolder,
  CERTBOT_LOG,
  LETSENCRYPT_FOLDER,
  newestComplete,
  parseRenewal,
  type Renewal,
} from '../../system/certificates/certbot.ts';
import { findRefusal, type Refusal, saysItGaveUp } from '../../system/certificates/refusals.ts';
import { type Certificate, covers, parseCertificate } from '../../system/certificates/x509.ts';
import { NO_UNIT, parseUnits, showUnits, type Unit } from '../../system/services/systemd.ts';
import { lookAtSite, type NginxSite } from '../nginx-site/look.ts';
import { PROOF_PATH } from '../nginx-site/template.ts';
import { ATTEMPTS_FILE, type Attempt, parseAttempts } from './attempts.ts';
import { type CutOff, lookAtCutOff } from './cut-off.ts';

/** A certificate as certbot keeps it: live/NAME, archive/NAME, renewal/NAME.conf. */
export interface Lineage {
  readonly name: string;
  /** The target of live/NAME/fullchain.pem; undefined when that is gone. */
  readonly certificate: Certificate | undefined;
  readonly renewal: Renewal;
  /** The newest complete set in archive/NAME. */
  readonly archived: number | undefined;
  /** Whether the account that renews it is there. */
  readonly hasAccount: boolean;
  /** What its way of proof needs and is not there: a plugin, a folder. */
  readonly missing?: string | undefined;
}

/** Whether the name points to the nginx of this machine, as the authority will see it. */
type Proof =
  | { readonly kind: 'passed' }
  /** The site was written by somebody else and has no token, or is not there yet. */
  | { readonly kind: 'not-possible' }
  | { readonly kind: 'other'; readonly answer: string }
  | { readonly kind: 'failed'; readonly result: Extract<FetchResult, { ok: false }> };

/** What answers on port 443 of this machine for the name. */
interface Https {
  /** 0: nothing. */
  readonly status: number;
  readonly trusted: boolean;
  readonly certificate: Certificate | undefined;
}

export interface CertificateFacts {
  readonly now: number;
  /** What a certbot that was killed would put back. */
  readonly cutOff: readonly CutOff[];
  readonly site: NginxSite;
  /** The certificate that the site names, whoever made it. */
  readonly siteCertificate: Certificate | undefined;
  /** Those of certbot that are for the name, or named after it; the best one first. */
  readonly lineages: readonly Lineage[];
  /** When the certificates in the archive were made, ms. */
  readonly issued: readonly number[];
  readonly https: Https;
  /** failed: the service behind it, when its last run failed. */
  readonly timer:
    | { readonly name: string; readonly unit: Unit; readonly failed?: string | undefined }
    | undefined;
  /** Why the last automatic renewal failed; undefined when it did not fail, or when the certificate was not due. */
  readonly failedRenewal: { readonly unit: string; readonly refusal: Refusal | undefined } | undefined;
  /** Only looked at while there is no certificate, or while its renewal fails. */
  readonly proof: Proof;
  readonly caa: ResolveResult | undefined;
  readonly attempts: readonly Attempt[];
  /** Why the last attempt failed, when it has failed. */
  readonly refusal: Refusal | undefined;
  /** Whether certbot came to the end of the last attempt, and gave up; one that was killed has written nothing of an end. */
  readonly gaveUp: boolean;
  readonly logSize: number;
}

/** Looks at certificates, their renewal, and what prevents a new one. */
export async function lookAtCertificate(host: Host, answers: Answers): Promise<CertificateFacts> {
  const { domain } = answers;
  const [site, names, timer, attemptsText, log] = await Promise.all([
    lookAtSite(host, answers),
    host.list(`${LETSENCRYPT_FOLDER}/renewal`),
    lookAtTimer(host),
    host.readFile(ATTEMPTS_FILE),
    host.stat(CERTBOT_LOG),
  ]);
  const now = host.now();
  const all = await Promise.all(
    (names ?? [])
      .filter((name) => name.endsWith('.conf'))
      .map((name) => lookAtLineage(host, name.replace(/\.conf$/, ''))),
  );
  const lineages = all
    .filter(({ name, certificate }) => name === domain || (certificate && covers(certificate, domain)))
    .toSorted((one, other) => rank(other, site, domain, now) - rank(one, site, domain, now));
  const [best] = lineages;
  const usable =
    best?.certificate !== undefined && covers(best.certificate, domain) && best.certificate.notAfter > now;
  const failedUnit =
    best?.certificate !== undefined && isDue(best.certificate, now) ? timer?.failed : undefined;
  const attempts = parseAttempts(attemptsText);
  const configured = site.servers.find(({ certificate }) => certificate !== undefined)?.certificate;
  const wanted = !usable || failedUnit !== undefined;
  const [cutOff, siteCertificate, issued, https, proof, caa, last, renewalRefusal] = await Promise.all([
    lookAtCutOff(host),
    configured === undefined ? undefined : readCertificate(host, configured),
    best === undefined ? [] : issueTimes(host, best.name),
    configured === undefined ? NOTHING : askHttps(host, domain, best?.certificate),
    wanted ? prove(host, answers, site) : ({ kind: 'not-possible' } as const),
    wanted ? caaRecords(host, domain) : undefined,
    lastFailure(host, attempts, domain, log?.size ?? 0),
    failedUnit === undefined ? undefined : logEnd(host),
  ]);
  return {
    now,
    cutOff,
    site,
    siteCertificate,
    lineages,
    issued,
    https,
    timer,
    failedRenewal: failedUnit === undefined ? undefined : { unit: failedUnit, refusal: renewalRefusal },
    proof,
    caa,
    attempts,
    ...last,
    logSize: log?.size ?? 0,
  };
}

/** Of those that are good the one that the site uses comes first, then the one that lasts longest. */
function rank({ name, certificate }: Lineage, site: NginxSite, domain: string, now: number): number {
  const used = site.servers.some((server) =>
    server.certificate?.startsWith(`${LETSENCRYPT_FOLDER}/live/${name}/`),
  );
  const right = certificate !== undefined && covers(certificate, domain);
  const good = right && certificate.notAfter > now;
  return (good ? 1e16 : 0) + (right ? 1e15 : 0) + (used ? 1e14 : 0) + (certificate?.notAfter ?? 0);
}

async function lookAtLineage(host: Host, name: string): Promise<Lineage> {
  const [conf, certificate, archive] = await Promise.all([
    host.readFile(`${LETSENCRYPT_FOLDER}/renewal/${name}.conf`),
    readCertificate(host, `${LETSENCRYPT_FOLDER}/live/${name}/fullchain.pem`),
    host.list(`${LETSENCRYPT_FOLDER}/archive/${name}`),
  ]);
  const renewal = parseRenewal(conf ?? '');
  const { server, account } = renewal;
  const folder =
    server !== undefined && account !== undefined && URL.canParse(server)
      ? await host.stat(accountFolder(server, account))
      : undefined;
  return {
    name,
    certificate,
    renewal,
    archived: newestComplete(archive ?? []),
    hasAccount: folder !== undefined,
    missing: await missingFor(host, renewal),
  };
}

/** Where Debian's and Ubuntu's certbot has its plugins; one from elsewhere is not looked into. */
const PLUGINS = '/usr/lib/python3/dist-packages';

async function missingFor(
  host: Host,
  { authenticator, webroots = [] }: Renewal,
): Promise<string | undefined> {
  if (authenticator === 'webroot') {
    const there = await Promise.all(webroots.map((path) => host.stat(path)));
    return webroots.find((_, index) => there[index] === undefined);
  }
  if (authenticator?.startsWith('dns-') !== true) return undefined;
  const [packaged, snap, plugin] = await Promise.all([
    host.stat(`${PLUGINS}/certbot`),
    host.stat('/snap/bin/certbot'),
    host.stat(`${PLUGINS}/certbot_${authenticator.replaceAll('-', '_')}`),
  ]);
  return packaged !== undefined && snap === undefined && plugin === undefined
    ? `its plugin ${authenticator}`
    : undefined;
}

async function readCertificate(host: Host, path: string): Promise<Certificate | undefined> {
  return parseCertificate((await host.readFile(path)) ?? '');
}

async function issueTimes(host: Host, name: string): Promise<readonly number[]> {
  const folder = `${LETSENCRYPT_FOLDER}/archive/${name}`;
  const files = ((await host.list(folder)) ?? []).filter((file) => /^cert\d+\.pem$/.test(file)).slice(-12);
  const found = await Promise.all(files.map((file) => readCertificate(host, `${folder}/${file}`)));
  return found.flatMap((certificate) => certificate?.notBefore ?? []);
}

/** Whether certbot would renew it: when a third of its time is left. */
export function isDue({ notBefore, notAfter }: Certificate, now: number): boolean {
  return notAfter - now < (notAfter - notBefore) / 3;
}

const TIMERS = ['certbot.timer', 'snap.certbot.renew.timer'] as const;
const SERVICES = ['certbot.service', 'snap.certbot.renew.service'] as const;

async function lookAtTimer(host: Host): Promise<CertificateFacts['timer']> {
  const all = [...TIMERS, ...SERVICES] as const;
  const units = parseUnits((await host.exec(showUnits(...all))).stdout, all);
  const name = TIMERS.find((timer) => (units[timer] ?? NO_UNIT).load !== 'not-found');
  const failed = SERVICES.find((service) => units[service].active === 'failed');
  return name === undefined ? undefined : { name, unit: units[name], failed };
}

/** The last refusal in certbot's log, whoever ran it. */
async function logEnd(host: Host): Promise<Refusal | undefined> {
  return findRefusal((await host.exec(['tail', '-c', '30000', CERTBOT_LOG])).stdout);
}

const NOTHING: Https = { status: 0, trusted: false, certificate: undefined };

/** Asks nginx itself over https, trusted or not, until it shows the newest certificate: a reload takes up to a second. */
async function askHttps(host: Host, domain: string, newest: Certificate | undefined): Promise<Https> {
  for (let tries = 1; ; tries += 1) {
    const { stdout } = await host.exec(
      [
        'curl',
        '--silent',
        '--insecure',
        '--max-time',
        '5',
        '--output',
        '/dev/null',
        '--resolve',
        `${domain}:443:127.0.0.1`,
        '--write-out',
        '%{http_code} %{ssl_verify_result}\\n%{certs}',
        `https://${domain}/`,
      ],
      { timeoutMs: 8_000 },
    );
    const [, status = '0', verified = '1'] = /^(\d+) (\d+)/.exec(stdout) ?? [];
    const certificate = parseCertificate(stdout);
    const https = { status: Number(status), trusted: verified === '0', certificate };
    // A certificate was shown, and what is behind nginx keeps silent: https itself answers.
    const answers = https.status > 0 || certificate !== undefined;
    const current =
      answers && (certificate === undefined || newest === undefined || certificate.serial === newest.serial);
    if (current || tries === 4) return https;
    await host.sleep(400);
  }
}

/** Fetches the site's token by name, over http, the way the authority will come. */
async function prove(host: Host, { domain }: Answers, site: NginxSite): Promise<Proof> {
  const token = site.servers.map(({ fixedAnswers }) => fixedAnswers[PROOF_PATH]).find(Boolean);
  if (token === undefined || site.answer !== 'ours') return { kind: 'not-possible' };
  const [http, https] = [`http://${domain}${PROOF_PATH}`, `https://${domain}${PROOF_PATH}`];
  const first = await host.fetch(http, { timeoutMs: 8_000 });
  if (!first.ok) return { kind: 'failed', result: first };
  // A proxy in front may send everything to https and speak http to this machine.
  const redirected = first.status >= 301 && first.status <= 308;
  const result = redirected ? await host.fetch(https, { timeoutMs: 8_000 }) : first;
  // Whether the old certificate is still good does not matter to the authority, which comes to have a new one made.
  if (!result.ok && redirected && result.failure === 'tls') {
    const answer = await host.exec(['curl', '--silent', '--insecure', '--max-time', '8', https]);
    if (answer.stdout.trim() === token) return { kind: 'passed' };
  }
  if (!result.ok) return { kind: 'failed', result };
  if (result.status === 200 && result.body.trim() === token) return { kind: 'passed' };
  const server = result.headers.server === undefined ? '' : ` from "${result.headers.server}"`;
  return { kind: 'other', answer: `status ${result.status}${server}` };
}

/** The CAA records that count: those of the name, else of the nearest parent that has some; RFC 8659. */
async function caaRecords(host: Host, domain: string): Promise<ResolveResult | undefined> {
  const labels = domain.split('.');
  const zones = labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'));
  const results = await Promise.all(zones.map((zone) => host.resolve(zone, 'CAA')));
  return results.find(({ ok }) => ok);
}

/** What certbot's log says of the last attempt that did not pass. */
async function lastFailure(
  host: Host,
  attempts: readonly Attempt[],
  domain: string,
  size: number,
): Promise<Pick<CertificateFacts, 'refusal' | 'gaveUp'>> {
  const last = attempts.filter((attempt) => attempt.domain === domain).at(-1);
  if (last === undefined || last.outcome === 'passed' || size === 0)
    return { refusal: undefined, gaveUp: false };
  // Debian's log grows; another certbot's starts again each time.
  const from = size >= last.logSize ? last.logSize + 1 : 1;
  const { stdout } = await host.exec(['tail', '-c', `+${from}`, CERTBOT_LOG]);
  const refusal = findRefusal(stdout);
  return { refusal, gaveUp: refusal !== undefined || saysItGaveUp(stdout) };
}
