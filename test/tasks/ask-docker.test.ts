import { expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { bridgeTask } from '../../src/tasks/bridge/index.ts';
import { lookAtContainer } from '../../src/tasks/containers.ts';
import { openWebuiTask } from '../../src/tasks/open-webui/index.ts';
import { openWebuiImageTask } from '../../src/tasks/open-webui-image/index.ts';
import { paperclipTask } from '../../src/tasks/paperclip/index.ts';
import { FakeHost } from '../engine/fake-host.ts';
import { answersWith } from './answers.ts';

/** A machine whose Docker is in this state; docker itself would start it. */
function machine(state: string): FakeHost {
  const host = new FakeHost();
  host.commands.systemctl = () => ({ stdout: `LoadState=loaded\nActiveState=${state}\n` });
  host.commands.docker = () => ({ stdout: '[]', exitCode: 1 });
  return host;
}

const asked = (host: FakeHost) => host.ran.filter((command) => command.startsWith('docker '));

test.each([paperclipTask, openWebuiTask, openWebuiImageTask, bridgeTask])(
  'a look at $id does not wake a Docker that is stopped, and says why it sees nothing',
  async (task) => {
    for (const state of ['inactive', 'failed']) {
      const host = machine(state);
      const look: (host: Host, answers: ReturnType<typeof answersWith>) => Promise<unknown> = task.look;
      await expect(look(host, answersWith({}))).rejects.toThrow('Docker is stopped');
      expect(asked(host)).toEqual([]);
    }
  },
);

test.each(['active', 'activating'])('Docker that is %s is asked', async (state) => {
  const host = machine(state);
  expect(await lookAtContainer(host, 'open-webui')).toBeUndefined();
  expect(asked(host)).toEqual(['docker inspect --type container open-webui']);
});

test('a machine without Docker has no containers', async () => {
  const host = new FakeHost();
  host.commands.systemctl = () => ({ stdout: 'LoadState=not-found\nActiveState=inactive\n' });
  expect(await lookAtContainer(host, 'open-webui')).toBeUndefined();
});
