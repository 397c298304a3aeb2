import type { Part, Place } from '../part.ts';
import { AGREED, Conversation, inLines } from './conversation.ts';
import { cutPower } from './power-cut.ts';

const IMAGE = 'open-webui/open-webui';

/** What runs as Open WebUI, and what of earlier tries is left: image, version, containers. */
async function running({
  droplet,
}: Place): Promise<{ readonly image: string; readonly version: string; readonly containers: string }> {
  const image = await droplet.must([
    'docker',
    'inspect',
    '-f',
    '{{.Image}} {{.HostConfig.RestartPolicy.Name}}',
    'open-webui',
  ]);
  const config = await droplet.must([
    'curl',
    '-sf',
    '--retry',
    '60',
    '--retry-delay',
    '1',
    '--retry-all-errors',
    'http://127.0.0.1:8080/api/config',
  ]);
  const containers = await droplet.must(['docker', 'ps', '-a', '--format', '{{.Names}}']);
  return {
    image,
    version: (JSON.parse(config) as { version: string }).version,
    containers: containers.split('\n').sort().join(' '),
  };
}

/** Points what the container follows at a release. */
const offer = ({ internet }: Place, tag: string) => internet.images.point(IMAGE, 'main', tag);

/** What there is to be had for this Otto: the release of today for April's, the same one built again for the current one. */
const good = (place: Place) => offer(place, place.otto === 'april' ? 'v0.12.4' : 'v0.12.4-rebuilt');

/** Nothing but what was there before is there: the update was rolled back. */
async function asBefore(place: Place, work: () => Promise<string>): Promise<string> {
  const before = await running(place);
  const outcome = await work();
  place.check.equal('what runs', await running(place), before);
  return outcome;
}

/** A second account of Ann's that differs in case alone, as an older release let it be made; as Open WebUI would store it. */
const TWIN = 'Ann@Client.Example';
const ADD_TWIN = `
import sqlite3, sys
db = sqlite3.connect('/opt/cleo/open-webui/webui.db', timeout=20)
def double(table, change):
    columns = [row[1] for row in db.execute('pragma table_info("%s")' % table)]
    row = dict(zip(columns, db.execute('select * from "%s" where lower(email) = ?' % table, ('ann@client.example',)).fetchone()))
    row.update(change)
    row = {name: value for name, value in row.items() if name in columns}
    db.execute('insert into "%s" (%s) values (%s)' % (table, ','.join('"%s"' % name for name in row), ','.join('?' * len(row))), list(row.values()))
double('user', {'id': 'twin-of-ann', 'email': 'Ann@Client.Example', 'name': 'Ann again', 'api_key': None, 'oauth_sub': None, 'username': None})
double('auth', {'id': 'twin-of-ann', 'email': 'Ann@Client.Example'})
db.commit()
print('added')
`;
const REMOVE_TWIN = `
import sqlite3
db = sqlite3.connect('/opt/cleo/open-webui/webui.db', timeout=20)
for table in ('user', 'auth'): db.execute('delete from "%s" where id = ?' % table, ('twin-of-ann',))
db.commit()
`;
/** Their addresses, in small letters. */
const ACCOUNTS = `
import sqlite3
db = sqlite3.connect('file:/opt/cleo/open-webui/webui.db?mode=ro', uri=True, timeout=20)
print(*sorted(row[0].lower() for row in db.execute('select email from user')))
`;
const inDatabase = ({ droplet }: Place, program: string) => droplet.must(['python3', '-c', program]);

export const updateOpenWebui: readonly Part[] = [
  {
    flow: 'update-open-webui',
    twin: 'nothing-newer',
    on: ['current'],
    run: (place) =>
      asBefore(place, async () => {
        const { exitCode, stdout, stderr } = await place.run('otto-install update open-webui --yes');
        place.check.equal(`the exit code of ${stdout}${stderr}`, exitCode, 0);
        place.check.matches('what is told', stdout, /Nothing was done/);
        return 'nothing was done';
      }),
  },
  {
    flow: 'update-open-webui',
    twin: 'disk-full-at-pull',
    // The current Otto has the layers of all that is newer.
    on: ['april'],
    run: (place) =>
      asBefore(place, async () => {
        const { droplet, check } = place;
        await good(place);
        // Where Docker puts what it fetches; the disk itself is the machine's and is never filled.
        await droplet.must([
          'mount',
          '-t',
          'tmpfs',
          '-o',
          'size=8m,mode=700',
          'tmpfs',
          '/var/lib/docker/tmp',
        ]);
        const { exitCode, stdout, stderr } = await place
          .run('otto-install update open-webui --yes')
          .finally(() => droplet.must(['umount', '/var/lib/docker/tmp']));
        check.equal(`the exit code of ${stdout}${stderr}`, exitCode, 1);
        check.matches('what is told', `${stdout}${stderr}`, /disk is full|No space|no space/);
        return 'not started: the disk is full';
      }),
  },
  {
    flow: 'update-open-webui',
    twin: 'ends-at-once',
    run: (place) =>
      asBefore(place, async () => {
        await offer(place, 'v0.12.4-crashing');
        const told = await inLines(place, 'update open-webui', [AGREED], 1);
        place.check.matches('what is told', told, /restart|ended|ImportError/i);
        return 'undone: image and database of before';
      }),
  },
  {
    flow: 'update-open-webui',
    twin: 'never-healthy',
    run: (place) =>
      asBefore(place, async () => {
        await offer(place, 'v0.12.4-silent');
        await inLines(place, 'update open-webui --patience 1', [AGREED], 1);
        return 'undone: image and database of before';
      }),
  },
  {
    flow: 'update-open-webui',
    twin: 'duplicate-behind-check',
    on: ['april'],
    run: (place) =>
      asBefore(place, async () => {
        const { check } = place;
        await good(place);
        const conversation = new Conversation(place, 'update open-webui');
        await conversation.say([AGREED]);
        await conversation.until(/Keep Open WebUI from starting on its own/);
        await inDatabase(place, ADD_TWIN);
        const told = await conversation.ends(1);
        check.matches('what is told', told, /differ only in case|duplicate/);
        const there = await inDatabase(
          place,
          `import sqlite3; print(sqlite3.connect('/opt/cleo/open-webui/webui.db').execute('select count(*) from user where lower(email) = ?', ('ann@client.example',)).fetchone()[0])`,
        );
        check.equal('accounts of Ann in the database that was put back', there.trim(), '2');
        await inDatabase(place, REMOVE_TWIN);
        return `undone: the half-way database was put back (${TWIN})`;
      }),
  },
  {
    flow: 'update-open-webui',
    twin: 'duplicate-found',
    on: ['april'],
    run: (place) =>
      asBefore(place, async () => {
        await good(place);
        await inDatabase(place, ADD_TWIN);
        const { exitCode, stdout, stderr } = await place
          .run('otto-install update open-webui --yes')
          .finally(() => inDatabase(place, REMOVE_TWIN));
        place.check.that('it does not end well', exitCode !== 0, `${exitCode}`);
        place.check.matches('what is told', `${stdout}${stderr}`, new RegExp(`${TWIN}`));
        return 'found before: both addresses are named, nothing was started';
      }),
  },
  {
    flow: 'update-open-webui',
    twin: 'power-cut',
    run: (place) =>
      asBefore(place, async () => {
        await good(place);
        return cutPower(place, {
          words: 'update open-webui',
          exchanges: [AGREED],
          at: /Start Open WebUI in a new container/,
          // April's database is being brought into its new form then.
          afterMs: place.otto === 'april' ? 6_000 : 2_000,
          title: 'Update Open WebUI',
        });
      }),
  },
  {
    flow: 'update-open-webui',
    twin: 'good',
    // On the current Otto it is part of `update all`.
    on: ['april'],
    async run(place) {
      const { check } = place;
      const before = await running(place);
      await good(place);
      await inDatabase(place, ADD_TWIN);
      const told = await inLines(place, 'update open-webui', [['differ only in case', '1'], AGREED]);
      check.matches('what is told', told, /Open WebUI is now/);
      const after = await running(place);
      check.that('another image runs', after.image !== before.image, after);
      check.equal('the version', after.version, '0.12.4');
      const accounts = (await inDatabase(place, ACCOUNTS)).trim().split(' ');
      check.equal('accounts', accounts.length, 4);
      check.equal(
        'accounts with that address',
        accounts.filter((email) => email === TWIN.toLowerCase()).length,
        1,
      );
      return `${before.version} → ${after.version}; the second Ann was given another address`;
    },
  },
];
