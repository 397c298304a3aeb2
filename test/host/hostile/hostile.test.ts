import { expect, test } from 'vitest';
import { operations } from '../../../src/operations/index.ts';
import type { Rehearsal } from '../../../src/rehearsal/index.ts';
import { chance, shuffled } from '../../droplet/runner/faults/chance.ts';
import { answersWith } from '../../tasks/answers.ts';
import { thorough } from '../../thorough.ts';
import { freshDroplet, installedDroplet, run } from '../rehearsal/runs.ts';
import {
  type Moody,
  moody,
  PROGRAM_MOODS,
  type ProgramMood,
  SERVER_MOODS,
  type ServerMood,
  type Wrong,
} from './moods.ts';
import { belongings, finish, operate, unusable } from './story.ts';

/**
 * Everything that an install, a check, a fix or an operation asks of the machine hangs, is killed, prints garbage, a page or
 * 10 MB, or cannot be written: each by itself, for as long as the run lasts. Then it is healed, and one more run has to make the
 * Otto healthy, with all that it had. `npm test` tries the same few each time, `test:slow` others (OTTO_SEED repeats them); OTTO_HOSTILE=all tries everything.
 */

const seed =
  process.env.OTTO_SEED ?? (thorough ? String(Math.floor(Date.now() / 1000)) : 'the same each time');
const all = process.env.OTTO_HOSTILE === 'all';
const sample = <Item>(items: readonly Item[], count: number): readonly Item[] =>
  all ? items : shuffled(items, chance(seed)).slice(0, thorough ? count * 12 : count);

const inWords = ({ program, server, disk }: Wrong): string =>
  program !== undefined
    ? `${program.kind} ${program.mood}`
    : server !== undefined
      ? `${server.kind} ${server.mood}`
      : `${disk?.path ?? 'everything'}: ${disk?.why}`;

/** Everything that can go wrong with what these runs ask of a machine. */
async function everythingAskedBy(work: (droplet: Rehearsal) => Promise<unknown>, from: Rehearsal) {
  const spy = moody(from);
  await work(spy);
  const { programs, servers, files } = spy.asked;
  return [
    ...[...programs].flatMap((kind) =>
      (Object.keys(PROGRAM_MOODS) as ProgramMood[]).map((mood): Wrong => ({ program: { kind, mood } })),
    ),
    ...[...servers].flatMap((kind) =>
      (Object.keys(SERVER_MOODS) as ServerMood[]).map((mood): Wrong => ({ server: { kind, mood } })),
    ),
    ...[...files, undefined].flatMap((path) =>
      ['the disk is full', 'the file system is read-only'].map((why): Wrong => ({ disk: { path, why } })),
    ),
  ];
}

/** One more run, with nothing wrong: healthy. */
async function healedIn(droplet: Moody): Promise<void> {
  droplet.heal();
  const { summary } = await run(droplet);
  const left = summary.tasks.flatMap(({ findings }) =>
    findings.map(({ code, evidence }) => `${code}: ${evidence}`),
  );
  expect([summary.outcome, summary.reason, left]).toEqual(['healthy', undefined, []]);
}

const MINUTE = 60_000;
/** With everything it takes as long as it takes. */
const PATIENCE = all ? 120 * MINUTE : thorough ? 15 * MINUTE : 2 * MINUTE;

test('while it is installed', { timeout: PATIENCE }, async () => {
  const asked = await everythingAskedBy((droplet) => run(droplet), freshDroplet());
  await eachOf(sample(asked, 5), async (wrong) => {
    const droplet = moody(freshDroplet(), wrong);
    const { summary } = await run(droplet);
    expect(unusable(summary)).toEqual([]);
    droplet.heal();
    // What was called healthy is healthy.
    if (summary.outcome === 'healthy') expect((await run(droplet, 'check')).summary.outcome).toBe('healthy');
    await healedIn(droplet);
  });
});

test('while a healthy one is looked at and repaired', { timeout: PATIENCE }, async () => {
  const looks = await everythingAskedBy((droplet) => run(droplet, 'check'), await installedDroplet());
  await eachOf(sample(looks, 5), async (wrong) => {
    const droplet = moody(await installedDroplet(), wrong);
    const before = belongings(droplet);
    expect(unusable((await run(droplet, 'check')).summary)).toEqual([]);
    const { summary } = await run(droplet, 'install', answersWith({ unattended: true }));
    expect(unusable(summary)).toEqual([]);
    // Nobody agreed to anything: what could not be seen is not replaced.
    expect(belongings(droplet)).toEqual(before);
    await healedIn(droplet);
    expect(belongings(droplet)).toEqual(before);
  });
});

test.each(
  operations
    .filter(({ notRehearsed, command }) => notRehearsed !== true && command !== 'uninstall')
    .map((operation) => [operation.command, operation] as const),
)('during %s', { timeout: PATIENCE }, async (_, operation) => {
  const asked = await everythingAskedBy((droplet) => operate(droplet, operation), await installedDroplet());
  await eachOf(sample(asked, 1), async (wrong) => {
    const droplet = moody(await installedDroplet(), wrong);
    const { accounts, users, containers } = belongings(droplet);
    const end = await operate(droplet, operation);
    // One that asks the same again is left by the operator.
    expect(['ended', 'unseen', 'refused', 'asking']).toContain(end.name);
    if (end.name === 'ended') expect(unusable(end.run)).toEqual([]);
    droplet.heal();
    await finish(droplet);
    await healedIn(droplet);
    const after = belongings(droplet);
    expect(after.users).toEqual(users);
    expect(after.containers).toEqual(containers);
    if (operation.command !== 'reset-password') expect(after.accounts).toEqual(accounts);
  });
});

/** Goes through all of it, and says at the end what failed. */
async function eachOf(wrongs: readonly Wrong[], work: (wrong: Wrong) => Promise<void>): Promise<void> {
  const failures: string[] = [];
  for (const wrong of wrongs) {
    try {
      await work(wrong);
    } catch (error) {
      const failure = `${inWords(wrong)}: ${error instanceof Error ? error.message : String(error)}`;
      failures.push(failure);
      if (all) console.log(failure);
    }
  }
  expect(failures, `OTTO_SEED=${seed}`).toEqual([]);
}
