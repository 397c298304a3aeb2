import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveAnswers } from '../../src/answers/resolve.ts';
import { SECRET_KEYS } from '../../src/answers/schema.ts';
import { inThisProcess, type StartWork } from '../../src/detached/work.ts';
import type { Host } from '../../src/host/host.ts';
import { operateInLines } from '../../src/lines/operation.ts';
import { givenIn } from '../../src/operation-flow/given.ts';
import type { AnyOttoOperation, Given } from '../../src/operations/otto-operation.ts';
import { createRehearsal } from '../../src/rehearsal/index.ts';
import { Secret } from '../../src/secret/secret.ts';
import { answersWith } from '../tasks/answers.ts';
import { action, asksNothing, COLOUR, painting } from './operations.ts';

/** An operation that nobody is asked anything in, over a droplet in memory. */
async function unattended(operation: AnyOttoOperation, json: boolean, given: Given = {}) {
  const { host } = createRehearsal({ speed: Number.POSITIVE_INFINITY }) as { readonly host: Host };
  const resolution = resolveAnswers(
    { flags: { domain: 'otto.client.example', email: 'ops@client.example' } },
    { unattended: true, notNeeded: new Set(SECRET_KEYS) },
  );
  if (!resolution.ok) throw new Error('answers are missing');
  const out: string[] = [];
  const exitCode = await operateInLines({
    call: { operation, yes: true, json },
    host,
    answers: resolution.answers,
    given,
    version: '1.0.0',
    reader: undefined,
    say: (...lines) => out.push(...lines),
    print: (text) => out.push(text),
    warn: (text) => out.push(text),
  });
  return { exitCode, out: out.join('\n'), host };
}

const secretive = painting({
  ...asksNothing,
  plan: painting().plan.bind(undefined, {}, { name: 'once' }),
  summary: () => [['The password: ', new Secret('made-up-for-you-1')]],
});

describe('an operation in lines', () => {
  it('shows at its end what was made up', async () => {
    const { exitCode, out } = await unattended(secretive, false);
    expect(exitCode).toBe(0);
    expect(out).toContain('The password: made-up-for-you-1');
  });

  it('is not started with --json when what is made up could not be shown', async () => {
    const { exitCode, out, host } = await unattended(secretive, true);
    expect(out).toContain('leave --json out');
    expect(out).not.toContain('made-up-for-you-1');
    expect(exitCode).toBe(2);
    expect(await host.stat('/srv/once')).toBeUndefined();
  });

  it('takes what nobody was asked, but not in the place of an answer that fits nothing', async () => {
    const locked = painting({
      next: (_, { lock }) =>
        lock === 'yes' || lock === 'no'
          ? { choice: { name: `lock-${lock}` } }
          : { ask: { ...COLOUR, id: 'lock', unasked: 'no', question: 'Shall it be locked?' } },
    });
    const taken = await unattended(locked, false);
    expect(taken.exitCode).toBe(0);
    expect(await taken.host.stat('/srv/lock-no')).toBeDefined();
    const { exitCode, out, host } = await unattended(locked, false, { lock: 'true' });
    expect(out).toContain('Shall it be locked? Answer with --lock');
    expect(exitCode).toBe(2);
    expect(await host.stat('/srv/lock-no')).toBeUndefined();
  });
});

describe('what may be left alone', () => {
  /** Titles of the runs, by how they were started. */
  async function started(operations: readonly [AnyOttoOperation, ...AnyOttoOperation[]]) {
    const { host } = createRehearsal({ speed: Number.POSITIVE_INFINITY }) as { readonly host: Host };
    const told: string[] = [];
    const starting =
      (how: string): StartWork =>
      (work) => {
        if (work.kind === 'operate') told.push(`${how}: ${work.operation?.operation.title}`);
        return inThisProcess({ host, version: '1.0.0' })(work);
      };
    const series = { command: 'all', title: 'All', help: 'all', why: 'all', operations };
    const exitCode = await operateInLines({
      call: {
        operation: operations[0],
        ...(operations.length > 1 ? { series } : {}),
        yes: true,
        json: false,
      },
      host,
      answers: answersWith(),
      given: {},
      version: '1.0.0',
      start: starting('left'),
      startFirst: starting('followed'),
      reader: undefined,
      say: () => undefined,
      print: () => undefined,
      warn: () => undefined,
    });
    expect(exitCode).toBe(0);
    return told;
  }

  const paint = (name: string, changes: Partial<AnyOttoOperation> = {}) =>
    painting({
      title: name,
      next: () => ({ choice: { name } }),
      plan: () => ({ steps: [{ do: action(['mkdir', `/srv/${name}`]) }] }),
      ...changes,
    });

  it('is what was asked for, and not what is fetched for it', async () => {
    const fetches = paint('fence', { prepare: () => [action(['mkdir', '/srv/paint'], 'Fetch the paint')] });
    const [fetched, ...rest] = await started([fetches]);
    expect(fetched).toMatch(/^followed: fence: /);
    expect(rest).toEqual(['left: fence']);
  });

  it('is the last of several', async () => {
    expect(await started([paint('wall'), paint('door')])).toEqual(['followed: wall', 'left: door']);
  });
});

describe('paths that come with a command', () => {
  const to = (value: string, hint = 'FILE|FOLDER') =>
    givenIn(
      {
        operation: painting({ flags: { to: { value: hint, what: 'where it goes' } } }),
        flags: { to: value },
        secretFiles: {},
      },
      () => {},
    ).to;

  it.each([
    ['/var/b', '/var/b', undefined],
    ['backups', `${process.cwd()}/backups`, undefined],
    ['../b.tar.gz', resolve('../b.tar.gz'), 'FILE'],
    ['package.json', resolve('package.json'), 'FILE'],
    ['otto-of-monday.tar.gz', 'otto-of-monday.tar.gz', 'FILE'],
    ['yes', 'yes', 'yes|no'],
  ])('%s is %s', (value, expected, hint) => {
    expect(to(value, hint)).toBe(expected);
  });
});
