import type { FaultContext } from '../fault.ts';

/** Certificates as certbot has them in /etc/letsencrypt, but made by us: of another time, name or authority. */

export const DOMAIN = 'otto.client.example';
export const SITE = '/etc/nginx/sites-enabled/otto';
const STAGING = 'https://acme-staging-v02.api.letsencrypt.org/directory';

/**
 * Makes a certificate with an authority of its own: argv is the lineage, the name it is for, days since it began, days until
 * it ends, the issuer. It becomes the next version of the lineage, as after a renewal; a new lineage gets a renewal file.
 */
const MAKE = String.raw`
import datetime, os, re, sys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

lineage, name, began, ends, issuer = sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4]), sys.argv[5]
root = '/etc/letsencrypt/'
archive, live = root + 'archive/' + lineage, root + 'live/' + lineage
for folder in (archive, live):
    os.makedirs(folder, exist_ok=True)
number = 1 + max([0] + [int(n) for n in re.findall(r'\bcert(\d+)\.pem', ' '.join(os.listdir(archive)))])
now = datetime.datetime.utcnow()

def signed(subject, issuer, key, by, first, last, extension):
    named = lambda words: x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])
    builder = x509.CertificateBuilder().subject_name(named(subject)).issuer_name(named(issuer))
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(first).not_valid_after(last).add_extension(extension, critical=False)
    return builder.sign(by, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

ca, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
day = lambda count: now + datetime.timedelta(days=count)
chain = signed(issuer, issuer, ca, ca, day(-400), day(400), x509.BasicConstraints(ca=True, path_length=None))
cert = signed(name, issuer, key, ca, day(-began), day(ends), x509.SubjectAlternativeName([x509.DNSName(name)]))
private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
for kind, content in (('cert', cert), ('chain', chain), ('fullchain', cert + chain), ('privkey', private)):
    path = '%s/%s%d.pem' % (archive, kind, number)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'wb') as file:
        file.write(content)
    link = '%s/%s.pem' % (live, kind)
    if os.path.lexists(link):
        os.remove(link)
    os.symlink('../../archive/%s/%s%d.pem' % (lineage, kind, number), link)
conf = root + 'renewal/' + lineage + '.conf'
if not os.path.exists(conf):
    template = open(root + 'renewal/otto.client.example.conf').read()
    open(conf, 'w').write(template.replace('otto.client.example', lineage))
`;

/** What {@link makeCertificate} makes; days from now. */
export interface Made {
  readonly lineage?: string;
  readonly name?: string;
  readonly began?: number;
  readonly ends?: number;
  readonly issuer?: string;
}

/** Makes a certificate, and lets nginx take it over. */
export async function makeCertificate(
  { run, droplet }: FaultContext,
  { lineage = DOMAIN, name = DOMAIN, began = 60, ends = 30, issuer = "Let's Encrypt E7" }: Made,
): Promise<void> {
  await droplet.write('/root/make-certificate.py', MAKE);
  await run('python3', '/root/make-certificate.py', lineage, name, String(began), String(ends), issuer);
  await run('systemctl', 'reload', 'nginx');
}

/** Lets the renewal file name the authority's test server, with the account that is there. */
export function renewAtStaging({ shell }: FaultContext): Promise<string> {
  const accounts = '/etc/letsencrypt/accounts/acme-staging-v02.api.letsencrypt.org/directory';
  return shell(
    `sed -i -e 's#^server = .*#server = ${STAGING}#' -e "s#^account = .*#account = $(ls ${accounts} | head -1)#" /etc/letsencrypt/renewal/${DOMAIN}.conf`,
  );
}

/** The site as it was before certbot: without its lines, on port 80 alone. */
export function withoutHttps({ shell }: FaultContext): Promise<string> {
  const listens = 's/^}/    listen 80;\\n    listen [::]:80;\\n}/';
  return shell(
    `sed -n '1,/^}/p' ${SITE} | grep -v 'managed by Certbot' | sed '${listens}' > /root/plain && cat /root/plain > ${SITE} && nginx -t -q && systemctl reload nginx`,
  );
}

/**
 * Visitors get a certificate that the authority of the small internet made. Then a week passes: what was asked of the
 * authority no longer counts for its limits, as it would when each fault happened on a day of its own.
 */
export async function trustedAndForgotten({ check, shell }: FaultContext): Promise<void> {
  const seen = await shell(
    `curl -sS -o /dev/null -w '%{http_code}' --resolve ${DOMAIN}:443:127.0.0.1 https://${DOMAIN}/`,
  );
  check.equal('the page over https, with a certificate that is trusted', seen, '200');
  await shell(
    `rm -f /var/lib/otto-install/acme-attempts.json; cd /etc/letsencrypt/archive; for folder in *; do newest=$(ls -v "$folder" | grep '^cert' | tail -1 | tr -dc 0-9); find "$folder" -name '*.pem' ! -name "*[a-z]$newest.pem" -delete; done`,
  );
}
