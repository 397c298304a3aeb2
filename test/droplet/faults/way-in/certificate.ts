import type { Fault } from '../fault.ts';
import {
  DOMAIN,
  makeCertificate,
  renewAtStaging,
  SITE,
  trustedAndForgotten,
  withoutHttps,
} from './certificates.ts';

/** Faults of the certificate and its renewal. */

const RENEWAL = `/etc/letsencrypt/renewal/${DOMAIN}.conf`;

/** A renewal as the timer starts it; it is due and fails. */
const RENEW = 'systemctl start certbot.service || true';

export const certificateFaults: readonly Fault[] = [
  {
    name: 'way-in-certificate-missing',
    group: 'way-in',
    title: 'the certificate was deleted, and the site is back on http',
    async break(context) {
      await withoutHttps(context);
      await context.run('certbot', 'delete', '--cert-name', DOMAIN, '--non-interactive');
    },
    code: 'certificate-missing',
    after: trustedAndForgotten,
    touches: ['certificate', 'nginx-site'],
  },
  {
    name: 'way-in-https-gone',
    group: 'way-in',
    title: "the site was rewritten without certbot's lines",
    break: async (context) => void (await withoutHttps(context)),
    code: 'https-gone',
    after: trustedAndForgotten,
    touches: ['certificate', 'nginx-site'],
  },
  {
    name: 'way-in-certificate-unlinked',
    group: 'way-in',
    title: 'the files in /etc/letsencrypt/live are gone, those in the archive are there',
    break: async ({ run }) => void (await run('rm', '-rf', `/etc/letsencrypt/live/${DOMAIN}`)),
    code: 'certificate-files-gone',
    after: trustedAndForgotten,
    touches: ['certificate'],
  },
  {
    name: 'way-in-certificate-lost',
    group: 'way-in',
    title: 'all files of the certificate are gone, and nginx did not come back after a restart',
    async break({ shell }) {
      await shell(`rm -rf /etc/letsencrypt/live/${DOMAIN} /etc/letsencrypt/archive/${DOMAIN} ${RENEWAL}`);
      await shell('systemctl restart nginx || true');
    },
    code: 'nginx-down-certificate-gone',
    after: trustedAndForgotten,
    touches: ['certificate', 'nginx-site', 'nginx'],
  },
  {
    name: 'way-in-certificate-expired',
    group: 'way-in',
    title: 'the certificate has expired',
    on: ['current', 'april'],
    break: (context) => makeCertificate(context, { began: 95, ends: -5 }),
    code: 'certificate-expired',
    after: trustedAndForgotten,
    touches: ['certificate'],
  },
  {
    name: 'way-in-certificate-beside-expired-one',
    group: 'way-in',
    title:
      'nginx names a certificate that has expired, its renewal file is gone, and certbot has a good one as -0001',
    async break(context) {
      const { shell } = context;
      // The trusted one goes under the other name; the site keeps naming the first.
      await shell(`cd /etc/letsencrypt && cp -a archive/${DOMAIN} archive/${DOMAIN}-0001 && cp -a live/${DOMAIN} live/${DOMAIN}-0001
        for file in cert chain fullchain privkey; do ln -sfn "../../archive/${DOMAIN}-0001/$(basename "$(readlink live/${DOMAIN}/$file.pem)")" live/${DOMAIN}-0001/$file.pem; done
        sed 's#${DOMAIN}#${DOMAIN}-0001#' ${RENEWAL} > renewal/${DOMAIN}-0001.conf`);
      await makeCertificate(context, { began: 95, ends: -5 });
      await shell(`mv ${RENEWAL} /root/renewal-kept`);
    },
    code: 'certificate-beside-expired-one',
    after: trustedAndForgotten,
    spoils: true,
    touches: ['certificate', 'nginx-site'],
  },
  {
    name: 'way-in-certificate-other-site',
    group: 'way-in',
    title: "the site uses another site's certificate",
    async break(context) {
      await makeCertificate(context, { lineage: 'shop.client.example', name: 'shop.client.example' });
      await context.shell(
        `sed -i 's#live/${DOMAIN}/#live/shop.client.example/#' ${SITE} && nginx -t -q && systemctl reload nginx`,
      );
    },
    code: 'certificate-for-another-name',
    async after(context) {
      await trustedAndForgotten(context);
      await context.run('certbot', 'delete', '--cert-name', 'shop.client.example', '--non-interactive');
    },
    touches: ['certificate', 'nginx-site'],
  },
  {
    name: 'way-in-certificate-other-name',
    group: 'way-in',
    title: "certbot's certificate of that name was made for another one",
    break: (context) => makeCertificate(context, { name: 'shop.client.example' }),
    code: 'certificate-made-for-another-name',
    after: trustedAndForgotten,
    // The new certificate has a name of its own, which the next fault of this kind would not look at.
    spoils: true,
    touches: ['certificate'],
  },
  {
    name: 'way-in-certificate-staging',
    group: 'way-in',
    title: "the certificate is from Let's Encrypt's test server",
    async break(context) {
      await makeCertificate(context, { began: 5, ends: 85, issuer: '(STAGING) Artificial Apricot R3' });
      await renewAtStaging(context);
    },
    code: 'certificate-is-a-test',
    after: trustedAndForgotten,
    touches: ['certificate'],
  },
  {
    name: 'way-in-certificate-not-taken-over',
    group: 'way-in',
    title: 'the certificate was renewed, but nginx was not told',
    async break(context) {
      await makeCertificate(context, { began: 85, ends: 5 });
      await context.until(
        'nginx shows the old one',
        async () =>
          (await context.shell(
            `curl -sk -o /dev/null -w '%{ssl_verify_result}' --resolve ${DOMAIN}:443:127.0.0.1 https://${DOMAIN}/`,
          )) !== '0',
      );
      await context.shell(
        `cd /etc/letsencrypt/archive/${DOMAIN}; newest() { ls -v | grep '^cert' | tail -1 | tr -dc 0-9; }; rm *"$(newest)".pem; now=$(newest); for kind in cert chain fullchain privkey; do ln -sfn "../../archive/${DOMAIN}/$kind$now.pem" "../../live/${DOMAIN}/$kind.pem"; done`,
      );
    },
    code: 'certificate-not-taken-over',
    after: trustedAndForgotten,
    touches: ['certificate'],
  },
  {
    name: 'way-in-renewal-timer-off',
    group: 'way-in',
    title: 'the timer that renews the certificate is off',
    break: async ({ run }) => void (await run('systemctl', 'disable', '--now', 'certbot.timer')),
    code: 'renewal-timer-off',
    touches: ['certbot-timer'],
  },
  {
    name: 'way-in-renewal-timer-masked',
    group: 'way-in',
    title: 'the timer that renews the certificate is masked',
    break: async ({ run }) => void (await run('systemctl', 'mask', '--now', 'certbot.timer')),
    code: 'renewal-timer-off',
    touches: ['certbot-timer'],
  },
  {
    name: 'way-in-renewal-failing',
    group: 'way-in',
    title: 'the renewal fails: it wants port 80 for itself (standalone), and nginx has it',
    async break(context) {
      await makeCertificate(context, { began: 65, ends: 25 });
      await context.shell(
        `sed -i -e 's/^authenticator.*/authenticator = standalone/' -e '/^installer/d' ${RENEWAL}`,
      );
      await context.shell(RENEW);
    },
    code: 'renewal-failing',
    // No visitor trusts who signed the one that is made here.
    also: ['site-unreachable'],
    async after(context) {
      await trustedAndForgotten(context);
      const kept = await context.shell(`cat ${RENEWAL}`);
      context.check.matches('certbot renews through nginx from now on', kept, /^authenticator = nginx$/m);
      await context.shell('systemctl reset-failed certbot.service || true');
    },
    touches: ['certificate'],
  },
  {
    name: 'way-in-renewal-refused',
    group: 'way-in',
    title: 'the renewal was refused while the authority was down; it answers again',
    async break(context) {
      await makeCertificate(context, { began: 65, ends: 25 });
      await context.internet.acme.play('maintenance');
      await context.shell(RENEW);
      await context.internet.acme.play('normal');
    },
    code: 'renewal-failing',
    // No visitor trusts who signed the one that is made here.
    also: ['site-unreachable'],
    async after(context) {
      await trustedAndForgotten(context);
      await context.shell('systemctl reset-failed certbot.service || true');
    },
    touches: ['certificate'],
  },
  {
    name: 'way-in-renewal-manual',
    group: 'way-in',
    title:
      'the certificate was proved by hand (authenticator = manual, no hook): nobody will do that again in 60 days',
    break: async ({ run }) =>
      void (await run('sed', '-i', '-e', 's/^authenticator = .*/authenticator = manual/', RENEWAL)),
    code: 'renewal-impossible',
    after: async ({ run, check }) => {
      const renewal = await run('cat', RENEWAL);
      check.matches('its way of proof', renewal, /^authenticator = nginx/m);
    },
    touches: ['certificate'],
  },
  {
    name: 'way-in-renewal-plugin-gone',
    group: 'way-in',
    title: 'the certificate is proved in DNS, and the plugin for that went with an upgrade',
    break: async ({ run }) =>
      void (await run('sed', '-i', '-e', 's/^authenticator = .*/authenticator = dns-digitalocean/', RENEWAL)),
    code: 'renewal-impossible',
    repair: async ({ run }) =>
      void (await run('sed', '-i', '-e', 's/^authenticator = .*/authenticator = nginx/', RENEWAL)),
    touches: ['certificate'],
  },
];
