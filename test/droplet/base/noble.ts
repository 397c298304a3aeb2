/**
 * Ubuntu 24.04's surroundings, as far as Debian has them as packages: what an operator finds on a cloud provider's image beside the
 * programs themselves. Names are asked of systemd-resolved, ssh waits for its first visitor, cloud-init makes the first start,
 * security updates begin right after it, and needrestart wants to ask about each.
 */
import { dropletAddress, internetAddress } from '../machine/paths.ts';

/** Installed in addition to a release's own list. */
export const noblePackages: readonly string[] = [
  ...['systemd-resolved', 'netplan.io', 'cloud-init', 'dbus-user-session'],
  ...['unattended-upgrades', 'needrestart', 'snapd'],
];

const updatesUnit = 'otto-droplet-first-updates.service';

/**
 * Ubuntu's timers catch up at the first start, within minutes that are drawn by lot. Here it is the moment at which the start has
 * finished, so that whoever logs in meets it every time.
 */
const firstUpdates = `[Unit]
Description=Installs security updates right after the first start, as a fresh Ubuntu does (test droplet)
ConditionPathExists=!/var/lib/otto-droplet-updated

[Service]
ExecStart=/bin/sh -c 'systemctl is-system-running --wait; touch /var/lib/otto-droplet-updated; systemctl start apt-daily.service; systemctl start apt-daily-upgrade.service'

[Install]
WantedBy=multi-user.target
`;

const files: readonly (readonly [path: string, content: string])[] = [
  ['etc/apt/apt.conf.d/20auto-upgrades', periodic({ 'Update-Package-Lists': 1, 'Unattended-Upgrade': 1 })],
  [
    'etc/needrestart/conf.d/50-interactive.conf',
    "# As Ubuntu's own: at a terminal it asks.\n$nrconf{restart} = 'i';\n",
  ],
  [
    'etc/cloud/cloud.cfg.d/90-droplet.cfg',
    `datasource_list: [NoCloud, None]
disable_root: false
apt: {preserve_sources_list: true}
system_info: {network: {renderers: [netplan], activators: [netplan]}}
`,
  ],
  // Debian's resolved also listens for names of the local network, at port 5355; Ubuntu's does not.
  ['etc/systemd/resolved.conf.d/droplet.conf', '[Resolve]\nLLMNR=no\n'],
  // It would tell udev of what it has written, and there is none in a container.
  ['etc/systemd/system/netplan-configure.service.d/droplet.conf', '[Service]\nExecStartPost=\n'],
  [`usr/lib/systemd/system/${updatesUnit}`, firstUpdates],
];

/** Run in the finished tree ($1), after a release's own. */
export const nobleFinishing = `
  ln -s ../run/systemd/resolve/stub-resolv.conf "$1/etc/resolv.conf"
${files.map(([path, content]) => `  mkdir -p "$1/$(dirname ${path})"\n  cat >"$1/${path}" <<'END'\n${content}END\n`).join('')}
  chroot "$1" systemctl disable ssh.service
  chroot "$1" systemctl mask networking.service
  chroot "$1" systemctl enable ssh.socket systemd-networkd.service systemd-resolved.service ${updatesUnit}
`;

function periodic(settings: Readonly<Record<string, number>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `APT::Periodic::${name} "${value}";\n`)
    .join('');
}

/** The lines of Ubuntu's /etc/environment. */
export const nobleEnvironment =
  'PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games:/usr/local/games:/snap/bin"\n';

const seed = '/var/lib/cloud/seed/nocloud';

/**
 * What a provider tells cloud-init of one droplet: paths and texts. Its network is written down for netplan, with the name server
 * that resolved is to ask. A disk that becomes another droplet has another instance id there, so its first start is made again.
 */
export function nobleSeed(name: string): readonly (readonly [path: string, content: string])[] {
  const network = {
    version: 2,
    ethernets: {
      eth0: {
        addresses: [`${dropletAddress}/24`],
        routes: [{ to: 'default', via: internetAddress }],
        nameservers: { addresses: [internetAddress] },
      },
    },
  };
  const metaData = { 'instance-id': `otto-${name}`, 'local-hostname': `otto-${name}` };
  const userData = { manage_etc_hosts: true, users: [], ssh_pwauth: false };
  // JSON is YAML, as cloud-init reads it.
  return [
    [`${seed}/meta-data`, `${JSON.stringify(metaData)}\n`],
    [`${seed}/network-config`, `${JSON.stringify(network)}\n`],
    [`${seed}/user-data`, `#cloud-config\n${JSON.stringify(userData)}\n`],
  ];
}
