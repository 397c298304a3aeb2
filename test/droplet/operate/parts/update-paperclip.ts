import type { Part, Place } from '../part.ts';
import { AGREED, inLines } from './conversation.ts';
import { cutPower } from './power-cut.ts';

const NEWER = '2026.916.1';

/** What runs as Paperclip, and what of earlier tries is left. */
async function running({ droplet }: Place): Promise<string> {
  const container = await droplet.must([
    'docker',
    'inspect',
    '-f',
    '{{.Image}} {{.HostConfig.RestartPolicy.Name}}',
    'paperclip',
  ]);
  const containers = await droplet.must(['docker', 'ps', '-a', '--format', '{{.Names}}']);
  return `${container}${containers.split('\n').sort().join(' ')}`;
}

const offer = ({ internet }: Place, tag: string) =>
  internet.images.point('paperclipai/paperclip', 'latest', tag);

async function asBefore(place: Place, work: () => Promise<string>): Promise<string> {
  const before = await running(place);
  const outcome = await work();
  place.check.equal('what runs', await running(place), before);
  return outcome;
}

export const updatePaperclip: readonly Part[] = [
  {
    flow: 'update-paperclip',
    twin: 'registry-refuses',
    run: (place) =>
      asBefore(place, async () => {
        await offer(place, NEWER);
        await place.internet.images.play('rate-limited');
        const { exitCode, stdout, stderr } = await place
          .run('otto-install update paperclip --yes')
          .finally(() => place.internet.images.play('normal'));
        place.check.that('it does not end well', exitCode !== 0, `${exitCode}`);
        place.check.matches('what is told', `${stdout}${stderr}`, /too many|limit|429|toomanyrequests/i);
        return 'not started: the registry’s reason is told';
      }),
  },
  {
    flow: 'update-paperclip',
    twin: 'ends-at-once',
    run: (place) =>
      asBefore(place, async () => {
        await offer(place, `${NEWER}-crashing`);
        await inLines(place, 'update paperclip', [AGREED], 1);
        return 'undone: image and data of before';
      }),
  },
  {
    flow: 'update-paperclip',
    twin: 'power-cut',
    on: ['current'],
    run: (place) =>
      asBefore(place, async () => {
        await offer(place, NEWER);
        return cutPower(place, {
          words: 'update paperclip',
          exchanges: [AGREED],
          at: /Start Paperclip in a new container/,
          afterMs: 2_000,
          title: 'Update Paperclip',
        });
      }),
  },
  {
    flow: 'update-paperclip',
    twin: 'good',
    // On the current Otto it is part of `update all`.
    on: ['april'],
    async run(place) {
      const before = await running(place);
      await offer(place, NEWER);
      await inLines(place, 'update paperclip', [AGREED]);
      place.check.that('another image runs', (await running(place)) !== before);
      return `now ${NEWER}`;
    },
  },
];
