import type { Answers } from '../../answers/schema.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import { installCertificate, LETSENCRYPT_FOLDER } from '../../system/certificates/certbot.ts';
import { covers } from '../../system/certificates/x509.ts';
import { TEST } from '../../system/nginx/nginx.ts';
import type { Directive } from '../../system/nginx/nginx-syntax.ts';
import { day } from '../../text/time.ts';
import { found } from '../finding.ts';
import { editSite } from '../nginx-site/site-edits.ts';
import { FINDINGS, type Finding } from './findings.ts';
import type { CertificateFacts, Lineage } from './look.ts';

/** Pure. The file that nginx names is what visitors get: it has run out, and a good certificate is beside it, under another name. */
export function judgeNamed(facts: CertificateFacts, answers: Answers): Finding | undefined {
  const { site, siteCertificate, lineages, now } = facts;
  const [lineage] = lineages;
  const good = lineage?.certificate;
  if (lineage === undefined || good === undefined || siteCertificate === undefined) return undefined;
  if (siteCertificate.notAfter > now || good.notAfter <= now || !covers(good, answers.domain))
    return undefined;
  const named = site.servers.find(({ certificate }) => certificate !== undefined)?.certificate;
  return found(FINDINGS['certificate-beside-expired-one'], {
    evidence: `The site names ${named}, which expired on ${day(siteCertificate.notAfter)}; ${lineage.name} is valid until ${day(good.notAfter)}.`,
    fixes: [
      ...attach(facts, lineage, answers),
      {
        id: 'install-again',
        title: `Let certbot put ${lineage.name} into the site`,
        actions: [TEST, installCertificate(lineage.name)],
      },
    ],
  });
}

/** Only the two lines that name it change, and nginx takes them over while it serves: https is never away. */
function attach({ site }: CertificateFacts, { name }: Lineage, answers: Answers): readonly Fix[] {
  const folder = `${LETSENCRYPT_FOLDER}/live/${name}`;
  const line = (directive: string, file: string) =>
    ({ where: 'server', name: directive, args: `${folder}/${file}`, replaces: 'same-name' }) as const;
  const lines = [line('ssl_certificate', 'fullchain.pem'), line('ssl_certificate_key', 'privkey.pem')];
  const file = site.servers[0]?.file ?? '';
  return editSite(site, answers, file, [{ lines, on: hasCertificate }], (servers) =>
    servers.every(
      ({ certificate }) => certificate === undefined || certificate === `${folder}/fullchain.pem`,
    ),
  );
}

const hasCertificate = ({ block = [] }: Directive): boolean =>
  block.some(({ name }) => name === 'ssl_certificate');
