import { expect, test } from 'vitest';
import { rehearseWithOtto } from '../../../src/commands/rehearse.ts';
import type { Host } from '../../../src/host/host.ts';
import { openWebuiTask } from '../../../src/tasks/open-webui/index.ts';
import { KNOWN } from '../../hostile-droplet.ts';
import { answersWith } from '../../tasks/answers.ts';

const answers = answersWith();

/** Open WebUI answers inside its container, and outside from the given question on. */
function comingUp(host: Host, from: number): Host {
  let asked = 0;
  const over: Partial<Host> = {
    now: () => host.now() + 3_600_000,
    fetch: async (url, options) => {
      if (!url.endsWith('/api/config')) return host.fetch(url, options);
      asked += 1;
      return asked < from
        ? { ok: false, failure: 'refused', detail: 'refused', durationMs: 1 }
        : host.fetch(url, options);
    },
    exec: async (argv, options) =>
      String(options?.input ?? '').startsWith('# otto-install: ask-inside')
        ? { exitCode: 0, stdout: '{"status":true}\n', stderr: '', timedOut: false, durationMs: 1 }
        : host.exec(argv, options),
  };
  return Object.assign(Object.create(host), over);
}

const codes = async (from: number) => {
  const { host } = await rehearseWithOtto('healthy', KNOWN, Number.POSITIVE_INFINITY);
  const facts = await openWebuiTask.look(comingUp(host, from), answers);
  return openWebuiTask.judge(facts, answers).map(({ code }) => code);
};

test('what came up between the question from outside and the one inside is no way that is missing', async () => {
  expect(await codes(2)).toEqual([]);
});

test('healthy: it answers at once', async () => {
  expect(await codes(1)).toEqual([]);
});

test('nothing leads to what answers inside', async () => {
  expect(await codes(Number.POSITIVE_INFINITY)).toEqual(['open-webui-not-reached']);
});
