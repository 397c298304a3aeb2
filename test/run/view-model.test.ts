import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/engine/contracts/event.ts';
import { atWork, NOT_STARTED, openFindings, reduce, taskOf, waitsFor } from '../../src/run/view-model.ts';
import { finding, installation, runAction, started, task } from '../events.ts';

const pictureOf = (events: readonly Event[]) => events.reduce(reduce, NOT_STARTED);
const upTo = (type: Event['type']) =>
  pictureOf(installation.slice(0, installation.findIndex((event) => event.type === type) + 1));

describe('the picture of a run', () => {
  it('begins with all parts waiting', () => {
    const model = upTo('run-started');
    expect(model.tasks.map(({ state }) => state)).toEqual(['waiting', 'waiting', 'waiting']);
    expect(model.log).toBe('/var/log/otto-install/1.log');
  });

  it('shows what is at work, how far it is and what it printed', () => {
    const model = upTo('action-progress');
    const packages = taskOf(model, 'packages');
    expect(packages?.action?.progress).toEqual({ done: 3, total: 7, unit: 'packages' });
    expect(packages?.tail).toEqual(['Get: git']);
    expect(atWork(model).map(({ view }) => view.id)).toEqual(['packages', 'domain']);
  });

  it('says what a part waits for, and not for what is skipped', () => {
    const certificate = (model = upTo('question')) => {
      const found = taskOf(model, 'certificate');
      return found === undefined ? [] : waitsFor(model, found);
    };
    expect(certificate()).toEqual(['Domain', 'Packages']);
    expect(certificate(pictureOf(installation))).toEqual([]);
  });

  it('has an open question until it is decided', () => {
    expect(upTo('question').questions.map(({ id }) => id)).toEqual(['q1']);
    const model = upTo('decided');
    expect(model.questions).toEqual([]);
    expect(model.decisions).toEqual([
      { question: 'q1', task: 'domain', code: 'domain-not-in-dns', choice: 'Skip' },
    ]);
  });

  it('has an open question until it is withdrawn', () => {
    const model = reduce(upTo('question'), { type: 'question-withdrawn', at: 500, question: 'q1' });
    expect(model.questions).toEqual([]);
  });

  it('counts the actions that succeeded, and forgets the one that ended', () => {
    const model = pictureOf(installation);
    expect(model.actionsDone).toBe(1);
    expect(taskOf(model, 'packages')?.action).toBeUndefined();
    const failed = reduce(upTo('action-started'), {
      type: 'action-ended',
      at: 500,
      task: 'packages',
      action: 'a1',
      ok: false,
      ms: 390,
      failure: { action: runAction, timedOut: false, exitCode: 100, tail: [] },
    });
    expect(failed.actionsDone).toBe(0);
  });

  it('knows since when and until when a part was at work', () => {
    expect(taskOf(pictureOf(installation), 'packages')).toMatchObject({ startedAt: 10, endedAt: 5_200 });
  });

  it('keeps the views of a dialogue apart by their dialogue, and drops it at its end', () => {
    const view = { title: 'GitHub', lines: ['Open this address'] };
    const dialogue = (id: string, title: string): Event => ({
      type: 'dialogue',
      at: 1,
      dialogue: id,
      task: 'github',
      view: { ...view, title },
    });
    const model = pictureOf([dialogue('d1', 'one'), dialogue('d2', 'two'), dialogue('d1', 'one, again')]);
    expect(model.dialogues.map(({ view: { title } }) => title)).toEqual(['one, again', 'two']);
    const left = reduce(model, { type: 'dialogue-ended', at: 2, dialogue: 'd1', ok: true });
    expect(left.dialogues.map(({ id }) => id)).toEqual(['d2']);
  });

  it('keeps only the end of a long output', () => {
    const line = (number: number): Event => ({
      type: 'action-output',
      at: 1,
      task: 'packages',
      action: 'a1',
      line: `line ${number}`,
    });
    const model = pictureOf([
      started([task('packages')]),
      ...Array.from({ length: 1_000 }, (_, n) => line(n)),
    ]);
    expect(taskOf(model, 'packages')?.tail).toHaveLength(200);
    expect(taskOf(model, 'packages')?.tail.at(-1)).toBe('line 999');
  });

  it('lists what is left at the end', () => {
    const risk = finding({ code: 'small', severity: 'risk' });
    const model = pictureOf([
      started([task('machine')]),
      { type: 'findings', at: 1, task: 'machine', findings: [risk] },
    ]);
    expect(openFindings(model).map(({ finding: { code } }) => code)).toEqual(['small']);
    expect(openFindings(pictureOf(installation))).toEqual([]);
  });

  it('is not changed by events of parts that it does not know', () => {
    const model = upTo('run-started');
    expect(reduce(model, { type: 'task-state', at: 1, task: 'other', state: 'healthy' })).toEqual({
      ...model,
      lastAt: 1,
    });
  });

  it('counts on when the clock is set back', () => {
    const model = reduce(NOT_STARTED, { ...started([task('packages'), task('domain')]), at: 3_600_000 });
    const later = reduce(model, { type: 'task-state', at: 3_660_000, task: 'packages', state: 'looking' });
    const back = reduce(later, { type: 'task-state', at: 60_000, task: 'domain', state: 'looking' });
    expect(60_000 - (back.startedAt ?? 0)).toBe(60_000);
    // What a service corrects by a moment is nothing.
    expect(
      reduce(later, { type: 'task-state', at: 3_659_500, task: 'domain', state: 'looking' }).startedAt,
    ).toBe(3_600_000);
  });
});
