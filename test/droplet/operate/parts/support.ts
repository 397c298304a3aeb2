import type { Part, Place } from '../part.ts';
import { withSecretInLog } from './logs.ts';

const FILE = '/root/for-support.tar.gz';

/** What is in the bundle, all of it; looked through for secrets with everything else. */
async function bundle({ droplet, book, check }: Place): Promise<string> {
  check.equal(
    'the mode of the bundle',
    (await droplet.must(['stat', '-c', '%a %U', FILE])).trim(),
    '600 root',
  );
  const text = await droplet.must(['tar', '-xzOf', FILE]);
  book.note({ where: 'the support bundle', text });
  await droplet.must(['rm', FILE]);
  return text;
}

export const support: readonly Part[] = [
  {
    flow: 'support',
    twin: 'good',
    async run(place) {
      const terminal = place.open(`otto-install support --to ${FILE}`, { columns: 120, rows: 60 });
      const listed = await terminal.waitFor(/yes or no|\[y\/n\]/i, 60_000);
      place.check.matches('what is listed before it is written', listed, /status\.txt/);
      place.check.that(
        'it is not there yet',
        (await place.droplet.exec(['test', '-e', FILE])).exitCode !== 0,
      );
      terminal.type('yes\r');
      place.check.equal('the exit code', await terminal.ended, 0);
      const text = await bundle(place);
      return `${Math.round(text.length / 1000)} kB of text, listed before`;
    },
  },
  {
    flow: 'support',
    twin: 'secret-in-a-log',
    run: (place) =>
      withSecretInLog(place, async () => {
        const { exitCode, stderr } = await place.run(`otto-install support --to ${FILE} --yes`);
        place.check.equal(`the exit code of ${stderr}`, exitCode, 0);
        const text = await bundle(place);
        place.check.matches('the line', text, /careless words: key ••+/);
        return 'masked';
      }),
  },
  {
    flow: 'support',
    twin: 'no',
    on: ['current'],
    async run(place) {
      const terminal = place.open(`otto-install support --to ${FILE}`, { columns: 120, rows: 60 });
      await terminal.waitFor(/yes or no|\[y\/n\]/i, 60_000);
      terminal.type('no\r');
      place.check.equal('the exit code', await terminal.ended, 130);
      place.check.that('nothing is written', (await place.droplet.exec(['test', '-e', FILE])).exitCode !== 0);
      return 'nothing is written';
    },
  },
];
