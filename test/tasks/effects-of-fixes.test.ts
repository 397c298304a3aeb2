import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { command } from '../../src/engine/contracts/command.ts';
import { DOES, foundAs, notOurs, stops } from '../../src/engine/contracts/effect.ts';
import type { Fix } from '../../src/engine/contracts/task.ts';
import { CATALOGUE } from '../../src/tasks/findings.ts';
import { refuseUnasked, refuseUnlisted, refuseUnsaid } from '../effects.ts';
import { finding } from '../engine/tools.ts';
import { EFFECTS_OF_FIXES } from './effects-of-fixes.ts';

const TASKS = join(import.meta.dirname, '../../src/tasks');

/** The ids of all fixes, as the source of the tasks has them. */
const inSource = new Set(
  readdirSync(TASKS, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [
      ...readFileSync(join(TASKS, name), 'utf8').matchAll(/\bid: '([a-z0-9-]+)',?\s+title\b/g),
    ])
    .map(([, id = '']) => id)
    .filter((id) => !CATALOGUE.some(({ owner }) => owner === id)),
);
const lists = Object.entries(EFFECTS_OF_FIXES);
const listedIds = new Set(lists.flatMap(([, fixes]) => Object.keys(fixes)));

describe('what each fix of the catalogue does to the world is written down', () => {
  test('every fix that a task can build', () => {
    expect([...inSource].filter((id) => !listedIds.has(id))).toEqual([]);
    expect(inSource.size).toBeGreaterThan(100);
  });

  test('for codes that there are, in words that there are', () => {
    const known = new Set<string>(CATALOGUE.map(({ code }) => code));
    expect(lists.map(([code]) => code).filter((code) => !known.has(code))).toEqual([]);
    const words = new Set(
      DOES.flatMap((does) => ['ledger', 'label', 'found-as', 'nobody'].map((by) => `${does} ${by}`)),
    );
    expect(
      lists.flatMap(([, fixes]) => Object.values(fixes).flat()).filter((one) => !words.has(one)),
    ).toEqual([]);
  });

  test('and whatever opens a way in for others is nobody’s to open unasked, but on the way to a new Otto', () => {
    const opening = lists.flatMap(([code, fixes]) =>
      Object.values(fixes).some((all) => all.includes('opens nobody')) ? [code] : [],
    );
    expect(opening.sort()).toEqual([
      'containers-dropped-by-a-rule',
      'containers-kept-from-internet',
      'deploy-user-shell',
      'firewall-not-loaded',
      'outgoing-traffic-dropped',
      'packets-not-forwarded',
      'ssh-port-closed',
      'web-ports-closed',
      'web-ports-denied',
      'web-ports-dropped-by-a-rule',
      'web-ports-limited',
    ]);
  });
});

describe('the tests’ setup', () => {
  const one = (fix: Partial<Fix>) =>
    finding('nginx-down', { fixes: [{ id: 'start-nginx', title: 'x', actions: [], ...fix }] });
  const stop = (whose: typeof notOurs) =>
    command(['systemctl', 'stop', 'x'], 'Stop x', { effects: stops('x', whose) });

  test('refuses what plainly does something and does not say so', () => {
    expect(() => refuseUnsaid([command(['systemctl', 'stop', 'x'], 'Stop x')])).toThrow(/does not say/);
    expect(() => refuseUnsaid([command(['ufw', 'allow', '80/tcp'], 'Open')])).toThrow();
    expect(() => refuseUnsaid([command(['docker', 'rm', '-f', 'web'], 'Remove')])).toThrow();
    expect(() => refuseUnsaid([stop(notOurs)])).not.toThrow();
  });

  test('refuses what is not ours without a consequence in its own words', () => {
    expect(() => refuseUnasked([one({ actions: [stop(notOurs)] })])).toThrow(/no consequence/);
    expect(() => refuseUnasked([one({ actions: [stop(notOurs)], consequence: 'x stops.' })])).not.toThrow();
    expect(() => refuseUnasked([one({ actions: [stop(foundAs('nginx'))] })])).not.toThrow();
  });

  test('refuses what is not in the list', () => {
    expect(() => refuseUnlisted([one({ actions: [stop(foundAs('nginx'))] })])).toThrow(/does not say of/);
    expect(() => refuseUnlisted([one({})])).not.toThrow();
    expect(() => refuseUnlisted([one({ id: 'start-everything' })])).toThrow();
  });
});
