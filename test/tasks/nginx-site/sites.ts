import type { Server } from '../../../src/system/nginx/nginx.ts';
import { NO_UNIT, type Unit } from '../../../src/system/services/systemd.ts';
import type { NginxSite } from '../../../src/tasks/nginx-site/look.ts';

/** Sites as the tests of nginx and of the certificate need them. */

export const OTTO = '/etc/nginx/sites-enabled/otto';

export const RUNNING: Unit = {
  ...NO_UNIT,
  load: 'loaded',
  active: 'active',
  sub: 'running',
  file: 'enabled',
  result: 'success',
};

/** The site as the wizard writes it. */
export const plainServer: Server = {
  file: OTTO,
  names: ['otto.client.example'],
  listens: [{ address: '', port: 80, ssl: false }],
  certificate: undefined,
  proxy: { target: '127.0.0.1:8080', webSockets: true, readTimeoutS: 1800, bodyLimit: 100 * 1024 ** 2 },
  redirectsToHttps: false,
  fixedAnswers: { '/.well-known/otto-install': 'token' },
};

/** The same after certbot: one part for https, one that leads there. */
export const securedServers: readonly Server[] = [
  {
    ...plainServer,
    listens: [{ address: '', port: 443, ssl: true }],
    certificate: '/etc/letsencrypt/live/otto.client.example/fullchain.pem',
  },
  {
    ...plainServer,
    proxy: undefined,
    redirectsToHttps: true,
    fixedAnswers: {},
  },
];

/** nginx runs and serves the plain site. */
export const healthySite: NginxSite = {
  unit: RUNNING,
  complaint: undefined,
  journal: '',
  strayMaster: undefined,
  servers: [plainServer],
  otherNames: [],
  namesBeside: {},
  files: [{ path: OTTO, link: false, nameTaken: false }],
  content: undefined,
  siteMode: { mode: 0o644, owner: 'root:root' },
  culprit: undefined,
  available: undefined,
  lineage: undefined,
  inFront: [],
  behind: 'nothing',
  newPath: OTTO,
  origin: 'ours',
  token: 'token',
  ipv6: true,
  hashBucketSet: false,
  answer: 'ours',
};
