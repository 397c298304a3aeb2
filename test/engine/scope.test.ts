import { describe, expect, test } from 'vitest';
import { consentTo } from '../../src/engine/contracts/consent.ts';
import { outOfScope, type Scope } from '../../src/engine/contracts/scope.ts';
import type { Finding, Fix } from '../../src/engine/contracts/task.ts';
import { consentsIn } from '../../src/engine/converge/agreed.ts';
import { type Memory, nextStep } from '../../src/engine/converge/next-step.ts';
import { FakeHost } from './fake-host.ts';
import { finding, finish, first, fix, installs, NOBODY, only, run, states, task } from './tools.ts';

const NOTHING_UPSTREAM = { changed: false, unhealthy: false };

describe('what a run about some findings leaves alone', () => {
  const named: Scope = { codes: ['named'] };
  const all = ['named', 'old', 'new'];
  test.each([
    ['everything else, when nothing was changed yet', named, false, NOTHING_UPSTREAM, ['old', 'new']],
    ['what was there before, in a task that was worked on', named, true, NOTHING_UPSTREAM, ['old']],
    [
      'what was there before, behind a risk that was fixed',
      named,
      false,
      { changed: true, unhealthy: false },
      ['old'],
    ],
    [
      'nothing, in a task that waited for what was fixed',
      named,
      false,
      { changed: true, unhealthy: true },
      [],
    ],
    [
      'everything else, behind what is ailing and was left',
      named,
      false,
      { changed: false, unhealthy: true },
      ['old', 'new'],
    ],
    [
      'nothing, when everything safe is to be fixed',
      { codes: [], others: 'all-safe' } as Scope,
      false,
      NOTHING_UPSTREAM,
      [],
    ],
  ])('%s', (_, scope, changedHere, upstream, left) => {
    const known = { task: 't', before: ['named', 'old'], changedHere, upstream };
    expect([...outOfScope(all, scope, known)]).toEqual(left);
  });
});

describe('the next step of a run about some findings', () => {
  const fresh: Memory = {
    tried: new Map(),
    failures: new Map(),
    accepted: new Set(),
    watchedSince: new Map(),
  };
  const tried = (code: string): Memory => ({
    ...fresh,
    tried: new Map([[code, new Set(['safe', 'costly', 'login'])]]),
  });
  const safe = fix([run('safe')]);
  const costly = fix([run('costly')], 'Everybody is logged out.');
  const signIn = fix([
    { kind: 'converse', argv: ['login'], purpose: 'Sign in', dialogue: 'x', timeoutMs: 1 },
  ]);
  const named = (changes: Partial<Finding>) => finding('named', changes);
  const watch = { everyMs: 5, forMs: 50 };
  const step = (findings: Finding[], memory = fresh, unattended = true, left: string[] = []) => {
    const scope = { codes: ['named'] };
    // They were there like this before anything was changed.
    const agreed = { scope, task: 't', consents: consentsIn(scope, 't', findings) };
    const next = nextStep(findings, memory, {
      unattended,
      now: 0,
      only: { ...agreed, left: new Set(left) },
    });
    if (next.kind === 'apply')
      return next.fixes.map((one) => `${one.finding.code}: ${one.fix.actions[0]?.purpose}`);
    return next.kind === 'end' ? next.state : `${next.kind} ${next.finding.code}`;
  };

  test.each([
    ['naming it is the consent', [named({ fixes: [costly] })], ['named: Run costly']],
    ['a risk that was named is fixed', [named({ severity: 'risk', fixes: [costly] })], ['named: Run costly']],
    ['what follows is fixed when it is safe', [finding('new', { fixes: [safe] })], ['new: Run safe']],
    ['what follows and needs consent ends it', [finding('new', { fixes: [costly] })], 'unhealthy'],
    ['a sign-in needs a person', [named({ fixes: [signIn] })], 'unhealthy'],
    ['what comes up by itself is waited for', [finding('starting', { watch })], 'wait starting'],
    ['only a person can', [named({})], 'unhealthy'],
    ['nothing is left', [], 'healthy'],
    [
      'a risk beside it holds nothing back',
      [finding('new', { severity: 'risk', fixes: [costly] })],
      'healthy',
    ],
  ])('%s', (_, findings, expected) => {
    expect(step(findings)).toEqual(expected);
  });

  test('what is left alone is neither fixed nor waited for, and not healthy', () => {
    const left = [finding('old', { fixes: [safe] }), finding('dns', { watch })];
    expect(step(left, fresh, true, ['old', 'dns'])).toBe('unhealthy');
    expect(step([finding('old', { severity: 'risk', fixes: [safe] })], fresh, true, ['old'])).toBe('healthy');
  });

  test('a named risk that comes back is not called healthy', () => {
    expect(step([named({ severity: 'risk', fixes: [costly] })], tried('named'))).toBe('unhealthy');
  });

  test('with somebody there: signs in, and asks about nothing but what was named or tried', () => {
    expect(step([named({ fixes: [signIn] })], fresh, false)).toEqual(['named: Sign in']);
    expect(step([named({ fixes: [signIn] })], tried('named'), false)).toBe('ask named');
    expect(step([finding('new', { fixes: [costly] })], fresh, false)).toBe('unhealthy');
    expect(step([finding('new', { fixes: [safe] })], tried('new'), false)).toBe('ask new');
  });

  test('with somebody there: asks whether what it has put on trial works, and not about the trial of another', () => {
    const trial = { endsAt: 60_000, command: 'ssh root@192.0.2.1' };
    const onTrial = [finding('new', { fixes: [costly], trial })];
    expect(step(onTrial, tried('named'), false)).toBe('ask new');
    expect(step(onTrial, tried('named'), true)).toBe('unhealthy');
    expect(step(onTrial, fresh, false, ['new'])).toBe('unhealthy');
  });

  describe('goes by what was agreed to', () => {
    const other = fix([run('other')], 'The data is lost.');
    const dearer = { ...costly, consequence: 'Everybody is logged out, for an hour.' };
    const agree = (
      to: Fix,
      findings: Finding[],
      { memory = fresh, unattended = true, others = 'what-follows' as Scope['others'] & string } = {},
    ) => {
      const consents = [consentTo('t', 'named', to)];
      const scope = { codes: ['named'], consents, others };
      const only = { scope, task: 't', consents, left: new Set<string>() };
      const next = nextStep(findings, memory, { unattended, now: 0, only });
      return next.kind === 'apply' ? next.fixes.map((one) => one.fix.id) : next.kind;
    };

    test.each<[string, Fix, Fix[], string | string[]]>([
      ['the fix that was chosen, wherever it stands now', costly, [safe, costly], ['costly']],
      ['not the one that has come in its place', costly, [other], 'end'],
      ['not one that gives up nothing either: it is another one', costly, [safe], 'end'],
      ['not the same with another consequence', costly, [dearer], 'end'],
      ['not the same that gives up something by now', safe, [{ ...safe, consequence: 'A pause.' }], 'end'],
      ['not the same that gives up nothing any more', costly, [fix([run('costly')])], 'end'],
    ])('%s', (_, to, fixes, expected) => {
      expect(agree(to, [named({ fixes })])).toEqual(expected);
      // Where somebody is there, that is asked about.
      const attended = expected === 'end' ? 'ask' : expected;
      expect(agree(to, [named({ fixes })], { unattended: false })).toEqual(attended);
    });

    test('everything that is safe is one consent to whatever is safe, and to nothing else', () => {
      const others = 'all-safe';
      expect(agree(safe, [named({ fixes: [fix([run('another')])] })], { others })).toEqual(['another']);
      expect(agree(safe, [named({ fixes: [other] })], { others })).toBe('end');
    });

    test('once it was done, what is there with another safe fix gets its turn, and a costly one does not', () => {
      const memory = { ...fresh, tried: new Map([['named', new Set(['costly'])]]) };
      expect(agree(costly, [named({ fixes: [safe] })], { memory })).toEqual(['safe']);
      expect(agree(costly, [named({ fixes: [costly, safe] })], { memory })).toEqual(['safe']);
      expect(agree(costly, [named({ fixes: [other, safe] })], { memory })).toBe('end');
    });

    test('a consent to a finding of one task says nothing of the same code in another', () => {
      const consents = [consentTo('elsewhere', 'named', costly)];
      const only = {
        scope: { codes: ['named'], consents },
        task: 't',
        consents: [],
        left: new Set<string>(),
      };
      const next = nextStep([named({ fixes: [costly] })], fresh, { unattended: false, now: 0, only });
      expect(next).toEqual({ kind: 'end', state: 'unhealthy' });
    });
  });
});

describe('a run about some findings', () => {
  /** A part with two faults, each fixed by a command of its name. */
  const pair = (id: string, needs: string[] = []) =>
    task(
      id,
      ({ ran }) =>
        [`${id}-one`, `${id}-two`]
          .filter((name) => !ran.includes(name))
          .map((code) => finding(code, { fixes: [fix([run(code)], 'A pause.')] })),
      { needs },
    );
  const host = () => {
    const made = new FakeHost();
    for (const name of ['a-one', 'a-two', 'b-one']) made.commands[name] = () => ({});
    return made;
  };

  test('fixes what is named, and leaves its neighbour and every other part as it is', async () => {
    const {
      host: done,
      events,
      summary,
    } = await finish([pair('a'), installs('other'), installs('after', ['a'])], {
      host: host(),
      only: { codes: ['a-one'] },
    });
    expect(done.ran).toEqual(['a-one']);
    expect(only(events, 'question')).toEqual([]);
    expect(only(events, 'run-started')).toMatchObject([{ only: ['a-one'] }]);
    expect(states(summary)).toEqual({ a: 'unhealthy', other: 'unhealthy', after: 'waiting' });
    expect(summary.outcome).toBe('findings');
  });

  test('an installation with nobody there goes as far as it was agreed to beforehand, and is one about everything', async () => {
    const parts = [pair('a'), installs('other'), installs('after', ['a'])];
    const begin = (answers: object) => finish(parts, { host: host(), answers: { ...NOBODY, ...answers } });
    const without = await begin({});
    expect(without.host.ran).toEqual(['other']);
    const some = await begin({ agree: 'a-one' });
    expect(some.host.ran.sort()).toEqual(['a-one', 'other']);
    expect(some.summary.outcome).toBe('findings');
    const all = await begin({ agree: 'a-one, a-two' });
    expect(all.host.ran.sort()).toEqual(['a-one', 'a-two', 'after', 'other']);
    expect(all.summary.outcome).toBe('healthy');
    expect(only(all.events, 'run-started')[0]?.only).toBeUndefined();
    expect(only(all.events, 'agreed').map(({ consent }) => consent.consequence)).toEqual([
      'A pause.',
      'A pause.',
    ]);
  });

  test('goes on to what waited for it', async () => {
    const { host: done, summary } = await finish([pair('a'), installs('after', ['a'])], {
      host: host(),
      only: { codes: ['a-one', 'a-two'] },
    });
    expect(done.ran).toEqual(['a-one', 'a-two', 'after']);
    expect(summary.outcome).toBe('healthy');
  });

  test('that fixes a risk leaves the faults of what builds on it, and fixes what its change made necessary', async () => {
    const risk = task('a', ({ ran }) =>
      ran.includes('a-one') ? [] : [finding('a-one', { severity: 'risk', fixes: [fix([run('a-one')])] })],
    );
    const restart = task(
      'b',
      ({ ran }) => [
        finding('b-old', { severity: 'risk', fixes: [fix([run('never')])] }),
        ...(ran.includes('a-one') && !ran.includes('b-one')
          ? [finding('b-restart', { fixes: [fix([run('b-one')])] })]
          : []),
      ],
      { needs: ['a'] },
    );
    const { host: done, summary } = await finish([risk, restart], {
      host: host(),
      only: { codes: ['a-one'] },
    });
    expect(done.ran).toEqual(['a-one', 'b-one']);
    expect(summary.outcome).toBe('healthy');
  });

  test('waits in the end for a part that the fix has touched, whatever needs whatever', async () => {
    // It restarts when "a-one" is fixed, and comes up again by itself; nothing says that it needs "a".
    let looks = 0;
    const touched = task('service', ({ ran }) => {
      if (!ran.includes('a-one')) return [];
      looks += 1;
      return looks < 3 ? [finding('starting', { watch: { everyMs: 10, forMs: 1_000 } })] : [];
    });
    const behind = task('page', () => (looks === 1 ? [finding('page-silent')] : []), { needs: ['service'] });
    const fixed = task('a', ({ ran }) =>
      ran.includes('a-one') ? [] : [finding('a-one', { fixes: [fix([run('a-one')])] })],
    );
    const { summary, events } = await finish([touched, behind, fixed], {
      host: host(),
      only: { codes: ['a-one'] },
    });
    expect(states(summary)).toEqual({ service: 'healthy', page: 'healthy', a: 'healthy' });
    expect(looks).toBe(3);
    expect(only(events, 'task-state').map(({ task: id, state }) => `${id} ${state}`)).toContain(
      'service watching',
    );
  });

  test('looks again only at what was looked at before its last action', async () => {
    const looks: string[] = [];
    const counted = (id: string, needs: string[]) =>
      task(
        id,
        () => {
          looks.push(id);
          return [];
        },
        { needs },
      );
    const tasks = [installs('a'), counted('behind', ['a']), counted('beside', [])];
    const { summary } = await finish(tasks, { only: { codes: ['a-missing'] } });
    expect(summary.outcome).toBe('healthy');
    // Each at the start; then the one behind it when its turn came, and the one beside it in the end.
    expect(looks.toSorted()).toEqual(['behind', 'behind', 'beside', 'beside']);
  });

  test('goes round once only when there was nothing to fix', async () => {
    let looks = 0;
    const healthy = task('a', () => {
      looks += 1;
      return [];
    });
    await finish([healthy], { only: { codes: ['a-one'] } });
    expect(looks).toBe(1);
  });

  test('leaves the answers and the progress of the installation as they are', async () => {
    const { host: installed } = await finish([installs('a')]);
    const kept = () =>
      Promise.all(
        ['answers', 'progress'].map((name) => installed.readFile(`/var/lib/otto-install/${name}.json`)),
      );
    const before = await kept();
    expect(before[1]).toContain('"healthy"');
    await finish([installs('a'), installs('b')], { host: installed, only: { codes: ['b-missing'] } });
    expect(installed.ran).toEqual(['a', 'b']);
    expect(await kept()).toEqual(before);
  });

  test('about everything safe asks about nothing, also when somebody is there', async () => {
    const {
      host: done,
      events,
      summary,
    } = await finish([installs('a'), pair('b')], {
      host: host(),
      only: { codes: [], others: 'all-safe' },
      answer: () => undefined,
    });
    expect(done.ran).toEqual(['a']);
    expect(only(events, 'question')).toEqual([]);
    expect(states(summary)).toEqual({ a: 'healthy', b: 'unhealthy' });
  });

  /** A part with one fault; what it offers is said by the machine: { fix: …, consequence: … }. */
  const changing = (offers: (host: FakeHost) => readonly Fix[]) =>
    task('t', (there) => (there.ran.includes('done') ? [] : [finding('named', { fixes: offers(there) })]));
  const machine = () => {
    const made = new FakeHost();
    for (const name of ['first', 'second', 'cause', 'done']) made.commands[name] = () => ({});
    return made;
  };
  const consent = (to: Fix) => ({ codes: ['named'], consents: [consentTo('t', 'named', to)] });
  const gentle = fix([run('first'), run('done')], 'A pause.');
  const harsh = fix([run('second'), run('done')], 'All chats are lost.');

  test('two fixes of which the agreed one is gone by now: nobody there, nothing is done, and it is said', async () => {
    const there = machine();
    const {
      host: done,
      events,
      summary,
    } = await finish([changing(() => [harsh])], {
      host: there,
      only: consent(gentle),
    });
    expect(done.ran).toEqual([]);
    expect(summary.outcome).toBe('findings');
    expect(only(events, 'not-agreed')).toMatchObject([
      {
        task: 't',
        finding: { code: 'named', fixes: [{ id: harsh.id, consequence: 'All chats are lost.' }] },
        agreed: [{ fix: gentle.id, consequence: 'A pause.' }],
      },
    ]);
  });

  test('somebody there is asked again, and told what was agreed to', async () => {
    const {
      host: done,
      events,
      summary,
    } = await finish([changing(() => [harsh])], {
      host: machine(),
      only: consent(gentle),
      answer: first,
    });
    expect(only(events, 'question')).toMatchObject([
      { agreed: [{ fix: gentle.id, consequence: 'A pause.' }] },
    ]);
    expect(only(events, 'decided')).toMatchObject([
      { consent: { task: 't', code: 'named', fix: harsh.id, consequence: 'All chats are lost.' } },
    ]);
    expect(done.ran).toEqual(['second', 'done']);
    expect(summary.outcome).toBe('healthy');
  });

  test('naming a code is the consent to what is found before anything is changed, and that is said', async () => {
    const cause = task('cause', ({ ran }) =>
      ran.includes('cause') ? [] : [finding('cause-missing', { fixes: [fix([run('cause')])] })],
    );
    // Once its cause is fixed it costs something else.
    const behind = { ...changing(({ ran }) => [ran.includes('cause') ? harsh : gentle]), needs: ['cause'] };
    const {
      host: done,
      events,
      summary,
    } = await finish([cause, behind], {
      host: machine(),
      only: { codes: ['cause-missing', 'named'] },
    });
    expect(done.ran).toEqual(['cause']);
    expect(only(events, 'agreed')).toMatchObject([
      { consent: { code: 'cause-missing', fix: 'cause' } },
      { consent: { code: 'named', fix: gentle.id, consequence: 'A pause.' } },
    ]);
    expect(only(events, 'not-agreed')).toHaveLength(1);
    expect(summary.outcome).toBe('findings');
  });

  test('a named code that only comes to light later is fixed where that costs nothing, and left where it does', async () => {
    const late = (offered: Fix) => ({
      ...task('t', ({ ran }) =>
        ran.includes('cause') && !ran.includes('done') ? [finding('named', { fixes: [offered] })] : [],
      ),
      needs: ['cause'],
    });
    const cause = installs('cause');
    const only = { codes: ['cause-missing', 'named'] };
    const costs = await finish([cause, late(gentle)], { host: machine(), only });
    expect(costs.host.ran).toEqual(['cause']);
    expect(costs.summary.outcome).toBe('findings');
    const safe = await finish([cause, late(fix([run('done')]))], { host: machine(), only });
    expect(safe.host.ran).toEqual(['cause', 'done']);
  });
});
