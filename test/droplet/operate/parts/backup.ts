import type { Part, Place } from '../part.ts';
import { AGREED, type Exchange, inLines } from './conversation.ts';

const FOLDER = '/var/backups/otto-install';
export const PASSPHRASE = 'a passphrase that only the client knows';

/** The newest archive, locked or not; '' without any. */
export async function newestArchive({ droplet }: Place, locked: boolean): Promise<string> {
  const pattern = `${FOLDER}/otto-*.tar.gz${locked ? '.gpg' : ''}`;
  return (await droplet.must(['sh', '-c', `ls -t ${pattern} 2>/dev/null | head -1`])).trim();
}

const modeOf = async ({ droplet }: Place, path: string) =>
  (await droplet.must(['stat', '-c', '%a %U', path])).trim();

const LOCKED: readonly Exchange[] = [
  ['When should otto-install make a backup?', '1'],
  ['locked with a passphrase?', '2'],
  ['Which passphrase should lock it?', PASSPHRASE],
  ['Once more', PASSPHRASE],
  AGREED,
];

export const backup: readonly Part[] = [
  {
    flow: 'backup',
    twin: 'good',
    async run(place) {
      place.book.add('passphrase', 'the passphrase of the backup', PASSPHRASE);
      const told = await inLines(place, 'backup', LOCKED);
      place.check.matches('what is told', told, /It was read back and is complete/);
      const archive = await newestArchive(place, true);
      place.check.equal('the mode of the archive', await modeOf(place, archive), '600 root');
      return 'one locked archive, read back';
    },
  },
  {
    flow: 'backup',
    twin: 'json',
    async run(place) {
      const { exitCode, stdout, stderr } = await place.run('otto-install backup --yes --json');
      place.check.equal(`the exit code of ${stdout.slice(-1500)}${stderr}`, exitCode, 0);
      const archive = await newestArchive(place, false);
      place.check.equal('the mode of the archive', await modeOf(place, archive), '600 root');
      const names = await place.droplet.must(['tar', '-tzf', archive]);
      for (const name of [/webui\.db$/m, /\.env$/m, /config\.yaml$/m, /hermes-gateway\.service$/m, /privkey/])
        place.check.matches('what is in the archive', names, name);
      return 'one archive for root alone, told as events';
    },
  },
  {
    flow: 'backup',
    twin: 'damaged',
    async run(place) {
      const { droplet, check } = place;
      // A database of Hermes's home that nobody uses: Hermes's own one goes on.
      const notes = '/home/cleo/.hermes/notes.db';
      await droplet.must([
        'sh',
        '-euc',
        `printf 'SQLite format 3\\000' > ${notes}; head -c 4096 /dev/zero >> ${notes}; chown cleo: ${notes}`,
      ]);
      const { exitCode, stdout, stderr } = await place.run('otto-install backup --yes');
      const archive = await newestArchive(place, false);
      const names = await droplet.must(['tar', '-tzf', archive]);
      const { stdout: status } = await place.run('otto-install status');
      await droplet.must(['rm', '-f', notes, archive]);
      check.equal(`the exit code of ${stdout}${stderr}`, exitCode, 1);
      check.matches('what is told', stdout, /Damaged: .*notes\.db[\s\S]*Done, with a warning/);
      check.that('it is not called complete', !stdout.includes('is complete'), stdout);
      check.matches('what is in the archive', names, /webui\.db$/m);
      check.matches('what status says', status.replace(/\s+/g, ' '), /not whole: damaged/);
      return 'the rest is saved, the file is named, and it ends with a warning';
    },
  },
  {
    flow: 'backup',
    twin: 'disk-full',
    async run(place) {
      const { droplet, check } = place;
      await droplet.must([
        'sh',
        '-euc',
        'mkdir -p /mnt/small; mount -t tmpfs -o size=200k,mode=700 tmpfs /mnt/small',
      ]);
      const { exitCode, stdout, stderr } = await place.run('otto-install backup --to /mnt/small --yes');
      const left = await droplet.must(['ls', '-A', '/mnt/small']);
      await droplet.must(['sh', '-euc', 'umount /mnt/small; rmdir /mnt/small']);
      check.that('it does not end well', exitCode !== 0, `${exitCode}`);
      check.matches('what is told', `${stdout}${stderr}`, /full|free|space/i);
      check.equal('what is left of it', left, '');
      return 'no half archive is left';
    },
  },
  {
    flow: 'backup',
    twin: 'nightly',
    async run(place) {
      const { droplet, check } = place;
      const { exitCode, stdout, stderr } = await place.run(
        'otto-install backup --daily yes --keep 2 --to /var/backups/nightly --yes',
      );
      check.equal(`the exit code of ${stdout}${stderr}`, exitCode, 0);
      const timer = await droplet.must([
        'systemctl',
        'list-timers',
        '--no-legend',
        'otto-install-backup.timer',
      ]);
      check.matches('the timers', timer, /otto-install-backup\.timer/);
      // Names go by the second.
      for (let night = 0; night < 2; night += 1)
        await droplet.must(['sh', '-euc', 'sleep 1.1; systemctl start otto-install-backup.service'], {
          timeoutMs: 180_000,
        });
      const kept = (await droplet.must(['ls', '/var/backups/nightly'])).trim().split('\n');
      check.equal('how many are kept after three nights', kept.length, 2);
      const ended = await place.run('otto-install backup --daily no --yes');
      check.equal(`the exit code of ${ended.stdout}${ended.stderr}`, ended.exitCode, 0);
      const left = await droplet.exec(['systemctl', 'is-enabled', 'otto-install-backup.timer']);
      check.that('the timer is gone', left.exitCode !== 0, left.stdout);
      await droplet.must(['rm', '-rf', '/var/backups/nightly']);
      return 'three nights, two kept; then no more';
    },
  },
];
