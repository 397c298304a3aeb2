import type { Part, Place } from '../part.ts';
import { chat } from '../truth.ts';

const GATEWAY_LOG = '/home/cleo/.hermes/logs/gateway.log';

/** Puts a secret into a log, as a careless program does, and takes it away again whatever happens. */
export async function withSecretInLog<T>(place: Place, work: () => Promise<T>): Promise<T> {
  const { droplet } = place;
  await place.book.learn(droplet);
  const key = place.book.secrets.findLast(({ kind }) => kind === 'api-key')?.value ?? '';
  // Cut out of the settings where they are, so that the key is in no command line.
  const plant = `key=$(sed -n 's/^API_SERVER_KEY=//p' /home/cleo/.hermes/.env | tr -d "\\"'"); printf '%s INFO gateway: careless words: key %s was used\\n' "$(date '+%Y-%m-%d %H:%M:%S,000')" "$key" >>${GATEWAY_LOG}`;
  await droplet.must(['sh', '-euc', plant]);
  try {
    place.check.that('there is a key', key !== '');
    return await work();
  } finally {
    await droplet.must(['sed', '-i', '/careless words/d', GATEWAY_LOG]);
  }
}

export const logs: readonly Part[] = [
  {
    flow: 'logs',
    twin: 'good',
    async run(place) {
      const { check } = place;
      await chat(place);
      const all = await place.run('otto-install logs --since 1h --lines 2000 --json');
      check.equal(`the exit code of ${all.stderr}`, all.exitCode, 0);
      const lines = all.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { readonly at: string; readonly source: string });
      const sources = [...new Set(lines.map(({ source }) => source))].sort();
      for (const source of ['hermes', 'nginx', 'open-webui'])
        check.that(`there are lines of ${source}`, sources.includes(source), sources);
      const times = lines.map(({ at }) => Date.parse(at));
      check.that(
        'they are in the order of time',
        times.every((at, index) => at >= (times[index - 1] ?? 0)),
      );
      const found = await place.run('otto-install logs --search /api/chat/completions --lines 20');
      check.matches('what is found', found.stdout, /nginx +│ .*\/api\/chat\/completions/);
      return `${lines.length} lines of ${sources.join(', ')}, by time`;
    },
  },
  {
    flow: 'logs',
    twin: 'followed',
    async run(place) {
      const { check } = place;
      const terminal = place.open('otto-install logs nginx --follow --plain', { columns: 160, rows: 40 });
      await terminal.waitForQuiet(1500, 10_000);
      await chat(place);
      await terminal.waitFor(/\/api\/chat\/completions/, 20_000);
      await terminal.press('ctrl-c');
      check.equal('the exit code', await terminal.ended, 0);
      return 'a chat shows up while they are followed';
    },
  },
  {
    flow: 'logs',
    twin: 'secret-in-a-log',
    run: (place) =>
      withSecretInLog(place, async () => {
        const { stdout } = await place.run('otto-install logs hermes --search "careless words" --lines 5');
        place.check.matches('the line', stdout, /careless words: key ••+/);
        return 'masked';
      }),
  },
  {
    flow: 'logs',
    twin: 'docker-down',
    on: ['current'],
    async run(place) {
      const { droplet, check } = place;
      await droplet.must(['systemctl', 'stop', 'docker.socket', 'docker.service'], { timeoutMs: 120_000 });
      const { exitCode, stdout } = await place.run('otto-install logs --lines 50').finally(() =>
        droplet.must(['sh', '-c', 'systemctl reset-failed docker docker.socket; systemctl start docker'], {
          timeoutMs: 120_000,
        }),
      );
      check.equal('the exit code', exitCode, 0);
      check.matches('what is still there', stdout, /hermes|nginx/);
      return 'the rest is shown';
    },
  },
];
