import { describe, expect, test } from 'vitest';
import { inItsOwnProcess } from '../../src/detached/start.ts';
import { startUnit, unitArgv } from '../../src/detached/unit.ts';
import type { Host } from '../../src/host/host.ts';
import { createRehearsal } from '../../src/rehearsal/index.ts';
import { FakeHost } from '../engine/fake-host.ts';
import { answersWith } from '../tasks/answers.ts';

test('nothing that the unit shows to every user of the machine is a secret', () => {
  const words = unitArgv(['/node', '/otto-install.mjs', 'run-detached'], {
    SSH_CONNECTION: '203.0.113.5 1 203.0.113.10 22',
  });
  expect(words.slice(-4)).toEqual(['--', '/node', '/otto-install.mjs', 'run-detached']);
  expect(words).toContain('--setenv=SSH_CONNECTION=203.0.113.5 1 203.0.113.10 22');
});

const options = (host: Host = createRehearsal({ speed: 1_000 }).host) => {
  const problems: string[] = [];
  return {
    problems,
    start: inItsOwnProcess({
      host,
      version: '1.0.0',
      viewer: { pid: 1, since: 0 },
      program: ['/node', '/otto-install.mjs', 'run-detached'],
      unitEnvironment: {},
      environment: {},
      onProblem: (text) => problems.push(text),
    }),
  };
};

test('where systemd gives it no unit it is in this process, and that is said', async () => {
  const { start, problems } = options();
  const { run } = start({ kind: 'operate', answers: answersWith() });
  const { outcome, left } = await run.result;
  expect([outcome, left]).toEqual(['healthy', undefined]);
  expect(problems).toEqual([expect.stringMatching(/ends with this window.*systemd-run/s)]);
  expect(run.detached).toBeUndefined();
});

test('who goes before that is known stops it, since it cannot go on without this process', async () => {
  const { start } = options();
  const { run } = start({ kind: 'install', answers: answersWith() });
  run.detached?.leave();
  expect((await run.result).outcome).toBe('stopped');
});

test('a process that ends at once is not waited for, and named as the reason', async () => {
  const host = new FakeHost();
  host.commands['systemd-run'] = () => ({});
  host.commands.systemctl = () => ({ exitCode: 3, stdout: 'inactive\n' });
  const { start, problems } = options(host);
  const { run } = start({ kind: 'operate', answers: answersWith() });
  await run.result;
  expect(problems).toEqual([expect.stringMatching(/ended at once.*too little memory/)]);
});

describe('the name of a unit that was killed is not free at once', () => {
  const TAKEN = {
    exitCode: 1,
    stderr:
      'Failed to start transient service unit: Unit otto-install-run.service was already loaded or has a fragment file.',
  };
  const startOn = (host: FakeHost) => startUnit(host, ['/node'], {});

  test('it is waited for', async () => {
    const host = new FakeHost();
    let tries = 0;
    host.commands['systemd-run'] = () => {
      tries += 1;
      return tries < 4 ? TAKEN : {};
    };
    host.commands.systemctl = () => ({ exitCode: 3, stdout: 'deactivating\n' });
    expect([await startOn(host), tries]).toEqual([undefined, 4]);
  });

  test('but not as long as another one is at work, nor for ever', async () => {
    for (const state of ['active', 'deactivating']) {
      const host = new FakeHost();
      host.commands['systemd-run'] = () => TAKEN;
      host.commands.systemctl = () => ({ exitCode: 3, stdout: `${state}\n` });
      expect(await startOn(host)).toContain('already loaded');
      expect(host.ran.length > 10).toBe(state === 'deactivating');
    }
  });
});
