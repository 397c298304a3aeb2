import { PORTS } from '../../answers/layout.ts';
import { declareFindings, type FoundOf, family, wording } from '../finding.ts';
import { EMPTIED } from '../firewall/findings.ts';
import { FINDINGS as NIGHTLY_BACKUP } from '../nightly-backup/findings.ts';

/** What each of our ports is for. */
const USES = {
  [PORTS.http]: 'nginx takes visitors there, and the certificate authority checks there',
  [PORTS.https]: 'nginx takes visitors there',
  [PORTS.paperclip]: 'Paperclip belongs there',
  [PORTS.openWebui]: 'Open WebUI belongs there',
  [PORTS.hermes]: 'Hermes belongs there',
} as const;

/** The ports of the runbook, for which a program of another kind has no room. */
export const RUNBOOK_PORTS = [
  PORTS.http,
  PORTS.https,
  PORTS.paperclip,
  PORTS.openWebui,
  PORTS.hermes,
] as const;
export type RunbookPort = (typeof RUNBOOK_PORTS)[number];

/** Something else holds one of our ports. */
export const PORTS_HELD = family(['port-', RUNBOOK_PORTS, '-held'], (port) => ({
  severity: 'broken',
  reason: `${USES[port]}. Two programs cannot listen on the same port.`,
  impact: `The step that needs port ${port} will fail.`,
  proof: port === PORTS.http ? { fault: 'way-in-port-80-apache' } : { test: 'tasks/machine/machine.test.ts' },
}));

/** What a step needs from the internet. */
const SERVICES = {
  claude: 'Every answer of Otto comes from there.',
  acme: 'The certificate for https comes from there, and so does every renewal.',
  github: "Hermes's code is cloned from there.",
  'github-api': 'The sign-in to GitHub is checked there.',
  'image-registry': "Open WebUI's image is pulled from there.",
  'python-index': 'pip installs the packages that Hermes needs from there.',
  'npm-registry': "Claude's command line comes from there.",
} as const;
export type ServiceId = keyof typeof SERVICES;

/** One of them does not answer. */
const UNREACHABLE = family(['unreachable-', Object.keys(SERVICES) as ServiceId[], ''], (id) => ({
  severity: ['blocked', 'risk'],
  reason: wording({ neededNow: true }, ({ neededNow }) =>
    neededNow
      ? `${SERVICES[id]} Check this machine's DNS, firewall and proxy, and the status page of the service.`
      : `${SERVICES[id]} Nothing stops today, but it should be fixed.`,
  ),
  impact: wording({ neededNow: true }, ({ neededNow }) =>
    neededNow ? 'The step that needs it will fail later, half way through.' : undefined,
  ),
}));

/** What can be wrong with the machine itself, and with what it needs from outside. */
const OWN = declareFindings('machine', 'tasks/machine/machine.test.ts', {
  'all-traffic-dropped': { ...EMPTIED, proof: { fault: 'firewall-flushed' } },
  'outgoing-traffic-dropped': {
    severity: 'broken',
    reason:
      'Otto asks Claude for every answer, and names, certificates, code and images come from others, too. With this, all of them seem to be unreachable, each with words of its own; nothing is wrong with them. Even what nginx sends to a container leaves over docker0.',
    impact: 'Otto gets no answer from Claude.',
    proof: { fault: 'firewall-outgoing-denied' },
  },
  ...PORTS_HELD,
  ...UNREACHABLE,
  'reboot-pending': {
    severity: 'risk',
    reason:
      'A new kernel or system library is installed but not in use, so its security fixes have no effect yet. And an unplanned restart is a bad moment to find out whether everything starts by itself.',
    proof: { fault: 'machine-reboot-pending' },
  },
  'system-files-writable': {
    severity: 'broken',
    alone: true,
    reason:
      'Root runs programs and reads settings from there, some at every boot. Anyone who can write there can become root, and anyone who can chat with Otto has a terminal on this machine. The cause is usually a package installed under umask 000, or chmod -R 777. Somebody may already have changed these files: `dpkg --verify` lists those that differ from their package.',
    proof: { fault: 'machine-system-files-writable' },
  },
  'own-files-writable': {
    severity: 'risk',
    reason:
      'Somebody put it there. If root runs it or reads settings from it, anyone who can chat with Otto can become root.',
    proof: { test: 'tasks/machine/modes.test.ts' },
  },
  'clock-not-kept': {
    severity: 'risk',
    reason: 'Certificates and sign-ins are refused when the clock is wrong by more than a few minutes.',
  },
  'clock-wrong': {
    severity: ['broken', 'blocked'],
    reason:
      'Certificates and sign-ins are refused when the clock is wrong by more than a few minutes. timedatectl shows what should keep it.',
    impact: 'The certificate and the sign-in to Claude will probably fail.',
    proof: { fault: 'machine-clock-wrong' },
  },
  'memory-ran-out': {
    severity: 'risk',
    reason:
      "When memory runs out, the kernel kills the program that uses the most, without a line in that program's own log: an answer stops half way, or Open WebUI is unavailable for about 30 seconds. Swap on the disk absorbs short peaks; if it happens often, the droplet is too small.",
    proof: { fault: 'machine-memory-ran-out' },
  },
  'swap-missing': {
    severity: 'risk',
    reason:
      'Open WebUI, Hermes and Paperclip together need about 3 GB at times. Without swap the kernel then kills one of them at work.',
    proof: { test: 'tasks/machine/memory.test.ts' },
  },
  'disk-full': {
    severity: 'broken',
    reason:
      'On a full disk nothing can be saved: no chat, no account, no certificate, no log; databases may be damaged when their last write is interrupted.',
    impact: 'Every step that writes a file there will fail half way through.',
    proof: { fault: 'machine-disk-full' },
  },
  'disk-nearly-full': {
    severity: 'risk',
    reason:
      'When it is full, Open WebUI can no longer write its database. An update needs room for two images.',
    proof: { test: 'tasks/machine/room.test.ts' },
  },
  'memory-far-too-small': {
    severity: 'blocked',
    reason:
      'Open WebUI alone needs more than 1 GB when it starts, and Hermes, Paperclip and Docker come on top. With less than 2.5 GB the kernel kills one of them at work. Use a bigger droplet, or add swap.',
    impact: 'Open WebUI will probably fail during its first start.',
  },
  'disk-far-too-small': {
    severity: 'blocked',
    reason: "Open WebUI's image alone takes up to 6 GB, Hermes 1 GB, and both grow.",
    impact: 'Pulling the image will probably fill the disk, and then nothing works.',
  },
  'machine-small': {
    severity: 'risk',
    reason:
      'The runbook asks for 2 processors, 8 GB of memory and 40 GB of disk. This machine is enough for a few people; long answers, big uploads and updates (which need room for two images) may be too much.',
  },
  'not-root': {
    severity: 'blocked',
    reason:
      'otto-install installs packages, writes to /etc and starts services. Start it again as root, or with sudo.',
  },
  'os-unknown': {
    severity: 'blocked',
    reason:
      'The steps use apt, ufw and the paths of Ubuntu and Debian. A droplet with Ubuntu 24.04 has them.',
  },
  'os-untested': {
    severity: 'risk',
    reason:
      'The runbook was tested on Ubuntu 24.04. Other releases of Ubuntu and Debian have other versions of the same tools: it will probably work.',
  },
  'architecture-unknown': {
    severity: 'blocked',
    reason: 'Open WebUI and Claude exist only for x86_64 and aarch64.',
  },
  'no-systemd': {
    severity: 'blocked',
    reason: 'systemd keeps Hermes, Docker and nginx running. Otto cannot run in a container without it.',
  },
  'operation-record-unreadable': {
    severity: 'broken',
    reason:
      'An operation was interrupted, and this file lists what must be undone. Nothing else can start before that: read the file, undo by hand what it names, then remove it.',
    proof: { test: 'tasks/machine/cut-off.test.ts' },
  },
  'operation-cut-off': {
    severity: 'broken',
    reason: wording({ verified: true }, ({ verified }) =>
      verified
        ? 'Everything was done and verified except the last steps. otto-install finishes these before anything else.'
        : 'The operation is half done. Before anything else, otto-install undoes it, so that everything is as it was.',
    ),
    impact: 'Parts of Otto may be switched off, or have different releases.',
    proof: { test: 'tasks/machine/cut-off.test.ts' },
  },
});

export const FINDINGS = { ...OWN, ...NIGHTLY_BACKUP };

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
