import { expect, test } from 'vitest';
import type { Host } from '../../../src/host/host.ts';
import { runLogs } from '../../../src/logs/command.ts';
import { startFlow } from '../../../src/operation-flow/flow.ts';
import type { FlowState } from '../../../src/operation-flow/flow-state.ts';
import { operations } from '../../../src/operations/index.ts';
import type { AnyOttoOperation, Given } from '../../../src/operations/otto-operation.ts';
import { Secret } from '../../../src/secret/secret.ts';
import { runStatus } from '../../../src/status/command.ts';
import { answersWith } from '../../tasks/answers.ts';
import { answering } from './answering.ts';
import { installedDroplet } from './runs.ts';

/** Every operation can be rehearsed: it looks, asks, plans, does it and proves it, on a droplet in memory. */

const PASSWORD = 'a-new-password-of-a-rehearsal';

const carriedOut = (operation: AnyOttoOperation, host: Host): Promise<FlowState> =>
  answering(startFlow({ operation, host, answers: answersWith(), version: '1.0.0', trackRun: () => {} }));

const named = (command: string) => {
  const found = operations.find((one) => one.command === command);
  if (found === undefined) throw new Error(`no operation ${command}`);
  return found;
};

/** How it ended, and what failed on the way. */
async function endOf(operation: AnyOttoOperation, host: Host) {
  const end = await carriedOut(operation, host);
  if (end.name !== 'ended') throw new Error(`${end.name}: ${JSON.stringify(end)}`);
  const failed = end.run.tasks.flatMap(({ failure }) =>
    failure === undefined ? [] : [JSON.stringify(failure)],
  );
  return [end.ending.kind, failed];
}

test.each(operations.map((operation) => [operation.command, operation] as const))(
  '%s',
  async (command, operation) => {
    const { host } = await installedDroplet();
    // There is something to restore.
    if (command === 'restore') expect(await endOf(named('backup'), host)).toEqual(['done', []]);
    expect(await endOf(operation, host)).toEqual(['done', []]);
  },
);

test('what was done is what status, logs and the check say afterwards', async () => {
  const { host } = await installedDroplet();
  for (const command of ['update hermes', 'update open-webui', 'update paperclip', 'backup'])
    expect(await endOf(named(command), host)).toEqual(['done', []]);
  let text = '';
  const print = (words: string) => {
    text += words;
  };
  const answers = answersWith();
  await runStatus({ host, placing: answers, answers, version: '1.0.0', json: false, width: 100, print });
  expect(text).toContain('Everything was checked and runs');
  expect(text).toMatch(/Hermes +0\.19\.2\n +Open WebUI +0\.12\.6 /);
  expect(text).toMatch(/Last backup .*\/var\/backups\/otto-install\/otto-/);
  text = '';
  const request = {
    sources: [],
    follow: false,
    search: '',
    errorsOnly: false,
    since: undefined,
    lines: 40,
    json: false,
  };
  const { signal } = new AbortController();
  await runLogs({ request, host, answers, colours: false, print, warn: () => {}, signal });
  expect(text).toMatch(/nginx +│ .*"POST \/api\/chat\/completions HTTP\/1\.1" 200/);
  expect(text).toMatch(/hermes +│ INFO api_server: POST \/v1\/chat\/completions 200/);
  expect(text).toMatch(/paperclip +│ INFO Embedded PostgreSQL ready/);
});

test('an archive that is locked opens with its passphrase only', async () => {
  const { host } = await installedDroplet();
  const flow = (operation: AnyOttoOperation, given: Given) => operate({ operation, host, given });
  expect(await flow(named('backup'), { encrypt: 'yes', passphrase: new Secret(PASSWORD) })).toBe('done');
  const [name = ''] = ((await host.list('/var/backups/otto-install')) ?? []).filter((one) =>
    one.endsWith('.gpg'),
  );
  expect(name).not.toBe('');
  const from = `/var/backups/otto-install/${name}`;
  expect(await flow(named('restore'), { from, passphrase: new Secret('another one') })).toContain(
    'does not open',
  );
  expect(await flow(named('restore'), { from, passphrase: new Secret(PASSWORD) })).toBe('done');
});

/** With everything given; resolves to how it ended, or to what refused it. */
async function operate({
  operation,
  host,
  given,
}: {
  operation: AnyOttoOperation;
  host: Host;
  given: Given;
}) {
  const flow = startFlow({
    operation,
    host,
    answers: answersWith(),
    version: '1.0.0',
    given,
    trackRun: () => {},
  });
  return new Promise<string>((resolve) => {
    const go = () => {
      const state = flow.state();
      if (state.name === 'asking' && state.ask.kind === 'choose')
        flow.answer(state.ask.options[0]?.value ?? '');
      else if (state.name === 'asking')
        flow.answer(state.ask.kind === 'text' ? (state.ask.preset ?? '') : new Secret(PASSWORD));
      else if (state.name === 'agreeing') flow.agree();
      else if (state.name === 'refused') resolve(state.findings.map(({ evidence }) => evidence).join());
      else if (state.name === 'ended') resolve(state.ending.kind);
      else if (state.name === 'unseen') resolve(state.problem);
    };
    flow.subscribe(() => queueMicrotask(go));
    go();
  });
}
