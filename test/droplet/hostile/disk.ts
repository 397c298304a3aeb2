import type { FaultContext } from '../faults/fault.ts';
import { emptied, full, readOnly, withoutInodes, writable } from './small-disk.ts';
import type { Surrounding } from './surrounding.ts';

/** Disks that take nothing. */

const STOP_NGINX = 'systemctl stop nginx';
const START_NGINX = 'fix nginx-down';
const STATE = '/var/lib/otto-install';

const shell = (line: string) => async (context: FaultContext) => void (await context.shell(line));

export const disk: readonly Surrounding[] = [
  {
    name: 'disk-state-full',
    group: 'disk',
    title: "the disk with otto-install's own notes is full, and nginx has to be started",
    begin: shell(`${STOP_NGINX}\n${full(STATE)}`),
    during: START_NGINX,
    // Room must be made even then, so it goes on without what it cannot write down.
    exitCodes: [0, 1],
    says: [/nginx-down: fixed|disk is full/],
    end: shell(emptied(STATE)),
    wayOn: 'fix',
  },
  {
    name: 'disk-state-no-inodes',
    group: 'disk',
    title: "no inode is left on the disk with otto-install's own notes, and nginx has to be started",
    begin: shell(`${STOP_NGINX}\n${withoutInodes(STATE)}`),
    during: START_NGINX,
    says: [/disk is full|No space/],
    end: shell(emptied(STATE)),
    wayOn: START_NGINX,
  },
  {
    name: 'disk-state-read-only',
    group: 'disk',
    title: "otto-install's own notes are on a disk that became read-only, and nginx has to be started",
    begin: shell(`${STOP_NGINX}\n${readOnly(STATE)}`),
    during: START_NGINX,
    says: [/read-only/i],
    end: shell(writable(STATE)),
    wayOn: START_NGINX,
  },
  {
    name: 'disk-log-full',
    group: 'disk',
    title: "the disk with otto-install's logs is full: it goes without a log",
    begin: shell(`${STOP_NGINX}\n${full('/var/log/otto-install')}`),
    during: START_NGINX,
    exitCodes: [0],
    says: [/nginx/],
    end: shell(emptied('/var/log/otto-install')),
  },
  {
    name: 'disk-etc-read-only',
    group: 'disk',
    title: '/etc is read-only, and a file of it has to be written',
    begin: shell(
      `sed -i '/proxy_set_header Upgrade/d; /proxy_set_header Connection/d' /etc/nginx/sites-enabled/otto; systemctl reload nginx; ${readOnly('/etc')}`,
    ),
    during: 'fix nginx-site-no-websocket',
    says: [/read-only/i],
    end: shell(writable('/etc')),
    wayOn: 'fix nginx-site-no-websocket',
  },
  {
    name: 'disk-home-read-only',
    group: 'disk',
    title: '/home is read-only, and the mode of a file has to be changed',
    begin: shell(`chmod 0644 /home/cleo/.hermes/.env; ${readOnly('/home')}`),
    during: 'fix hermes-settings-mode',
    says: [/read-only/i],
    end: shell(`${writable('/home')}; chmod 0600 /home/cleo/.hermes/.env`),
  },
  {
    name: 'disk-backup-read-only',
    group: 'disk',
    title: 'a backup to a disk that is read-only',
    begin: shell(`mkdir -p /mnt/ro; mount -t tmpfs -o mode=700,ro tmpfs /mnt/ro`),
    during: 'backup --to /mnt/ro --yes',
    exitCodes: [1, 2],
    says: [/read-only/i],
    end: shell('umount /mnt/ro; rmdir /mnt/ro'),
  },
  {
    name: 'disk-backup-no-inodes',
    group: 'disk',
    title: 'a backup to a disk that has room, and no inode',
    begin: shell(
      `mkdir -p /mnt/few; mount -t tmpfs -o mode=700,size=900m,nr_inodes=4 tmpfs /mnt/few; cd /mnt/few; touch a b c`,
    ),
    during: 'backup --to /mnt/few --yes',
    says: [/No space|disk is full/i],
    end: shell('[ "$(ls -A /mnt/few)" = "$(printf \'a\\nb\\nc\')" ]; umount /mnt/few; rmdir /mnt/few'),
  },
  {
    name: 'disk-var-tmp-full',
    group: 'disk',
    title: 'a backup while /var/tmp, where its databases are read, is full',
    begin: shell(full('/var/tmp')),
    during: 'backup --yes',
    says: [/No space|disk is full/i],
    end: shell(`ls -A /var/tmp | grep -vc filler | grep -qx 0 || true; ${emptied('/var/tmp')}`),
  },
  {
    name: 'disk-tmp-read-only',
    group: 'disk',
    title:
      '/tmp is read-only: otto-install needs it for nothing, but Docker runs no command in a container then',
    begin: shell(`${STOP_NGINX}\n${readOnly('/tmp')}`),
    during: START_NGINX,
    exitCodes: [0, 1],
    says: [/nginx-down: fixed/],
    end: shell(writable('/tmp')),
  },
  {
    name: 'disk-home-elsewhere',
    group: 'disk',
    title: '/home is another file system: a backup is made of it',
    begin: shell(`
systemctl stop hermes-gateway
cp -a /home /run/home-copy
mount -t tmpfs -o size=3g,mode=755 tmpfs /home
cp -a /run/home-copy/. /home/
rm -r /run/home-copy
systemctl start hermes-gateway`),
    during: 'backup --yes',
    exitCodes: [0],
    says: [/read back/i],
    seconds: 180,
    // As it was before: what is restored below is then what was there.
    end: async ({ shell: run, droplet }) => {
      const archive = await run('ls -t /var/backups/otto-install/otto-*.tar.gz | head -1');
      const words = `otto-install restore --from ${archive.trim()} --backup-first no --yes`;
      const { exitCode, stdout, stderr } = await droplet.ssh([words], { timeoutMs: 10 * 60_000 });
      if (exitCode !== 0) throw new Error(`${words} ended with ${exitCode}: ${stdout.slice(-2000)}${stderr}`);
      await run('systemctl stop hermes-gateway; umount -l /home; systemctl start hermes-gateway');
    },
  },
];
