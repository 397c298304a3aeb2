import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/engine/contracts/event.ts';
import { aboutText, forecast, planMs, plannedParts } from '../../src/run/forecast.ts';
import { planHeadline } from '../../src/run/plan-headline.ts';
import { NOT_STARTED, reduce } from '../../src/run/view-model.ts';
import { Stopwatch } from '../../src/wizard/durations.ts';
import { ended, finding, installation, runAction, started, task, writeAction } from '../events.ts';

const pictureOf = (...events: readonly Event[]) => events.reduce(reduce, NOT_STARTED);
const signIn = { kind: 'converse', purpose: 'Sign in', command: 'claude auth login' } as const;
const found = (id: string, ...actions: (typeof runAction)[]): Event => ({
  type: 'findings',
  at: 1,
  task: id,
  findings: [finding({ fixes: [{ id: 'do', title: 'Do it', actions }] })],
});
/** The image beside Hermes; Open WebUI needs both. */
const VIEWS = [
  task('open-webui-image'),
  task('hermes-code'),
  task('open-webui', ['open-webui-image', 'hermes-code']),
];
const plan = pictureOf(
  started(VIEWS, 'plan'),
  ...VIEWS.map(({ id }) => found(id, runAction)),
  ended('findings'),
);
const LEARNED = { 'open-webui-image': 100_000, 'hermes-code': 60_000, 'open-webui': 40_000 };
const planned = plannedParts(plan.tasks, LEARNED);
const state = (id: string, at: number, what: 'acting' | 'asking' | 'healthy'): Event => ({
  type: 'task-state',
  at,
  task: id,
  state: what,
});

describe('how long it takes', () => {
  it('is the longest way: what does not depend on one another runs at the same time', () => {
    expect(planMs(plan.tasks, planned)).toBe(140_000);
    expect(aboutText(140_000)).toBe('about 2 minutes');
    expect(aboutText(30_000)).toBe('less than a minute');
  });

  it('gets less as time goes by, and is never over before the end', () => {
    const begun = pictureOf(
      started(VIEWS),
      state('open-webui-image', 0, 'acting'),
      state('hermes-code', 0, 'acting'),
    );
    expect(forecast(begun, planned, 0)).toEqual({ leftMs: 140_000, share: 0 });
    expect(forecast(begun, planned, 50_000)).toEqual({ leftMs: 90_000, share: 0.5 });
    const late = forecast(begun, planned, 900_000);
    expect(late.leftMs).toBeGreaterThan(40_000);
    expect(late.share).toBeLessThan(1);
    const almost = pictureOf(started(VIEWS), ...VIEWS.map(({ id }) => state(id, 5, 'healthy')));
    expect(forecast(almost, planned, 6).share).toBe(0.99);
    expect(forecast(reduce(almost, ended('healthy')), planned, 6)).toEqual({ leftMs: 0, share: 1 });
  });

  it('believes a command that says how far it is more than the last time', () => {
    const slow = pictureOf(
      started(VIEWS),
      state('open-webui-image', 0, 'acting'),
      { type: 'action-started', at: 0, task: 'open-webui-image', action: 'a', view: runAction },
      {
        type: 'action-progress',
        at: 9,
        task: 'open-webui-image',
        action: 'a',
        done: 100,
        total: 1_000,
        unit: 'MB',
      },
    );
    expect(forecast(slow, planned, 60_000).leftMs).toBe(540_000 + 40_000);
  });

  it('is unknown while everything that is left waits for the operator', () => {
    const asking = pictureOf(started([task('domain')]), state('domain', 1, 'asking'));
    expect(forecast(asking, {}, 60_000).leftMs).toBeUndefined();
  });

  it('is learned from what parts took, without the time in which somebody was waited for', () => {
    const watch = new Stopwatch();
    for (const event of installation) watch.take(event);
    // From the look to healthy; the domain did nothing.
    expect(watch.learned).toEqual({ packages: 5_190 });
    const talk = new Stopwatch();
    for (const event of [
      state('claude', 0, 'acting'),
      { type: 'dialogue', at: 2_000, dialogue: 'd1', task: 'claude', view: { title: 'Sign in', lines: [] } },
      { type: 'dialogue-ended', at: 300_000, dialogue: 'd1', ok: true },
      { type: 'action-ended', at: 301_000, task: 'claude', action: 'a', ok: true, ms: 301_000 },
      state('claude', 301_000, 'healthy'),
    ] as Event[])
      talk.take(event);
    expect(talk.learned).toEqual({ claude: 3_000 });
  });
});

describe('the headline of a plan', () => {
  it('says how much, how long, what is fetched, who is needed, and that nothing is changed', () => {
    const fresh = pictureOf(
      started([...VIEWS, task('claude')], 'plan'),
      ...VIEWS.map(({ id }) => found(id, runAction, writeAction)),
      found('claude', runAction, signIn as never),
      ended('findings'),
    );
    expect(planHeadline(fresh.tasks, LEARNED)).toBe(
      '8 steps, about 2 minutes, 1.3 GB, 1 sign-in, nothing that exists is changed',
    );
  });

  it('does not claim that where a file of somebody else is changed, or something is asked first', () => {
    const foreign = pictureOf(
      started([task('nginx-site')], 'plan'),
      found('nginx-site', { ...writeAction, change: 'edited-by-hand' } as never),
      ended('findings'),
    );
    expect(planHeadline(foreign.tasks, {})).toBe(
      '1 step, less than a minute, 1 existing file changed, the old kept',
    );
    const asked = pictureOf(
      started([task('bridge')], 'plan'),
      {
        type: 'findings',
        at: 1,
        task: 'bridge',
        findings: [
          finding({
            severity: 'broken',
            fixes: [{ id: 'a', title: 'A', actions: [runAction], consequence: 'A pause.' }],
          }),
        ],
      },
      ended('findings'),
    );
    expect(planHeadline(asked.tasks, {})).toBe('1 step, less than a minute, asks you first about 1 thing');
    expect(planHeadline([], {})).toBe('nothing to do');
  });
});
