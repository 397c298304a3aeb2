import type { Remains } from '../../../src/operations/uninstall/facts.ts';
import type { Unit } from '../../../src/system/services/systemd.ts';
import { container } from '../../tasks/containers.ts';

export const RUNNING: Unit = {
  load: 'loaded',
  active: 'active',
  sub: 'running',
  file: 'enabled',
  result: 'success',
  mainPid: 900,
};

const SITE = '/etc/nginx/sites-enabled/otto';
const UNIT = '/etc/systemd/system/hermes-gateway.service';

const placed = (name: string, id: string, ours = true) => ({ name, ours, container: { ...container(), id } });

export const openWebui = placed('open-webui', 'a'.repeat(64));
export const other = placed('other', 'c'.repeat(64), false);

/** An Otto that otto-install made, on a machine of its own. */
export const made: Remains = {
  domain: 'otto.client.example',
  nginx: {
    active: true,
    complaint: undefined,
    sites: [{ path: SITE, whose: 'ours' }],
    others: [],
    servers: [],
  },
  dockerStopped: false,
  containers: [placed('paperclip', 'b'.repeat(64)), openWebui],
  images: [{ name: 'ghcr.io/open-webui/open-webui:main', usedBy: [] }],
  units: [{ path: UNIT, whose: 'ours', name: 'hermes-gateway.service', unit: RUNNING }],
  helpers: [],
  rules: ['80/tcp', '443/tcp', 'in on docker0 to any port 8642 proto tcp'],
  cli: { folder: '/opt/cleo/claude-cli', link: '/usr/local/bin/claude' },
  data: [
    {
      path: '/opt/cleo/open-webui',
      what: 'chats',
      files: ['/opt/cleo/open-webui.env'],
      stays: undefined,
    },
    { path: '/home/cleo/.hermes', what: 'Hermes', files: [], stays: undefined },
  ],
  signIns: ['/home/cleo/.config/gh/hosts.yml'],
  user: { name: 'cleo', home: '/home/cleo', made: true, besides: [] },
  account: { name: 'otto-paperclip', made: true },
  halfMoved: false,
  portRules: false,
  backups: [],
  certificate: { name: 'otto.client.example', made: true, usedBy: [] },
  elsewhere: [],
  state: true,
  nowMs: Date.UTC(2026, 10, 22, 20),
};

/** One that was made by hand: of it, only Open WebUI's container was recreated by us, and a drop-in written. */
export const adopted: Remains = {
  ...made,
  nginx: { ...made.nginx, sites: [{ path: SITE, whose: 'not-ours' }] },
  containers: [{ ...openWebui, name: 'paperclip', ours: false }, openWebui],
  images: [],
  units: made.units.map((unit) => ({ ...unit, whose: 'not-ours' as const })),
  helpers: [{ path: `${UNIT}.d/otto-install.conf`, whose: 'ours' }],
  cli: { folder: undefined, link: undefined },
  data: made.data.map((one) => ({ ...one, stays: 'it was there before otto-install' })),
  signIns: [],
  user: { name: 'cleo', home: '/home/cleo', made: false, besides: [] },
  account: undefined,
  certificate: { name: 'otto.client.example', made: false, usedBy: [] },
  elsewhere: ['/etc/fstab'],
};

/** What is left once all of that was removed, the data kept. */
export const left: Remains = {
  ...made,
  nginx: { ...made.nginx, sites: [] },
  containers: [],
  images: [],
  units: [],
  rules: [],
  cli: { folder: undefined, link: undefined },
};
