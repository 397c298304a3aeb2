import { hermesPatch } from '../../artefacts/hermesRepository.ts';
import type { Part, Place } from '../part.ts';
import { AGREED, inLines } from './conversation.ts';

/** What runs: the commit of Hermes, the images of the two containers. */
async function running({ droplet }: Place) {
  const image = (name: string) => droplet.must(['docker', 'inspect', '-f', '{{.Image}}', name]);
  return {
    hermes: await droplet.must([
      'git',
      '-c',
      'safe.directory=*',
      '-C',
      '/home/cleo/.hermes/hermes-agent',
      'rev-parse',
      'HEAD',
    ]),
    openWebui: await image('open-webui'),
    paperclip: await image('paperclip'),
  };
}

export const updateAll: readonly Part[] = [
  {
    flow: 'update-all',
    twin: 'second-fails',
    on: ['current'],
    async run(place) {
      const { check, internet } = place;
      await internet.github.setMain(await hermesPatch('patched'));
      await internet.images.point('open-webui/open-webui', 'main', 'v0.12.4-crashing');
      await internet.images.point('paperclipai/paperclip', 'latest', '2026.916.1');
      const before = await running(place);
      const told = await inLines(place, 'update all', [AGREED, AGREED], 1);
      const after = await running(place);
      check.equal('the containers', { ...after, hermes: '' }, { ...before, hermes: '' });
      check.equal('the commit of Hermes', after.hermes.trim(), await hermesPatch('patched'));
      check.matches('what is told', told, /Not done: Update Open WebUI/);
      return 'Hermes stays updated, Open WebUI was undone, Paperclip was not started';
    },
  },
  {
    flow: 'update-all',
    twin: 'good',
    on: ['current'],
    async run(place) {
      const { check, internet } = place;
      await internet.github.setMain(await hermesPatch('patched'));
      await internet.images.point('open-webui/open-webui', 'main', 'v0.12.4-rebuilt');
      await internet.images.point('paperclipai/paperclip', 'latest', '2026.916.1');
      const before = await running(place);
      const { exitCode, stdout, stderr } = await place.run('otto-install update all --yes');
      check.equal(`the exit code of ${stdout.slice(-3000)}${stderr}`, exitCode, 0);
      const after = await running(place);
      check.that(
        'Open WebUI and Paperclip are others',
        after.openWebui !== before.openWebui && after.paperclip !== before.paperclip,
      );
      check.equal('the commit of Hermes', after.hermes.trim(), await hermesPatch('patched'));
      return 'all three, one after the other';
    },
  },
  {
    flow: 'update-all',
    twin: 'removed-later',
    // What the names lead to by now is another release than the one that was updated to.
    on: ['current'],
    async run(place) {
      const { check, droplet, internet } = place;
      // One that was given up has left nothing behind that could come instead.
      await internet.images.point('open-webui/open-webui', 'main', 'v0.12.4-crashing');
      await inLines(place, 'update open-webui', [AGREED], 1);
      const before = await running(place);
      await internet.images.point('open-webui/open-webui', 'main', 'v0.12.4');
      await internet.images.point('paperclipai/paperclip', 'latest', '2026.824.1');
      await droplet.must(['docker', 'rm', '-f', 'open-webui', 'paperclip']);
      await droplet.must(['docker', 'rmi', '-f', before.openWebui.trim(), before.paperclip.trim()]);
      const { exitCode, stdout, stderr } = await place.run('otto-install fix --yes', 900_000);
      check.equal(`the exit code of ${stdout.slice(-3000)}${stderr}`, exitCode, 0);
      check.equal('what runs', await running(place), before);
      return 'the very images that were updated to, fetched by their digests';
    },
  },
];
