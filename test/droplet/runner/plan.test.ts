import { expect, test } from 'vitest';
import type { Release } from '../machine/release.ts';
import { plan } from './plan.ts';
import type { Scenario } from './scenario.ts';

const scenario = (name: string, more: Partial<Scenario> = {}): Scenario => ({
  name,
  title: name,
  releases: ['bookworm', 'trixie'],
  run: async () => undefined,
  ...more,
});

const all = [
  scenario('again', { needs: 'fresh', releases: ['trixie', 'forky'] }),
  scenario('alone', { kind: 'prepared', releases: ['bookworm'] }),
  scenario('browser', { needs: 'fresh' }),
  scenario('fresh', { releases: ['bookworm', 'trixie', 'forky'] }),
];

const inWords = (names: string[], release?: Release) =>
  plan(all, names, release).map(
    (turn) => `${turn.scenario.name} ${turn.release} ${turn.kind}${turn.keepsEnd ? ' kept' : ''}`,
  );

test.each([
  ['one that stands alone', ['alone'], undefined, ['alone bookworm prepared']],
  [
    'what is started from comes first, once',
    ['again', 'browser'],
    'trixie',
    ['fresh trixie bare kept', 'again trixie bare', 'browser trixie bare'],
  ],
  ['the end is kept only when something starts from it', ['fresh'], 'trixie', ['fresh trixie bare']],
  [
    'a flavour runs what its release does',
    [],
    'forky-noble',
    ['fresh forky-noble bare kept', 'again forky-noble bare'],
  ],
  ['a release that it is not for', ['alone'], 'trixie', []],
  [
    'the usual releases, one after the other',
    ['browser'],
    undefined,
    ['fresh bookworm bare kept', 'browser bookworm bare', 'fresh trixie bare kept', 'browser trixie bare'],
  ],
  [
    'no names: all',
    [],
    'bookworm',
    ['alone bookworm prepared', 'fresh bookworm bare kept', 'browser bookworm bare'],
  ],
] as const)('%s', (_, names, release, expected) => {
  expect(inWords([...names], release)).toEqual(expected);
});

test('a name that does not exist is answered with those that do', () => {
  expect(() => plan(all, ['frsh'])).toThrow(
    "there is no scenario 'frsh'; there are: again, alone, browser, fresh",
  );
});

test('a circle is named', () => {
  const circle = [scenario('a', { needs: 'b' }), scenario('b', { needs: 'a' })];
  expect(() => plan(circle, ['a'])).toThrow('scenarios need one another: a → b → a');
});

test('of several that one starts from all come first; a saved state stands for an end', () => {
  const scenarios = [...all, scenario('fault', { needs: ['fresh', 'alone'], releases: ['bookworm'] })];
  const turns = (have: string[]) =>
    plan(scenarios, ['fault'], 'bookworm', new Set(have)).map(
      (turn) => `${turn.scenario.name} ${turn.kind}${turn.keepsEnd ? ' kept' : ''}`,
    );
  expect(turns([])).toEqual(['fresh bare kept', 'alone prepared kept', 'fault bare']);
  expect(turns(['fresh'])).toEqual(['alone prepared kept', 'fault bare']);
});
