import type { Answer } from '../internet/exchange.ts';
import type { Fault, FaultContext } from './fault.ts';

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
dpkg --status backup-agent | grep -q '^Status: .* \(half-configured\|unpacked\)$'
`;

/**
 * Ends apt and dpkg (which apt starts in a session of its own) while git is being unpacked, as a power cut does: what is left is
 * half installed and has to be fetched again.
 */
const KILLED_UNPACKING = `
half() { dpkg --status git | grep -q '^Status: .*half-installed'; }
for try in 1 2 3 4 5; do
  DEBIAN_FRONTEND=noninteractive setsid apt-get install --reinstall --yes git >/dev/null 2>&1 &
  apt=$!
  while kill -0 "$apt" 2>/dev/null; do
    if half; then pkill -9 -x dpkg || :; kill -9 "-$apt" || :; break; fi
  done
  wait "$apt" 2>/dev/null || :
  if half; then exit 0; fi
done
echo 'git was never caught half installed' >&2
exit 1
`;

/**
 * Makes /var a disk of 300 MB of its own, as far as it is written to from now on: the droplet's own disk is the machine's that
 * the tests run on, and is never filled. What runs goes on with the files that it has open; the journal starts again there.
 */
const OWN_VAR = `
apt-get clean
mkdir -p /mnt/var-disk /mnt/docker
mount --rbind /var/lib/docker /mnt/docker
mount -t tmpfs -o size=300m,mode=755 tmpfs /mnt/var-disk
mkdir /mnt/var-disk/upper /mnt/var-disk/work
mount -t overlay -o lowerdir=/var,upperdir=/mnt/var-disk/upper,workdir=/mnt/var-disk/work overlay /var
mount --rbind /mnt/docker /var/lib/docker
systemctl restart systemd-journald
`;

/** Fills it: packages that apt keeps, and a backup of the client's in all the room that is left. */
const FILL_VAR = `
apt-get -qq update
apt-get -qq install --reinstall --download-only --yes docker.io containerd runc git nginx >/dev/null
ls /var/cache/apt/archives/*.deb >/dev/null
mkdir -p /var/backups
dd if=/dev/zero of=/var/backups/client.tar bs=1M 2>/dev/null || true
[ "$(df -B1 --output=avail /var | tail -1)" -lt 4000000 ]
`;

/** A small /tmp of its own, as full of empty files as it can be. */
const NO_INODES = `
mount -t tmpfs -o size=100m,nr_inodes=500,mode=1777 tmpfs /tmp
n=0; while touch "/tmp/session-$n" 2>/dev/null; do n=$((n + 1)); done
[ "$(df --output=iavail /tmp | tail -1)" -eq 0 ]
`;

/**
 * Something in Open WebUI's container takes more memory than there is: the droplet has as much as the machine that the tests
 * run on, so the kernel is given a limit for the moment, and ends it as it does when the machine has no more.
 */
const OUT_OF_MEMORY = `
id=$(docker inspect --format '{{.Id}}' open-webui)
limit=/sys/fs/cgroup/memory/docker/$id/memory.limit_in_bytes
[ -e "$limit" ] || limit=/sys/fs/cgroup/system.slice/docker-$id.scope/memory.max
before=$(cat "$limit")
echo 1200000000 >"$limit"
docker exec open-webui python3 -c "taken = b'1' * 2000000000" || ended=$?
echo "$before" >"$limit"
[ "$ended" = 137 ]
`;

/** The hosts whose clocks the wizard compares with this machine's answer as if it were ten minutes later. */
async function playLater({ internet }: FaultContext): Promise<void> {
  const date = new Date(Date.now() + 600_000).toUTCString();
  const answer: Answer = { status: 404, body: '{}', headers: { date } };
  await internet.hosts.play('api.anthropic.com', { kind: 'answer', path: '/', answer });
  await internet.hosts.play('acme-v02.api.letsencrypt.org', { kind: 'answer', path: '/', answer });
}

export const faults: readonly Fault[] = [
  {
    name: 'machine-opt-open-to-all',
    group: 'machine',
    title: 'chmod 0777 /opt: anybody can put another folder in the place of the one with the data',
    code: 'data-below-open-folder',
    touches: ['opt'],
    break: async ({ run }) => {
      await run('chmod', '0777', '/opt');
    },
    after: async ({ run }) => {
      const mode = (await run('stat', '-c', '%a %U', '/opt')).trim();
      if (mode !== '755 root') throw new Error(`/opt is ${mode}`);
    },
  },
  {
    name: 'machine-opt-of-user',
    group: 'machine',
    title: '/opt/cleo was given to the deploy user',
    code: 'opt-writable-by-others',
    touches: ['opt'],
    break: async ({ run }) => {
      await run('chown', 'cleo:cleo', '/opt/cleo');
    },
  },
  {
    name: 'machine-dpkg-interrupted',
    group: 'machine',
    title: 'dpkg was killed in the middle of installing a package',
    code: 'dpkg-interrupted',
    touches: ['apt'],
    break: async ({ shell }) => {
      await shell(KILLED_PACKAGE);
    },
    after: async ({ shell }) => {
      await shell('dpkg --purge backup-agent >/dev/null; rm -f /var/lib/backup-agent /root/backup-agent.deb');
    },
  },
  {
    name: 'machine-dpkg-half-installed',
    group: 'machine',
    title: 'the machine went down while dpkg unpacked a package',
    code: 'dpkg-interrupted',
    touches: ['apt'],
    break: async ({ shell }) => {
      await shell(KILLED_UNPACKING);
    },
  },
  {
    name: 'machine-system-files-writable',
    group: 'machine',
    title: 'ufw was installed under umask 000: everybody may write the script that root runs at each start',
    code: 'system-files-writable',
    touches: ['ufw files'],
    break: async ({ shell }) => {
      await shell('chmod 777 /usr/lib/ufw /usr/lib/ufw/ufw-init; chmod 666 /etc/ufw/user.rules');
    },
    after: async ({ shell }) => {
      await shell('[ "$(find /usr/lib/ufw /etc/ufw -perm /022 | wc -l)" = 0 ]');
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
  {
    name: 'machine-disk-full',
    group: 'machine',
    title: 'The disk is full, in part of packages that apt has downloaded and not needed since',
    code: 'disk-full',
    spoils: true,
    break: async ({ shell }) => {
      await shell(OWN_VAR);
      await shell(FILL_VAR);
    },
    after: async ({ shell, check }) => {
      check.that(
        'the backup of the client is still there',
        (await shell('ls -s /var/backups/client.tar')) !== '',
      );
    },
  },
  {
    name: 'machine-inodes-full',
    group: 'machine',
    title: 'No inode is left on /tmp: there is room, and no file can be made',
    code: 'disk-full',
    touches: ['tmp'],
    break: async ({ shell }) => {
      await shell(NO_INODES);
    },
    repair: async ({ shell }) => {
      await shell('umount /tmp');
    },
  },
  {
    name: 'machine-memory-ran-out',
    group: 'machine',
    title: "The memory ran out, and the kernel killed something in Open WebUI's container",
    code: 'memory-ran-out',
    // It is broken through Docker.
    touches: ['memory', 'docker', 'open-webui.container'],
    break: async ({ shell }) => {
      await shell(OUT_OF_MEMORY);
    },
  },
  {
    name: 'machine-reboot-pending',
    group: 'machine',
    title: 'A new kernel was installed and waits for a restart',
    code: 'reboot-pending',
    touches: ['reboot'],
    break: async ({ shell }) => {
      // What the scripts of Ubuntu's kernel packages do; a kernel cannot be installed in a container.
      await shell('touch /run/reboot-required; echo linux-image-6.8.0-99-generic >/run/reboot-required.pkgs');
    },
    after: async ({ shell, check }) => {
      check.matches('the plan', await shell('cat /run/systemd/shutdown/scheduled'), /^MODE=reboot$/m);
      await shell('shutdown -c; rm /run/reboot-required /run/reboot-required.pkgs');
    },
  },
  {
    name: 'machine-nightly-backup-outdated',
    group: 'machine',
    title: 'The nightly backup uses the program of an earlier otto-install',
    code: 'nightly-backup-outdated',
    touches: ['backup'],
    break: async ({ shell }) => {
      await shell('otto-install backup --daily yes --keep 2 --yes');
      // Another program, with the same things to know.
      await shell(
        "sed -i 's/^# otto-install: backup$/# otto-install: an older backup/' /usr/local/lib/otto-install/backup.py",
      );
    },
    after: async ({ shell, check }) => {
      check.matches(
        'the program',
        await shell('head -1 /usr/local/lib/otto-install/backup.py'),
        /^# otto-install: backup$/m,
      );
      await shell('systemctl start otto-install-backup.service; otto-install backup --daily no --yes');
    },
  },
  {
    name: 'machine-clock-wrong',
    group: 'machine',
    title: "The machine's clock is ten minutes behind (here: the rest of the world is ten minutes ahead)",
    code: 'clock-wrong',
    break: playLater,
    // In a container the clock is its host's; elsewhere the fix asks the time servers again.
    repair: ({ internet }) => internet.hosts.heal(),
  },
  {
    name: 'machine-dead-package-source',
    group: 'machine',
    title: 'a package source that no longer answers, beside good ones, and a package is missing',
    async break({ shell }) {
      await shell(
        "echo 'deb [trusted=yes] http://203.0.113.201/gone ./' > /etc/apt/sources.list.d/gone.list; apt-get remove -y -q sqlite3; touch -d '3 days ago' /var/lib/apt/lists",
      );
    },
    code: 'packages-missing',
    after: async ({ run }) => void (await run('rm', '/etc/apt/sources.list.d/gone.list')),
    touches: ['packages'],
  },
];
