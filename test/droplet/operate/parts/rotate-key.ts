import type { Part, Place } from '../part.ts';
import { AGREED, inLines } from './conversation.ts';
import { cutPower } from './power-cut.ts';

/** The key as both sides have it: Hermes's .env, the environment of the container, every place in Open WebUI's database. */
async function keys({
  droplet,
}: Place): Promise<{ readonly hermes: string; readonly others: readonly string[] }> {
  const script = String.raw`
import json, re, sqlite3, subprocess
env = open('/home/cleo/.hermes/.env').read()
key = re.search(r'^API_SERVER_KEY=["\']?([^"\'\s]+)', env, re.M).group(1)
container = json.loads(subprocess.run(['docker', 'inspect', 'open-webui'], capture_output=True, text=True).stdout)[0]
inside = [value.split('=', 1)[1] for value in container['Config']['Env'] if re.match('OPENAI_API_KEYS?=', value)]
db = sqlite3.connect('file:/opt/cleo/open-webui/webui.db?mode=ro', uri=True, timeout=10)
columns = [row[1] for row in db.execute('pragma table_info(config)')]
if 'data' in columns: stored = json.loads(db.execute('select data from config order by id desc limit 1').fetchone()[0]).get('openai', {}).get('api_keys', [])
else: stored = [one for row in db.execute("select value from config where key = 'openai.api_keys'") for one in json.loads(str(row[0]))]
print(json.dumps({'hermes': key, 'others': [one for one in inside + stored if one]}))
`;
  return JSON.parse(await droplet.must(['python3', '-c', script])) as Awaited<ReturnType<typeof keys>>;
}

/** Throws when the two sides do not have the same key. */
export async function agreedKey(place: Place): Promise<string> {
  const { hermes, others } = await keys(place);
  place.check.that('Open WebUI has a key', others.length > 0);
  place.check.equal(
    'keys of Open WebUI that Hermes does not have',
    others.filter((one) => one !== hermes).length,
    0,
  );
  return hermes;
}

const ENV = '/home/cleo/.hermes/.env';
const DROP_IN = '/etc/systemd/system/hermes-gateway.service.d/zz-pinned.conf';

const GENERATED = [['Which key should it be?', '1'], AGREED] as const;

export const rotateKey: readonly Part[] = [
  {
    flow: 'rotate-key',
    twin: 'good',
    async run(place) {
      const before = await agreedKey(place);
      const told = await inLines(place, 'rotate-key', GENERATED);
      place.check.matches('what is told', told, /Both sides use the new key/);
      const after = await agreedKey(place);
      place.check.that('the key is another', after !== before);
      return 'a new key on both sides';
    },
  },
  {
    flow: 'rotate-key',
    twin: 'typed-json',
    on: ['current'],
    async run(place) {
      const { check, book, droplet } = place;
      const fresh = book.add('api-key', 'the key that was typed', 'a-key-of-the-client-0123456789abcdef');
      await droplet.write('/root/given/key', `${fresh}\n`, 0o600);
      const { exitCode, stdout, stderr } = await place.run(
        'otto-install rotate-key --how typed --api-key-file /root/given/key --yes --json',
      );
      check.equal(`the exit code of ${stdout.slice(-2000)}${stderr}`, exitCode, 0);
      check.that('the key is the one that was given', (await agreedKey(place)) === fresh);
      return 'a given key on both sides, told as events';
    },
  },
  {
    flow: 'rotate-key',
    twin: 'a-side-fails',
    async run(place) {
      const { check, droplet } = place;
      const before = await agreedKey(place);
      // Hermes starts with these settings alone, as where somebody has pinned them: with any other key it does not come back.
      const pin = `sum=$(sha256sum <${ENV} | cut -d' ' -f1); mkdir -p $(dirname ${DROP_IN}); printf '[Service]\\nExecStartPre=/bin/sh -c "sha256sum <${ENV} | grep -q %s"\\n' "$sum" >${DROP_IN}; systemctl daemon-reload`;
      await droplet.must(['sh', '-euc', pin]);
      const told = await inLines(place, 'rotate-key', GENERATED, 1);
      await droplet.must(['sh', '-euc', `rm ${DROP_IN}; systemctl daemon-reload`]);
      check.that('the key is the one from before, on both sides', (await agreedKey(place)) === before);
      check.matches('what is told', told, /rolling back|rolled back|as it was/i);
      return 'undone as a whole: the old key on both sides';
    },
  },
  {
    flow: 'rotate-key',
    twin: 'power-cut',
    async run(place) {
      const before = await agreedKey(place);
      const outcome = await cutPower(place, {
        words: 'rotate-key',
        exchanges: GENERATED,
        at: /Give Open WebUI the new key/,
        afterMs: 500,
        title: 'Change the key between Open WebUI and Hermes',
      });
      const after = await agreedKey(place);
      place.check.that('the key is the one from before, on both sides', after === before);
      return outcome;
    },
  },
];
