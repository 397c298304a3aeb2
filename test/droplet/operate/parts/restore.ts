import type { Droplet } from '../../machine/droplet.ts';
import { belongings, lost } from '../../runner/faults/survives.ts';
import { FRESH } from '../../script/fresh.ts';
import type { Part, Place } from '../part.ts';
import { scan } from '../secrets/scan.ts';
import { ask, chat, signIn, untilHealthy } from '../truth.ts';
import { newestArchive, PASSPHRASE } from './backup.ts';
import { AGREED, type Exchange, inLines } from './conversation.ts';
import { cutPower } from './power-cut.ts';

/** What somebody writes after the backup: a chat that is gone when it is restored. */
async function writeMore({ droplet, people }: Place, title: string): Promise<void> {
  const token = await signIn(droplet, FRESH.adminEmail, people.get(FRESH.adminEmail) ?? '');
  const message = { id: 'm1', parentId: null, childrenIds: [], role: 'user', content: title, timestamp: 1 };
  const history = { currentId: 'm1', messages: { m1: message } };
  await ask(
    droplet,
    '/api/v1/chats/new',
    { chat: { title, models: ['otto'], messages: [message], history, timestamp: 1 } },
    token,
  );
}

async function titles({ droplet }: Place): Promise<string> {
  const program =
    "import sqlite3; print(*sorted(r[0] for r in sqlite3.connect('file:/opt/cleo/open-webui/webui.db?mode=ro', uri=True, timeout=10).execute('select title from chat')), sep='\\n')";
  return droplet.must(['python3', '-c', program]);
}

/** What the ledger says of who made what: 'folder /opt/cleo/open-webui made', a line each. */
async function provenance({ droplet }: Place): Promise<string> {
  const program =
    "import json; [print(t['kind'], t['name'], t['state']) for t in json.load(open('/var/lib/otto-install/ledger.json')).get('things', [])]";
  const lines = (await droplet.must(['python3', '-c', program])).split('\n');
  return lines
    .filter((line) => line.startsWith('folder '))
    .sort()
    .join('\n');
}

/** An archive of this moment, locked. */
async function archiveOfNow(place: Place): Promise<string> {
  const { droplet, book } = place;
  await droplet.write(
    '/root/given/passphrase',
    `${book.add('passphrase', 'the passphrase of the backup', PASSPHRASE)}\n`,
    0o600,
  );
  const { exitCode, stdout, stderr } = await place.run(
    'otto-install backup --encrypt yes --passphrase-file /root/given/passphrase --yes',
  );
  place.check.equal(`the exit code of ${stdout}${stderr}`, exitCode, 0);
  return newestArchive(place, true);
}

const UNLOCKED: readonly Exchange[] = [
  ['What is the passphrase of this archive?', PASSPHRASE],
  ['Once more', PASSPHRASE],
  ['Should otto-install first back up what is here now?', '1'],
  AGREED,
];

export const restore: readonly Part[] = [
  {
    flow: 'restore',
    twin: 'good',
    async run(place) {
      const { check } = place;
      const archive = await archiveOfNow(place);
      const [before, whose] = [await titles(place), await provenance(place)];
      await writeMore(place, 'Written after the backup');
      const told = await inLines(place, `restore --from ${archive}`, UNLOCKED);
      check.matches('what is told', told, /What was here before is in/);
      check.equal('the chats', await titles(place), before);
      check.equal('who made which folder', await provenance(place), whose);
      return 'as it was at the time of the backup';
    },
  },
  {
    flow: 'restore',
    twin: 'damaged-archive',
    async run(place) {
      const { check, droplet } = place;
      const { exitCode: made } = await place.run('otto-install backup --yes');
      check.equal('the exit code of the backup', made, 0);
      const archive = await newestArchive(place, false);
      // One byte in the middle, as a bad copy has it; the length stays.
      await droplet.must([
        'python3',
        '-c',
        `
path = '${archive}'
data = bytearray(open(path, 'rb').read())
data[len(data) // 2] ^= 0xff
open('/var/backups/otto-damaged.tar.gz', 'wb').write(data)`,
      ]);
      const before = await titles(place);
      const started = await droplet.must(['docker', 'inspect', '-f', '{{.State.StartedAt}}', 'open-webui']);
      const { exitCode, stdout, stderr } = await place.run(
        'otto-install restore --from /var/backups/otto-damaged.tar.gz --yes',
      );
      check.that('it does not end well', exitCode !== 0, `${exitCode}`);
      check.matches('what is told', `${stdout}${stderr}`, /damaged|not whole|another|checksum/i);
      check.equal('the chats', await titles(place), before);
      check.equal(
        'when Open WebUI was started',
        await droplet.must(['docker', 'inspect', '-f', '{{.State.StartedAt}}', 'open-webui']),
        started,
      );
      await droplet.must(['rm', '/var/backups/otto-damaged.tar.gz']);
      return 'refused before anything was touched';
    },
  },
  {
    flow: 'restore',
    twin: 'wrong-passphrase',
    async run(place) {
      const { check, droplet, book } = place;
      const archive = await archiveOfNow(place);
      await droplet.write(
        '/root/given/wrong',
        `${book.add('passphrase', 'a wrong passphrase', 'not the passphrase at all')}\n`,
        0o600,
      );
      const { exitCode, stdout, stderr } = await place.run(
        `otto-install restore --from ${archive} --passphrase-file /root/given/wrong --yes`,
      );
      check.that('it does not end well', exitCode !== 0, `${exitCode}`);
      check.matches('what is told', `${stdout}${stderr}`, /passphrase/);
      return 'refused before anything was touched';
    },
  },
  {
    flow: 'restore',
    twin: 'power-cut',
    async run(place) {
      const { check } = place;
      const archive = await archiveOfNow(place);
      await writeMore(place, 'Written before the power cut');
      const before = await titles(place);
      const outcome = await cutPower(place, {
        words: `restore --from ${archive}`,
        exchanges: UNLOCKED,
        at: /Put the backup in place, and keep what was there/,
        afterMs: 150,
        title: 'Restore a backup',
      });
      check.equal('the chats', await titles(place), before);
      return outcome;
    },
  },
  {
    flow: 'restore',
    twin: 'fresh-droplet',
    // The current Otto is restored on the machine that it was removed from, with its data: see uninstall.
    on: ['april'],
    async run(place) {
      const { check, droplet } = place;
      // A bare Debian lacks gpg, which Ubuntu has; a locked archive says so there.
      const { exitCode: made } = await place.run('otto-install backup --yes');
      check.equal('the exit code of the backup', made, 0);
      const archive = await newestArchive(place, false);
      const had = await belongings(droplet);
      const fresh = await place.another();
      try {
        await carry(droplet, fresh.place.droplet, archive);
        const words = `otto-install restore --from ${archive} --yes`;
        const { exitCode, stdout, stderr } = await fresh.place.run(words, 15 * 60_000);
        check.equal(`the exit code of ${stdout.slice(-4000)}${stderr}`, exitCode, 0);
        await untilHealthy(fresh.place);
        await chat({ droplet: fresh.place.droplet, people: place.people });
        const gone = lost(had, await belongings(fresh.place.droplet)).filter((sentence) =>
          /^(account|chat|setting|\.env|config\.yaml)/.test(sentence),
        );
        check.equal('what is lost', gone, []);
        const { droplet: bare, internet, book } = fresh.place;
        for (const { kind, name, value } of place.book.secrets) book.add(kind, name, value);
        await book.learn(bare);
        check.equal('what holds or shows a secret', (await scan(bare, internet, book)).leaks, []);
      } finally {
        await fresh.leave();
      }
      return 'an Otto with everything on a bare droplet';
    },
  },
];

/** Takes the archive to another droplet, and makes it trust the authority that the certificate is from. */
async function carry(from: Droplet, to: Droplet, archive: string): Promise<void> {
  const pack = `tar -C / -cf - ${archive.slice(1)} usr/local/share/ca-certificates | base64 -w0`;
  const base64 = await from.must(['sh', '-c', pack], { timeoutMs: 120_000 });
  await to.must(['sh', '-euc', 'base64 -d | tar -C / -xf -; update-ca-certificates >/dev/null 2>&1'], {
    input: base64,
    timeoutMs: 120_000,
  });
}
