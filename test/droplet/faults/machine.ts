import type { Fault } from './fault.ts';

/** A package of our own whose installation ends in the middle, as when the connection breaks or the machine goes down. */
const KILLED_PACKAGE = String.raw`
dir=$(mktemp -d); mkdir -p "$dir/DEBIAN"
printf 'Package: backup-agent\nVersion: 1.0\nArchitecture: all\nMaintainer: Client <ops@client.example>\nDescription: a package of the client\n' >"$dir/DEBIAN/control"
cat >"$dir/DEBIAN/postinst" <<'POSTINST'
#!/bin/sh
[ -e /var/lib/backup-agent ] || { touch /var/lib/backup-agent; kill -9 $PPID; sleep 1; }
POSTINST
chmod 755 "$dir/DEBIAN/postinst"
dpkg-deb --build "$dir" /root/backup-agent.deb >/dev/null
dpkg --install /root/backup-agent.deb >/dev/null 2>&1 || true
dpkg-query -W -f '\${db:Status-Abbrev}' backup-agent | grep -q '^.[FU]'
`;

export const faults: readonly Fault[] = [
  {
    name: 'machine-dpkg-interrupted',
    group: 'machine',
    title: 'dpkg was killed in the middle of installing a package',
    code: 'dpkg-interrupted',
    touches: ['apt'],
    break: async ({ shell }) => {
      await shell(KILLED_PACKAGE.replaceAll('\\$', '$'));
    },
    after: async ({ shell }) => {
      await shell('dpkg --purge backup-agent >/dev/null; rm -f /var/lib/backup-agent /root/backup-agent.deb');
    },
  },
  {
    name: 'machine-apt-at-work',
    group: 'machine',
    title: 'unattended-upgrades is at work and holds the lock of dpkg: no fault',
    code: undefined,
    touches: ['apt'],
    break: async ({ shell }) => {
      await shell(`systemd-run --quiet --unit=apt-at-work python3 -c "
import fcntl, time
lock = open('/var/lib/dpkg/lock-frontend', 'w')
fcntl.lockf(lock, fcntl.LOCK_EX)
time.sleep(600)"`);
    },
    after: async ({ shell }) => {
      await shell('systemctl stop apt-at-work');
    },
  },
];
