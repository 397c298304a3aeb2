import { describe, expect, test } from 'vitest';
import { chosenFix } from '../../src/engine/contracts/decision.ts';
import type { Event } from '../../src/engine/contracts/event.ts';
import type { Fix } from '../../src/engine/contracts/task.ts';
import { FakeHost } from './fake-host.ts';
import { finding, finish, first, fix, installs, NOBODY, only, run, states, task } from './tools.ts';

const skip = (question: { question: string }) => ({ kind: 'skip' as const, question: question.question });

describe('installing', () => {
  test('a fresh machine becomes healthy, needs first', async () => {
    const { host, summary } = await finish([installs('c', ['a', 'b']), installs('a'), installs('b', ['a'])]);
    expect(host.ran).toEqual(['a', 'b', 'c']);
    expect(summary).toMatchObject({ outcome: 'healthy', actions: 3 });
  });

  test('a second run carries out nothing', async () => {
    const tasks = [installs('a'), installs('b', ['a'])];
    const { host } = await finish(tasks);
    const second = await finish(tasks, { host });
    expect(second.summary).toMatchObject({ outcome: 'healthy', actions: 0 });
    expect(only(second.events, 'action-started')).toEqual([]);
  });

  test('all unasked fixes of one judgement are applied in its order before the next look', async () => {
    let looks = 0;
    const both = task('t', ({ ran }) => {
      looks += 1;
      return ran.length > 0
        ? []
        : [
            finding('one', { fixes: [fix([run('first'), run('second')])] }),
            finding('two', { fixes: [fix([run('third')])] }),
          ];
    });
    const host = new FakeHost();
    for (const name of ['first', 'second', 'third']) host.commands[name] = () => ({});
    await finish([both], { host });
    expect(host.ran).toEqual(['first', 'second', 'third']);
    expect(looks).toBe(2);
  });

  test('independent tasks are at work at the same time', async () => {
    let atWork = 0;
    let most = 0;
    const host = new FakeHost();
    for (const id of ['a', 'b', 'c'])
      host.commands[id] = async () => {
        atWork += 1;
        most = Math.max(most, atWork);
        await new Promise((resolve) => setTimeout(resolve, 10));
        atWork -= 1;
        return {};
      };
    await finish([installs('a'), installs('b'), installs('c', ['a'])], { host });
    expect(most).toBe(2);
  });

  test('on a healthy machine all looks go on side by side, and each is made once', async () => {
    let atWork = 0;
    let most = 0;
    let looks = 0;
    const slow = (id: string, needs: readonly string[]) =>
      task(id, () => [], {
        needs,
        look: async () => {
          looks += 1;
          atWork += 1;
          most = Math.max(most, atWork);
          await new Promise((resolve) => setTimeout(resolve, 20));
          atWork -= 1;
          return [];
        },
      });
    const { summary } = await finish([slow('a', []), slow('b', ['a']), slow('c', ['b'])]);
    expect(summary.outcome).toBe('healthy');
    expect({ most, looks }).toEqual({ most: 3, looks: 3 });
  });

  test('what was seen before an action is not believed after it', async () => {
    // Healthy until "a" is installed, broken from then on.
    const broken = task('b', (host) => (host.ran.includes('a') ? [finding('b-broken')] : []), {
      needs: ['a'],
    });
    const { summary } = await finish([installs('a'), broken], { answers: NOBODY });
    expect(summary.outcome).toBe('findings');
    expect(summary.tasks.find(({ id }) => id === 'b')?.findings.map(({ code }) => code)).toEqual([
      'b-broken',
    ]);
  });

  test('a circle of needs is said, not waited for', async () => {
    const { summary } = await finish([installs('a', ['b']), installs('b', ['a'])]);
    expect(summary).toMatchObject({ outcome: 'failed', reason: 'Tasks need each other: a → b → a' });
  });
});

describe('a finding that is not fixed', () => {
  const stubborn = task('t', () => [finding('stubborn', { fixes: [fix([run('t')])] })]);

  test('that comes back after its fix is asked about, not repeated', async () => {
    const { host, events, summary } = await finish([stubborn, installs('after', ['t'])], { answer: skip });
    expect(host.ran).toEqual(['t', 'after']);
    expect(only(events, 'question')).toMatchObject([{ cameBack: true, finding: { code: 'stubborn' } }]);
    expect(states(summary)).toEqual({ t: 'skipped', after: 'healthy' });
    expect(summary).toMatchObject({ outcome: 'findings', tasks: [{ skipped: ['stubborn'] }, {}] });
  });

  test('is reported when nobody is there, and holds back only what needs it', async () => {
    const { host, events, summary } = await finish([stubborn, installs('after', ['t']), installs('other')]);
    expect(host.ran.sort()).toEqual(['other', 't']);
    expect(only(events, 'question')).toEqual([]);
    expect(states(summary)).toEqual({ t: 'unhealthy', after: 'waiting', other: 'healthy' });
    expect(summary.outcome).toBe('findings');
  });

  describe('and that has more fixes', () => {
    /** Healthy once `healedBy` ran. */
    const withFixes = (fixes: readonly Fix[], healedBy: string) =>
      task('t', ({ ran }) => (ran.includes(healedBy) ? [] : [finding('stubborn', { fixes })]));
    const hostFor = (...names: string[]) => {
      const host = new FakeHost();
      for (const name of names) host.commands[name] = () => ({});
      return host;
    };
    const fixes = [fix([run('first')]), fix([run('costly')], 'Something ends.'), fix([run('third')])];

    test('gets its next safe one, and the costly one is left out', async () => {
      const host = hostFor('first', 'costly', 'third');
      const { summary } = await finish([withFixes(fixes, 'third')], { host });
      expect(host.ran).toEqual(['first', 'third']);
      expect(summary.outcome).toBe('healthy');
    });

    test('is reported once its safe ones are used up; none is repeated', async () => {
      const host = hostFor('first', 'costly', 'third');
      const { summary } = await finish([withFixes(fixes, 'costly')], { host });
      expect(host.ran).toEqual(['first', 'third']);
      expect(summary.outcome).toBe('findings');
    });

    test('with somebody there it is asked about when the safe ones are used up', async () => {
      const host = hostFor('first', 'costly', 'third');
      const { events } = await finish([withFixes(fixes, 'costly')], { host, answer: skip });
      expect(host.ran).toEqual(['first', 'third']);
      expect(only(events, 'question')).toHaveLength(1);
    });

    test('gets it also when the first one failed and nobody is there', async () => {
      const host = hostFor('third');
      host.commands.first = () => ({ exitCode: 1 });
      const { summary } = await finish([withFixes(fixes, 'third')], { host });
      expect(host.ran).toEqual(['first', 'third']);
      expect(summary.outcome).toBe('healthy');
    });

    test('what a person chose is not followed by another one unasked', async () => {
      const host = hostFor('costly', 'third');
      let asked = 0;
      await finish([withFixes([fixes[1] as Fix, fixes[2] as Fix], 'never')], {
        host,
        answer: (question) => {
          asked += 1;
          return asked === 1 ? first(question) : skip(question);
        },
      });
      expect(host.ran).toEqual(['costly']);
      expect(asked).toBe(2);
    });
  });

  test('that offers another fix after the first one is as good as a new one, whatever place that has', async () => {
    const host = new FakeHost();
    for (const name of ['hide', 'claim']) host.commands[name] = () => ({});
    const unclaimed = task('t', ({ ran }) =>
      ran.includes('claim')
        ? []
        : [finding('unclaimed', { fixes: [fix([run(ran.includes('hide') ? 'claim' : 'hide')])] })],
    );
    const { summary } = await finish([unclaimed], { host });
    expect(host.ran).toEqual(['hide', 'claim']);
    expect(summary.outcome).toBe('healthy');
  });

  test('is applied again when the operator says so, and asked about again', async () => {
    let asked = 0;
    const { host } = await finish([stubborn], {
      answer: (question) => {
        asked += 1;
        return asked === 1 ? first(question) : skip(question);
      },
    });
    expect(host.ran).toEqual(['t', 't']);
    expect(asked).toBe(2);
  });

  test('whose fix failed is asked about with the failure, and what follows in the round is dropped', async () => {
    const host = new FakeHost();
    host.commands.t = (_argv, { onLine }) => {
      onLine?.('E: no space left');
      return { exitCode: 100, stdout: 'E: no space left\n' };
    };
    const failing = {
      ...run('t'),
      knownFailures: [{ pattern: 'NO SPACE', reason: 'The disk is full.', next: 'Make room.' }],
    };
    const two = task('two', () => [
      finding('first', { fixes: [fix([failing])] }),
      finding('second', { fixes: [fix([run('never')])] }),
    ]);
    const { events } = await finish([two], {
      host,
      answer: () => ({ kind: 'stop' }),
    });
    expect(host.ran).toEqual(['t']);
    const [question] = only(events, 'question');
    expect(question).toMatchObject({
      cameBack: false,
      failure: {
        exitCode: 100,
        reason: 'The disk is full.',
        next: 'Make room.',
        tail: ['E: no space left'],
      },
    });
  });
});

describe('a consequence', () => {
  const restart = task('t', ({ ran }) =>
    ran.includes('t') ? [] : [finding('old', { fixes: [fix([run('t')], 'Everybody is signed out.')] })],
  );

  test('is never applied unasked', async () => {
    const { host, summary } = await finish([restart]);
    expect(host.ran).toEqual([]);
    expect(summary.outcome).toBe('findings');
  });

  test('is applied on consent', async () => {
    const { host, summary, events } = await finish([restart], {
      answer: first,
    });
    expect(host.ran).toEqual(['t']);
    expect(summary.outcome).toBe('healthy');
    expect(only(events, 'decided')).toMatchObject([{ choice: 'apply: Fix it' }]);
  });

  describe('that was chosen after the question had been open for a while', () => {
    const offered = { fix: fix([run('gentle')], 'A pause.') };
    /** The machine offers this by now; `answers` are given one after the other, a minute after each question. */
    const asked = async (now: Fix) => {
      const host = new FakeHost();
      for (const name of ['gentle', 'harsh']) host.commands[name] = () => ({});
      let current = offered.fix;
      const changing = task('t', ({ ran }) => (ran.length > 0 ? [] : [finding('old', { fixes: [current] })]));
      const done = await finish([changing], {
        host,
        answer: (question, started) => {
          current = now;
          const decide = () =>
            started.decide(question.agreed === undefined ? first(question) : skip(question));
          void host.sleep(60_000).then(() => setImmediate(decide));
          return undefined;
        },
      });
      return { ran: host.ran, questions: only(done.events, 'question') };
    };

    test('is applied as it is now, when it is still the same', async () => {
      const { ran, questions } = await asked({
        ...offered.fix,
        actions: [run('gentle'), run('harsh')],
      });
      expect(ran).toEqual(['gentle', 'harsh']);
      expect(questions).toHaveLength(1);
    });

    test.each<[string, Fix]>([
      ['costs something else', { ...offered.fix, consequence: 'All chats are lost.' }],
      ['is another one', fix([run('harsh')], 'All chats are lost.')],
    ])('is asked about again when it %s', async (_, now) => {
      const { ran, questions } = await asked(now);
      expect(ran).toEqual([]);
      expect(questions).toMatchObject([
        {},
        {
          agreed: [{ task: 't', code: 'old', fix: offered.fix.id, consequence: 'A pause.' }],
          finding: { fixes: [{ consequence: 'All chats are lost.' }] },
        },
      ]);
    });
  });

  test('a decision for a fix that does not exist, or for another question, changes nothing', async () => {
    let asked = 0;
    const { host } = await finish([restart], {
      answer: ({ question }, started) => {
        asked += 1;
        started.decide({ kind: 'apply', question, fix: 'another' });
        started.decide({ kind: 'apply', question, fix: 't', consequence: 'Something else.' });
        started.decide({ kind: 'skip', question: 'q99' });
        return { kind: 'skip', question };
      },
    });
    expect(asked).toBe(1);
    expect(host.ran).toEqual([]);
  });
});

describe('a risk', () => {
  test('without a fix is reported and holds nothing back', async () => {
    const risky = task('t', () => [finding('small', { severity: 'risk' })]);
    const { summary, events } = await finish([risky, installs('after', ['t'])], { answer: skip });
    expect(only(events, 'question')).toEqual([]);
    expect(summary).toMatchObject({ outcome: 'healthy', tasks: [{ findings: [{ code: 'small' }] }, {}] });
  });

  test('with a consequence is asked about once, and stays a risk when it is skipped', async () => {
    const risky = task('t', () => [
      finding('open', { severity: 'risk', fixes: [fix([run('t')], 'A pause.')] }),
    ]);
    const { summary, events } = await finish([risky], { answer: skip });
    expect(only(events, 'question')).toHaveLength(1);
    expect(summary).toMatchObject({ outcome: 'healthy', tasks: [{ state: 'healthy', skipped: ['open'] }] });
  });

  test('that can be fixed unasked is fixed', async () => {
    const risky = task('t', ({ ran }) =>
      ran.length > 0 ? [] : [finding('wide', { severity: 'risk', fixes: [fix([run('t')])] })],
    );
    expect((await finish([risky])).host.ran).toEqual(['t']);
  });
});

describe('something that goes on by itself', () => {
  const watch = { everyMs: 1_000, forMs: 10_000 };

  /** Gone at the n-th look. */
  function goneAt(look: number, fixes = [] as ReturnType<typeof fix>[]) {
    let looks = 0;
    return task('t', () => {
      looks += 1;
      return looks >= look ? [] : [finding('spreading', { severity: 'blocked', watch, fixes })];
    });
  }

  test('is waited for silently', async () => {
    const { summary, events } = await finish([goneAt(5)], { answer: skip });
    expect(only(events, 'question')).toEqual([]);
    expect(only(events, 'task-state').map(({ state }) => state)).toContain('watching');
    expect(summary).toMatchObject({ outcome: 'healthy', ms: 4_000 });
  });

  test('is asked about when the time is over, and the question is withdrawn when it is gone after all', async () => {
    const { summary, events } = await finish([goneAt(15)], { answer: () => undefined });
    expect(only(events, 'question')).toHaveLength(1);
    expect(only(events, 'question-withdrawn')).toHaveLength(1);
    expect(summary.outcome).toBe('healthy');
  });

  test('with a fix is asked about at once', async () => {
    const { events, summary } = await finish([goneAt(5, [fix([run('t')], 'Cuts the line.')])], {
      answer: () => undefined,
    });
    expect(only(events, 'question')).toHaveLength(1);
    expect(only(events, 'question-withdrawn')).toHaveLength(1);
    expect(summary.outcome).toBe('healthy');
  });

  test('is waited for and then reported when nobody is there', async () => {
    const { events, summary } = await finish([goneAt(99)]);
    expect(only(events, 'question')).toEqual([]);
    expect(summary).toMatchObject({ outcome: 'findings', ms: 10_000 });
  });
});

describe('a look that fails', () => {
  const crashes = task('t', () => [], {
    look: () => Promise.reject(new Error('ufw: unexpected output')),
  });

  test('is a finding of its own and stops no other task', async () => {
    const { summary, events } = await finish([crashes, installs('other')]);
    expect(states(summary)).toEqual({ t: 'unhealthy', other: 'healthy' });
    expect(only(events, 'findings')[0]).toMatchObject({
      findings: [
        { code: 'could-not-look', evidence: 'otto-install could not check "T": ufw: unexpected output' },
      ],
    });
  });

  test('as is one whose fixes could not be told apart by a consent', async () => {
    const twins = task('t', () => [finding('two-ways', { fixes: [fix([run('t')]), fix([run('t')])] })]);
    const { summary, host } = await finish([twins]);
    expect(summary.tasks[0]?.findings[0]?.evidence).toContain('two-ways offers two fixes with the id t');
    expect(host.ran).toEqual([]);
  });

  test('as does a judgement that throws', async () => {
    const judge = () => {
      throw new Error('no facts');
    };
    const { summary } = await finish([task('t', () => [], { judge }), installs('other')]);
    expect(states(summary)).toEqual({ t: 'unhealthy', other: 'healthy' });
  });

  test('or never ends, is one too', async () => {
    const hangs = task('t', () => [], { look: () => new Promise(() => undefined), lookTimeoutMs: 30 });
    const { summary } = await finish([hangs]);
    expect(summary.tasks[0]?.findings[0]?.evidence).toContain('not finished after 0.03 s');
  });

  test('can be tried again', async () => {
    let looks = 0;
    const passing = task('t', () => [], {
      look: async () => {
        looks += 1;
        if (looks === 1) throw new Error('busy');
        return [];
      },
    });
    const { summary } = await finish([passing], {
      answer: ({ question }) => ({ kind: 'look-again', question }),
    });
    expect(summary.outcome).toBe('healthy');
  });
});

describe('stopping', () => {
  test('ends what is at work, starts nothing new, and says so', async () => {
    const host = new FakeHost();
    host.commands.a = (_argv, { signal }) =>
      new Promise((resolve) => signal?.addEventListener('abort', () => resolve({ exitCode: 143 })));
    const { summary } = await finish([installs('a'), installs('b', ['a'])], {
      host,
      onEvent: (event, started) => {
        if (event.type === 'action-started') setImmediate(() => started.stop('the connection was closed'));
      },
    });
    expect(host.ran).toEqual(['a']);
    expect(summary).toMatchObject({ outcome: 'stopped', reason: 'the connection was closed' });
    expect(states(summary)).toEqual({ a: 'unhealthy', b: 'waiting' });
  });

  test('waits for an action that must not be ended half-way', async () => {
    const host = new FakeHost();
    let finished = false;
    host.commands.apt = async (_argv, { signal }) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      finished = signal === undefined;
      return {};
    };
    const apt = task('t', () => [
      finding('missing', { fixes: [fix([{ ...run('apt'), uninterruptible: true }, run('next')])] }),
    ]);
    const { summary } = await finish([apt], {
      host,
      onEvent: (event, started) => {
        if (event.type === 'action-started') started.decide({ kind: 'stop' });
      },
    });
    expect(finished).toBe(true);
    expect(host.ran).toEqual(['apt']);
    expect(summary.outcome).toBe('stopped');
  });

  test('withdraws a question that is open', async () => {
    const asks = task('t', () => [finding('blocked', { severity: 'blocked' })]);
    const { events, summary } = await finish([asks], {
      answer: () => ({ kind: 'stop' }),
    });
    expect(only(events, 'question-withdrawn')).toHaveLength(1);
    expect(summary.outcome).toBe('stopped');
  });

  test('does not wait for a look that hangs', async () => {
    const hangs = task('t', () => [], { look: () => new Promise(() => undefined) });
    const { summary } = await finish([hangs], {
      onEvent: (event, started) => {
        if (event.type === 'task-state') started.stop();
      },
    });
    expect(summary.outcome).toBe('stopped');
  });
});

test('skipping one finding does not skip the others of its task', async () => {
  const two = task('t', ({ ran }) => [
    finding('blocked', { severity: 'blocked' }),
    ...(ran.includes('late') ? [] : [finding('asks', { fixes: [fix([run('late')], 'A pause.')] })]),
  ]);
  const { host, summary } = await finish([two], {
    answer: (question) => (question.finding.code === 'asks' ? first(question) : skip(question)),
  });
  expect(host.ran).toEqual(['late']);
  expect(states(summary)).toEqual({ t: 'skipped' });
});

test('a listener that throws harms neither the run nor the others', async () => {
  const { summary, events } = await finish([installs('a')], {
    onEvent: () => {
      throw new Error('broken pipe');
    },
  });
  expect(summary.outcome).toBe('healthy');
  expect(events.at(-1)?.type).toBe('run-ended');
});

describe('letting others go first', () => {
  const asks = task(
    'asks',
    ({ ran }) =>
      ran.includes('asks') ? [] : [finding('asks', { fixes: [fix([run('asks')], 'It interrupts.')] })],
    { needs: ['prepares'] },
  );
  const long = { ...installs('long'), after: ['asks'] };

  test('what takes long begins when the question is there, and does not wait for the answer', async () => {
    const order: string[] = [];
    const { summary } = await finish([long, asks, installs('prepares')], {
      answer: () => undefined,
      onEvent: (event, started) => {
        if (event.type === 'action-started') order.push(event.task);
        if (event.type === 'question') order.push('question');
        // The answer comes when the long one has been at it for a while.
        const asked = event.type === 'action-ended' && event.task === 'long';
        if (asked) started.decide({ ...chosenFix(fix([run('asks')], 'It interrupts.')), question: 'q1' });
      },
    });
    expect(order).toEqual(['prepares', 'question', 'long', 'asks']);
    expect(summary.outcome).toBe('healthy');
  });

  test('with nobody there it keeps nobody waiting', async () => {
    const order: string[] = [];
    const onEvent = (event: Event) => void (event.type === 'action-started' && order.push(event.task));
    await finish([long, asks, installs('prepares')], { onEvent });
    expect(order.toSorted()).toEqual(['long', 'prepares']);
  });

  test.each([
    ['has nothing to do', [task('asks', () => [])]],
    ['is not there', []],
  ])('one that %s keeps nobody waiting', async (_, others) => {
    const { host } = await finish([long, ...others], { answer: () => undefined });
    expect(host.ran).toEqual(['long']);
  });

  test('stopping does not wait for a turn', async () => {
    const never = task('asks', () => [], { look: () => new Promise(() => {}) });
    const { host, summary } = await finish([long, never], {
      answer: () => undefined,
      onEvent: (event, started) => event.type === 'run-started' && setTimeout(() => started.stop(), 50),
    });
    expect([host.ran, summary.outcome]).toEqual([[], 'stopped']);
  });
});
