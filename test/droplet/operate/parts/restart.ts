import type { Part, Place } from '../part.ts';
import { AGREED, inLines } from './conversation.ts';

/** When each part of Otto was started last. */
async function starts({ droplet }: Place): Promise<readonly string[]> {
  const started = (name: string) => droplet.must(['docker', 'inspect', '-f', '{{.State.StartedAt}}', name]);
  const since = (unit: string) =>
    droplet.must(['systemctl', 'show', '-p', 'ExecMainStartTimestampMonotonic', unit]);
  return Promise.all([since('hermes-gateway'), started('paperclip'), started('open-webui'), since('nginx')]);
}

export const restart: readonly Part[] = [
  {
    flow: 'restart',
    twin: 'good',
    async run(place) {
      const before = await starts(place);
      const told = await inLines(place, 'restart', [['What should be restarted?', '1'], AGREED]);
      place.check.matches('what is told', told, /Restart/);
      const after = await starts(place);
      const same = before.filter((when, index) => when === after[index]);
      place.check.equal('parts that were not restarted', same, []);
      return 'all four parts were started again';
    },
  },
  {
    flow: 'restart',
    twin: 'no-such-part',
    async run(place) {
      const before = await starts(place);
      const { exitCode, stderr } = await place.run('otto-install restart --part mysql --yes');
      place.check.equal(`the exit code of ${stderr}`, exitCode, 2);
      place.check.equal('when the parts were started', await starts(place), before);
      return 'refused with what there is; nothing was restarted';
    },
  },
];
