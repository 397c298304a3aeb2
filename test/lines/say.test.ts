import { expect, it } from 'vitest';
import type { Event } from '../../src/engine/contracts/event.ts';
import { sayTo } from '../../src/lines/say.ts';
import { planOverview } from '../../src/run/plan-text.ts';
import { NOT_STARTED, reduce } from '../../src/run/view-model.ts';
import { wrapWidth } from '../../src/terminal/wrap-width.ts';
import { ended, finding, started, task } from '../events.ts';

it('breaks no word of what is said to a terminal, and continues below the text', () => {
  let printed = '';
  const say = sayTo(
    (text) => {
      printed += text;
    },
    () => 40,
  );
  say(
    '  0:09  ✗ Domain: otto.example.com is not in DNS yet, and without it there is no page.',
    '  12. One of many things that can be chosen here',
  );
  expect(printed).toBe(`  0:09  ✗ Domain: otto.example.com is
          not in DNS yet, and without it
          there is no page.
  12. One of many things that can be
      chosen here
`);
});

it('has no width in a pipe, and none that is hard to read in a wide terminal', () => {
  expect(wrapWidth({ isTTY: false, columns: 80 })).toBe(Number.POSITIVE_INFINITY);
  expect(wrapWidth({ isTTY: true, columns: 80 })).toBe(80);
  expect(wrapWidth({ isTTY: true, columns: 300 })).toBe(100);
});

it('offers the plan as a line for each part', () => {
  const blocked = finding({ severity: 'blocked', fixes: [], evidence: 'It is not in DNS.' });
  const events: Event[] = [
    started([task('packages'), task('domain'), task('machine')], 'plan'),
    { type: 'findings', at: 1, task: 'packages', findings: [finding()] },
    { type: 'findings', at: 1, task: 'domain', findings: [blocked] },
    ended('findings'),
  ];
  const { tasks } = events.reduce(reduce, NOT_STARTED);
  expect(planOverview(tasks)).toEqual([
    'The plan: 1 action in 2 parts. Nothing has been done yet.',
    '  Packages  1 action  Install git',
    '  Domain    blocked   It is not in DNS.',
  ]);
});
