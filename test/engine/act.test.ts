import { describe, expect, test, vi } from 'vitest';
import type { Action } from '../../src/engine/contracts/action.ts';
import { foundAs, replaces } from '../../src/engine/contracts/effect.ts';
import { fileOrigin } from '../../src/engine/records/ledger.ts';
import { STATE_DIR } from '../../src/engine/records/state-dir.ts';
import { Secret, secretText } from '../../src/secret/secret.ts';
import { FakeHost } from './fake-host.ts';
import { finding, finish, fix, only, run, task } from './tools.ts';

/** Carries out the actions once, as the fix of one finding. */
function once(actions: readonly Action[], options: Parameters<typeof finish>[1] = {}) {
  let done = false;
  const acts = task('t', () => {
    const findings = done ? [] : [finding('f', { fixes: [fix(actions)] })];
    done = true;
    return findings;
  });
  return finish([acts], options);
}

const KEY = new Secret('a-key-of-a-kind');
const write: Action = {
  kind: 'write-file',
  path: '/etc/x.env',
  content: secretText`KEY=${KEY}\n`,
  mode: 0o640,
  owner: 'root:cleo',
  purpose: 'Write x',
  effects: replaces('/etc/x.env', foundAs('x')),
};

describe('writing a file', () => {
  test('puts it there with its secrets, mode and owner, and remembers it as ours', async () => {
    const { host } = await once([write]);
    expect(host.files.get('/etc/x.env')).toEqual({
      content: 'KEY=a-key-of-a-kind\n',
      mode: 0o640,
      owner: 'root:cleo',
    });
    expect(await fileOrigin(host, '/etc/x.env')).toBe('ours');
  });

  test('keeps the old file, for root only', async () => {
    const host = new FakeHost();
    host.files.set('/etc/x.env', { content: 'KEY=old\n', mode: 0o644, owner: 'root:root' });
    const { summary } = await once([write], { host });
    expect(host.files.get(`${STATE_DIR}/replaced/${summary.run}/etc/x.env`)).toMatchObject({
      content: 'KEY=old\n',
      mode: 0o600,
    });
  });

  test('keeps every old file when a run replaces it more than once', async () => {
    const host = new FakeHost();
    host.files.set('/etc/x.env', { content: 'by hand\n', mode: 0o644, owner: 'root:root' });
    const { summary } = await once([{ ...write, content: 'first\n' }, write], { host });
    const kept = `${STATE_DIR}/replaced/${summary.run}/etc/x.env`;
    expect(host.files.get(kept)?.content).toBe('by hand\n');
    expect(host.files.get(`${kept}.2`)?.content).toBe('first\n');
  });

  describe('with a proof', () => {
    const proof = run('prove', 'it');
    const proven: Action = { ...write, proof };
    const old = { content: 'KEY=old\n', mode: 0o600, owner: 'root:root' };

    test('that holds, stays', async () => {
      const host = new FakeHost();
      host.files.set('/etc/x.env', old);
      host.commands.prove = () => ({});
      await once([proven], { host });
      expect(host.files.get('/etc/x.env')?.content).toBe('KEY=a-key-of-a-kind\n');
    });

    test('that fails, is put back as it was, and what follows is not done', async () => {
      const host = new FakeHost();
      host.files.set('/etc/x.env', old);
      host.commands.prove = () => ({ exitCode: 1, stderr: 'line 3 is wrong' });
      const { events } = await once([proven, run('reload')], { host });
      expect(host.ran).toEqual(['prove it']);
      expect(host.files.get('/etc/x.env')).toEqual(old);
      expect(await fileOrigin(host, '/etc/x.env')).toBe('not-ours');
      expect(only(events, 'action-ended').map(({ ok }) => ok)).toEqual([false]);
      expect(only(events, 'action-ended')[0]?.failure?.tail).toEqual(['line 3 is wrong']);
    });

    test('of several parts, goes no further than the first that fails, and what it restarted goes by the old file', async () => {
      const host = new FakeHost();
      host.files.set('/etc/x.env', old);
      const seen: (string | undefined)[] = [];
      host.commands.restart = () => {
        seen.push(host.files.get('/etc/x.env')?.content);
        return {};
      };
      host.commands.prove = () => ({ exitCode: 1 });
      host.commands.forget = () => ({ exitCode: 1 });
      const parts = [run('restart'), proof, run('never')];
      await once([{ ...write, proof: parts, afterPutBack: [run('forget'), run('restart')] }], { host });
      expect(host.ran).toEqual(['restart', 'prove it', 'forget', 'restart']);
      expect(seen).toEqual(['KEY=a-key-of-a-kind\n', old.content]);
    });
  });

  test('that fails is a failure with its reason, and the file is not called ours', async () => {
    const host = new FakeHost();
    const original = host.writeFile.bind(host);
    host.writeFile = async (path, ...rest) => {
      if (path === '/etc/x.env') throw new Error('/etc/x.env could not be written: the disk is full');
      return original(path, ...rest);
    };
    const { events } = await once([write], { host });
    expect(only(events, 'action-ended')[0]?.failure?.reason).toContain('the disk is full');
    host.files.set('/etc/x.env', { content: 'theirs', mode: 0o644, owner: 'root:root' });
    expect(await fileOrigin(host, '/etc/x.env')).toBe('not-ours');
  });
});

test('a file is ours, edited by hand, not ours or absent', async () => {
  const { host } = await once([write]);
  const put = (content: string) => host.writeFile('/etc/x.env', content, { mode: 0o600 });
  await put('KEY=changed\n');
  expect(await fileOrigin(host, '/etc/x.env')).toBe('edited-by-hand');
  expect(await fileOrigin(host, '/etc/none')).toBe('absent');
  host.files.set(`${STATE_DIR}/ledger.json`, { content: 'damaged', mode: 0o600, owner: 'root:root' });
  expect(await fileOrigin(host, '/etc/x.env')).toBe('not-ours');
});

describe('running a command', () => {
  test('passes on its lines and what its reader makes of them', async () => {
    const host = new FakeHost();
    host.commands.pip = (_argv, { onLine }) => {
      for (const line of ['1/3', 'noise', '2/3']) onLine?.(line);
      return {};
    };
    const { events } = await once([{ ...run('pip'), progress: 'pip' }], {
      host,
      progress: {
        pip: () => (line) => {
          const [done, total] = line.split('/').map(Number);
          return total === undefined ? undefined : { done: done ?? 0, total, unit: 'packages' };
        },
      },
    });
    expect(only(events, 'action-output').map(({ line }) => line)).toEqual(['1/3', 'noise', '2/3']);
    expect(only(events, 'action-progress').map(({ done }) => done)).toEqual([1, 2]);
  });

  test('says when the time limit was reached', async () => {
    const host = new FakeHost();
    host.commands.slow = () => ({ exitCode: 143, timedOut: true });
    const { events } = await once([{ ...run('slow'), timeoutMs: 600_000 }], { host });
    expect(only(events, 'action-ended')[0]).toMatchObject({
      ok: false,
      failure: { timedOut: true, reason: 'It was still running after 10 min, so otto-install stopped it.' },
    });
  });

  test('that meets a full disk or is not there says so, whatever it is', async () => {
    const host = new FakeHost();
    host.commands.a = () => ({ exitCode: 1, stderr: 'write: No space left on device\n' });
    const full = await once([run('a')], { host });
    expect(only(full.events, 'action-ended')[0]?.failure).toMatchObject({ reason: 'The disk is full.' });
    host.commands.b = () => ({ exitCode: 127, stderr: 'b: command not found' });
    const absent = await once([run('b')], { host });
    expect(only(absent.events, 'action-ended')[0]?.failure?.reason).toContain('not installed');
    host.commands.c = () => ({ exitCode: 1, stderr: 'No space left on device\n' });
    const known = [{ pattern: 'No space', reason: 'Its own words.', next: 'Do it.' }];
    const own = await once([{ ...run('c'), knownFailures: known }], { host });
    expect(only(own.events, 'action-ended')[0]?.failure?.reason).toBe('Its own words.');
  });

  test('knows which exit codes are success', async () => {
    const host = new FakeHost();
    host.commands.grep = () => ({ exitCode: 1 });
    const { events } = await once([{ ...run('grep'), succeedsWith: [0, 1] }], { host });
    expect(only(events, 'action-ended')[0]?.ok).toBe(true);
  });

  test('that the host cannot run at all is a failure, not a crash', async () => {
    const host = new FakeHost();
    host.commands.odd = () => {
      throw new Error('unknown command');
    };
    const { events, summary } = await once([run('odd')], { host });
    expect(only(events, 'action-ended')[0]?.failure?.reason).toBe('unknown command');
    expect(summary.outcome).toBe('healthy');
  });
});

describe('a dialogue', () => {
  const login: Action = {
    kind: 'converse',
    dialogue: 'login',
    argv: ['login'],
    purpose: 'Sign in',
    timeoutMs: 1_000,
  };
  const ask = { title: 'Sign in', lines: [], ask: { label: 'Code', masked: true } };

  test('gets the typed secret through the vault, and nobody else sees it', async () => {
    let typed = '';
    const { events, summary } = await once([login], {
      answer: () => undefined,
      dialogues: {
        login: async (conversation, ui) => {
          for await (const text of conversation.output) {
            expect(text).toBe('login asks: ');
            break;
          }
          const code = await ui.ask(ask);
          typed = code.reveal();
          conversation.write(code);
          conversation.end();
          return { ok: true };
        },
      },
      onEvent: (event, started) => {
        if (event.type !== 'dialogue') return;
        const handle = started.vault.put(new Secret('pasted-login-code'));
        setImmediate(() => started.decide({ kind: 'answer', dialogue: event.dialogue, handle }));
      },
    });
    expect(typed).toBe('pasted-login-code');
    expect(only(events, 'dialogue-ended')).toMatchObject([{ ok: true }]);
    expect(JSON.stringify(events)).not.toContain('pasted-login-code');
    expect(summary.outcome).toBe('healthy');
  });

  test('that is cancelled is a failure that can be tried again', async () => {
    const { events } = await once([login], {
      answer: ({ question }) => ({ kind: 'skip', question }),
      dialogues: { login: async (_conversation, ui) => ui.ask(ask).then(() => ({ ok: true as const })) },
      onEvent: (event, started) => {
        if (event.type === 'dialogue') started.decide({ kind: 'cancel-dialogue', dialogue: event.dialogue });
      },
    });
    const [ended] = only(events, 'action-ended');
    expect(ended?.failure).toMatchObject({
      cancelled: true,
      reason: 'It was cancelled before it was finished.',
    });
  });

  test('that asks for it is started again, with the reason on its first screen', async () => {
    const problems: (string | undefined)[] = [];
    const { events, summary } = await once([login], {
      answer: () => undefined,
      dialogues: {
        login: async (conversation, _ui, problem) => {
          problems.push(problem);
          conversation.end();
          if (problems.length > 2) return { ok: true };
          return { ok: false, reason: 'Wrong code.', next: 'Try again.', again: true };
        },
      },
    });
    expect(problems).toEqual([undefined, 'Wrong code.', 'Wrong code.']);
    expect(only(events, 'dialogue-ended')).toHaveLength(1);
    expect(summary.outcome).toBe('healthy');
  });

  test('is not started when nobody is there', async () => {
    const needsPerson = task('t', () => [finding('signed-out', { fixes: [fix([login])] })]);
    const { events, summary } = await finish([needsPerson]);
    expect(only(events, 'action-started')).toEqual([]);
    expect(summary.outcome).toBe('findings');
  });
});

test('the time at work counts once for actions side by side', async () => {
  const { summary } = await once([run('true')]);
  expect(summary.commandMs).toBeLessThanOrEqual(summary.ms);
});

test('a command that takes long is reported to be at work each minute, and no more once it has ended', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const host = new FakeHost();
    host.commands.sleep = async () => {
      vi.advanceTimersByTime(130_000);
      return { exitCode: 0 };
    };
    const { events } = await once([run('sleep')], { host });
    vi.advanceTimersByTime(600_000);
    expect(events.filter(({ type }) => type === 'action-goes-on')).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
