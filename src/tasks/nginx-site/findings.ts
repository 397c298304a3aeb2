import { PORTS } from '../../answers/layout.ts';
import { declareFindings, type FoundOf, wording } from '../finding.ts';

const NO_OTTO = 'Visitors will not see Otto.';
const PASSES_ON =
  'Open WebUI listens on this machine only. nginx passes visitors on to it, and lets through the WebSocket that carries chats.';
const STOPS_EVERYTHING =
  'nginx keeps running with the old configuration, but would not start again after a restart, and nothing new can be added.';

/** What can be wrong with nginx and with the site of Otto in it. */
export const FINDINGS = declareFindings('nginx-site', 'tasks/nginx-site/nginx-site.test.ts', {
  'nginx-site-not-enabled': {
    severity: 'broken',
    reason: `${PASSES_ON} nginx reads only what is in /etc/nginx/sites-enabled.`,
    impact: NO_OTTO,
    proof: { fault: 'way-in-site-not-enabled' },
  },
  'nginx-site-missing': {
    severity: 'missing',
    reason: PASSES_ON,
    proof: { fault: 'way-in-site-missing' },
  },
  'nginx-site-passes-nothing-on': {
    severity: 'broken',
    cuts: 'to-open-webui',
    reason: 'Its "location /" has no proxy_pass, so visitors see something other than Otto.',
    impact: NO_OTTO,
  },
  'nginx-site-another-open-webui': {
    severity: 'blocked',
    cuts: 'to-open-webui',
    reason: wording(
      { port: PORTS.openWebui as number },
      ({ port }) =>
        `Somebody may work with that one, with accounts and chats of its own, so neither is changed. If it is the right one, remove the other container and look again: otto-install then takes it over under its own name. If not, change proxy_pass to 127.0.0.1:${port} by hand and reload nginx.`,
    ),
    impact: 'The Open WebUI of this Otto is not the one that visitors see.',
    proof: { test: 'tasks/nginx-site/nginx-site.test.ts' },
  },
  'nginx-site-other-port': {
    severity: 'broken',
    cuts: 'to-open-webui',
    reason: `Open WebUI listens on 127.0.0.1:${PORTS.openWebui}.`,
    impact: NO_OTTO,
    proof: { fault: 'way-in-other-port' },
  },
  'nginx-site-no-websocket': {
    severity: 'broken',
    cuts: 'to-open-webui',
    reason:
      "Chats travel over a WebSocket. Without these headers Open WebUI's page stays empty or asks again and again.",
    impact: 'The page never shows its sign-in form.',
    proof: { fault: 'way-in-no-websocket' },
  },
  'nginx-site-asks-for-password': {
    severity: 'broken',
    cuts: 'to-open-webui',
    reason:
      'A browser sends that name and password in the same header (Authorization) in which Open WebUI’s page sends who is signed in, so one of the two is always missing: people are asked again and again, and chats fail. Open WebUI has a sign-in of its own; to let in fewer people, use `allow` and `deny`, or a VPN.',
    impact: 'People are asked for a password again and again, and chats fail.',
    proof: { fault: 'way-in-auth-basic' },
  },
  'nginx-site-narrowed': {
    severity: 'risk',
    cuts: 'to-nginx',
    reason:
      'Somebody chose who may come in, and it stays so: everyone else gets 403. otto-install looks at what is behind it. The certificate is renewed all the same, since certbot answers for that by itself.',
    proof: { fault: 'way-in-allow-deny' },
  },
  'nginx-site-small-uploads': {
    severity: 'broken',
    alone: true,
    reason:
      'Without client_max_body_size nginx accepts 1 MB at most and answers 413 to more: documents and photos that people put into a chat fail, and never reach Open WebUI. The runbook allows 25 MB.',
    impact: 'Uploads of documents will fail.',
    proof: { fault: 'way-in-body-limit' },
  },
  'nginx-site-impatient': {
    severity: 'risk',
    reason: 'Otto may think and work for minutes before it answers. The runbook allows 300 s.',
  },
  'nginx-other-site-in-front': {
    severity: 'broken',
    reason:
      'nginx chooses by address first and only then by name: anyone who comes over that address gets the other site, whatever name they asked for. On this machine itself everything looks right.',
    impact: 'Visitors see another site.',
    proof: { fault: 'way-in-default-in-front' },
  },
  'nginx-site-twice': {
    severity: 'broken',
    reason:
      'nginx uses the first and only warns about the others. certbot may change one while visitors see the other. Only one of them should stay.',
    impact: 'The certificate may end up in the file that nginx does not use.',
    proof: { fault: 'way-in-duplicate-name' },
  },
  'nginx-not-reloaded': {
    severity: 'broken',
    reason:
      'nginx reads its files only when it is reloaded. Until then the default site or the old one answers.',
    impact: NO_OTTO,
  },
  'nginx-site-syntax': {
    severity: 'broken',
    reason: `Otto's own site has a mistake. ${STOPS_EVERYTHING}`,
    impact: 'Otto disappears from the web at the next restart of nginx.',
    proof: { fault: 'way-in-syntax-semicolon' },
  },
  'nginx-configuration-broken': {
    severity: ['broken', 'blocked'],
    reason: `${STOPS_EVERYTHING} The wizard does not edit this file: fix the line named above, or let the wizard remove the file from nginx until somebody does.`,
    impact: 'The site and the certificate cannot be set up.',
    proof: { fault: 'way-in-syntax-foreign' },
  },
  'nginx-down-certificate-gone': {
    severity: 'broken',
    reason: 'The site names certificate files that do not exist. Without them nginx serves nothing at all.',
    impact: 'Nobody will reach Otto over the web.',
    proof: { fault: 'way-in-certificate-lost' },
  },
  'nginx-masked': {
    severity: 'broken',
    reason: 'Somebody has blocked it from starting (systemctl mask). Otto needs it for https.',
    impact: 'Nobody will reach Otto over the web.',
    proof: { fault: 'way-in-nginx-masked' },
  },
  'nginx-outside-its-service': {
    severity: 'broken',
    reason:
      'Somebody started it by hand, or certbot did, not systemd. It will not restart after a crash, and systemctl reload does not reach it.',
    impact: 'The site cannot be set up.',
    proof: { fault: 'way-in-nginx-outside' },
  },
  'nginx-cannot-be-reloaded': {
    severity: 'broken',
    alone: true,
    reason:
      'It serves, but a reload does not reach it: `nginx -s reload` and systemctl reload look for its number there. So changes of its sites have no effect, and a renewed certificate is never shown. It happens when an nginx that was started by hand ends after another one was started: it takes the file along.',
    impact: 'Visitors get the old certificate until it expires, and then a warning.',
    proof: { fault: 'way-in-nginx-pid-file-gone' },
  },
  'nginx-down': {
    severity: 'broken',
    refutable: true,
    reason: "nginx passes Otto's visitors on to Open WebUI.",
    impact: 'Nobody will reach Otto over the web.',
    proof: { fault: 'way-in-nginx-down' },
  },
  'nginx-not-enabled': {
    severity: 'broken',
    alone: true,
    reason: 'After the next reboot of the droplet nobody could reach Otto.',
    proof: { fault: 'way-in-nginx-disabled' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
