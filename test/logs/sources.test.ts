import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Argv, ExecOptions, Host } from '../../src/host/host.ts';
import { followLogs } from '../../src/logs/follow.ts';
import { journalRecord, openWebuiLine } from '../../src/logs/formats.ts';
import type { LogLine } from '../../src/logs/line.ts';
import type { Log } from '../../src/logs/places.ts';
import { readLogs } from '../../src/logs/read.ts';
import type { Wanted } from '../../src/logs/wanted.ts';
import { createRehearsal } from '../../src/rehearsal/index.ts';

const START = Date.UTC(2026, 10, 22);
const ALL: Wanted = { sources: ['hermes', 'open-webui'], search: '', errorsOnly: false };
const container: Log = {
  source: 'open-webui',
  format: openWebuiLine,
  name: 'the container open-webui',
  kind: 'container',
  container: 'open-webui',
};
const journal: Log = {
  source: 'hermes',
  format: journalRecord,
  name: 'the journal',
  kind: 'journal',
  unit: 'hermes-gateway.service',
};
const ofDocker = (second: number, text: string) =>
  `${new Date(START + second * 1000).toISOString().replace('Z', '000000Z')} ${text}`;
const ofJournal = (second: number, MESSAGE: string) =>
  JSON.stringify({ __REALTIME_TIMESTAMP: String((START + second * 1000) * 1000), MESSAGE });
const texts = (lines: readonly LogLine[]) => lines.map(({ text }) => text);

type Program = (say: (line: string) => void, asked: Argv, options: ExecOptions) => Promise<number> | number;

/** A machine on which Docker runs and whose logs come from these programs, one after the other; the last one stays. */
function hostWith(...programs: readonly Program[]) {
  const { host } = createRehearsal({ speed: Number.POSITIVE_INFINITY });
  const calls: { readonly argv: Argv; readonly options: ExecOptions }[] = [];
  const exec = async (argv: Argv, options: ExecOptions = {}) => {
    const said = { stdout: '', stderr: '', timedOut: false, durationMs: 0 };
    if (argv[0] === 'systemctl')
      return { ...said, exitCode: 0, stdout: 'LoadState=loaded\nActiveState=active\n' };
    calls.push({ argv, options });
    const program = programs[Math.min(calls.length, programs.length) - 1];
    return { ...said, exitCode: (await program?.((line) => options.onLine?.(line), argv, options)) ?? 0 };
  };
  const machine: Host = Object.assign(Object.create(host), { exec, sleep: () => wait(20) });
  return { host: machine, calls };
}

/** Until it is ended. */
const stays = ({ signal }: ExecOptions) =>
  new Promise<number>((resolve) => {
    if (signal?.aborted === true) resolve(143);
    signal?.addEventListener('abort', () => resolve(143));
  });

describe('the newest lines of a container', () => {
  it('stand in the order of their times, whichever stream they come from', async () => {
    const { host } = hostWith((say) => {
      for (const [second, text] of [
        [2, 'INFO two'],
        [1, 'INFO one'],
        [3, 'INFO three'],
      ] as const)
        say(ofDocker(second, text));
      return 0;
    });
    expect(texts((await readLogs(host, [container], ALL, 2)).lines)).toEqual(['INFO two', 'INFO three']);
  });

  it('are looked for further back where there are too few, and it is said where that ended', async () => {
    const some = Array.from({ length: 15_000 }, (_, second) => ofDocker(second, `INFO ${second}`));
    const { host, calls } = hostWith((say, argv) => {
      const tail = Number(/\d+/.exec(argv.join(' '))?.[0]);
      for (let count = 0; count < tail; count += 1) say(some[count % some.length] ?? '');
      return 0;
    });
    const { lines, problems, any } = await readLogs(host, [container], { ...ALL, search: 'INFO 14999' }, 100);
    expect(calls.map(({ argv }) => argv[3])).toEqual(['--tail=20000', '--tail=200000']);
    expect(lines).toHaveLength(13);
    expect([problems.join(), any]).toEqual([expect.stringMatching(/only its last 200000 lines/), true]);
  });

  it('are none where there is no container, and that counts as not read', async () => {
    const { host } = hostWith((say) => {
      say('Error response from daemon: No such container: open-webui');
      return 1;
    });
    expect(await readLogs(host, [container], ALL, 10)).toEqual({
      lines: [],
      problems: ['open-webui: the container open-webui: There is no container open-webui.'],
      any: false,
    });
  });
});

it('ends the program when there is enough', async () => {
  const { host, calls } = hostWith((say, _, options) => {
    for (let second = 2_000; second > 0; second -= 1) say(ofJournal(second, `INFO x: ${second}`));
    return stays(options);
  });
  const { lines, problems } = await readLogs(host, [journal], ALL, 3);
  expect(texts(lines)).toEqual(['INFO x: 1998', 'INFO x: 1999', 'INFO x: 2000']);
  expect(problems).toEqual([]);
  expect(calls[0]?.options.signal?.aborted).toBe(true);
});

describe('following', () => {
  async function follow(log: Log, programs: readonly Program[], shown: readonly LogLine[] = []) {
    const over = new AbortController();
    const { host, calls } = hostWith(...programs);
    const came: string[] = [];
    const problems: string[] = [];
    const following = followLogs(host, [log], {
      wanted: ALL,
      shown,
      fromMs: START,
      onLines: (lines) => came.push(...texts(lines)),
      onProblem: (text) => problems.push(text),
      signal: over.signal,
    });
    await expect.poll(() => calls.length, { interval: 10, timeout: 5_000 }).toBe(programs.length);
    await wait(500);
    over.abort();
    await following;
    return { came, problems, calls };
  }

  it('goes on after a container’s restart, shows nothing twice and says once that it is gone', async () => {
    const gone: Program = (say) => {
      say('Error response from daemon: No such container: open-webui');
      return 1;
    };
    const { came, problems, calls } = await follow(container, [
      (say) => {
        say(ofDocker(2, 'INFO two'));
        say(ofDocker(1, 'INFO one'));
        return 0;
      },
      gone,
      gone,
      (say, _, options) => {
        say(ofDocker(2, 'INFO two'));
        say(ofDocker(3, 'ERROR three'));
        say(ofDocker(3, '  Traceback'));
        return stays(options);
      },
    ]);
    expect(came).toEqual(['INFO one', 'INFO two', 'ERROR three\n  Traceback']);
    expect(problems).toEqual([
      'open-webui: the container open-webui: There is no container open-webui. Waiting for it.',
    ]);
    expect(calls.at(-1)?.argv).toContain('--since=2026-11-22T00:00:02.000000000Z');
  });

  it('keeps together what comes in pieces', async () => {
    const { came } = await follow(journal, [
      async (say, _, options) => {
        say(ofJournal(1, 'ERROR x: failed'));
        await wait(20);
        say(ofJournal(1, '  at its place'));
        await wait(300);
        say(ofJournal(1, '  alone'));
        return stays(options);
      },
    ]);
    expect(came).toEqual(['ERROR x: failed\n  at its place', '  alone']);
  });

  it('shows what is said again right after it was shown', async () => {
    const { lines: shown } = await readLogs(
      hostWith((say) => {
        say(ofJournal(0, 'INFO x: tick'));
        return 0;
      }).host,
      [journal],
      ALL,
      10,
    );
    const { came } = await follow(
      journal,
      [
        (say, _, options) => {
          say(ofJournal(0, 'INFO x: tick'));
          say(ofJournal(1, 'INFO x: tick'));
          return stays(options);
        },
      ],
      shown,
    );
    expect(came).toEqual(['INFO x: tick']);
  });
});
