import { describe, expect, test } from 'vitest';
import { finding, finish, fix, installs, only, run, states, task } from './tools.ts';

describe('check', () => {
  test('acts on nothing and lets what needs an unhealthy task wait', async () => {
    const { host, summary, events } = await finish(
      [installs('a'), installs('b', ['a']), task('c', () => []), task('d', () => [], { needs: ['c'] })],
      { mode: 'check' },
    );
    expect(host.ran).toEqual([]);
    expect(states(summary)).toEqual({ a: 'unhealthy', b: 'waiting', c: 'healthy', d: 'healthy' });
    expect(summary).toMatchObject({ outcome: 'findings', actions: 0 });
    expect(only(events, 'findings').map(({ task }) => task)).toEqual(['a']);
  });

  test('judges what is behind a fault that stands alone', async () => {
    const alone = task('a', () => [finding('not-at-boot', { alone: true })]);
    const { summary } = await finish([alone, task('b', () => [], { needs: ['a'] })], { mode: 'check' });
    expect(states(summary)).toEqual({ a: 'unhealthy', b: 'healthy' });
    expect(summary.outcome).toBe('findings');
  });

  const absent = task('a', () => [
    finding('absent', { refutedBy: 'x', fixes: [fix([run('make-a-second')])] }),
  ]);
  const chain = {
    ...task('chain', () => [], { needs: ['a'] }),
    witness: () => ({ stations: ['x'], evidence: 'It answers.' }),
  };

  test('asks the chain first: what it has seen at work is noted, and what is behind it is judged', async () => {
    const { summary, events } = await finish([absent, chain], { mode: 'check' });
    expect(states(summary)).toEqual({ a: 'healthy', chain: 'healthy' });
    const [noted] = only(events, 'findings').flatMap(({ findings }) => findings);
    expect(noted).toMatchObject({ severity: 'risk', fixes: [] });
    expect(noted?.evidence).toContain('It answers.');
  });

  test('nor does a fix make a second one beside what works, unless it is named', async () => {
    expect((await finish([absent, chain], { mode: 'install' })).host.ran).toEqual([]);
    const silent = { ...chain, witness: () => undefined };
    expect((await finish([absent, silent], { mode: 'install' })).host.ran).toEqual(['make-a-second']);
  });

  test('of a healthy machine is healthy, with its risks', async () => {
    const risky = task('a', () => [finding('small', { severity: 'risk' })]);
    const { summary } = await finish([risky, task('b', () => [], { needs: ['a'] })], { mode: 'check' });
    expect(summary.outcome).toBe('healthy');
    expect(states(summary)).toEqual({ a: 'healthy', b: 'healthy' });
  });

  test('does not wait for the look of a task whose need is not healthy', async () => {
    const hangs = task('b', () => [], { needs: ['a'], look: () => new Promise(() => undefined) });
    const { summary } = await finish([installs('a'), hangs], { mode: 'check' });
    expect(states(summary)).toEqual({ a: 'unhealthy', b: 'waiting' });
  });

  describe('what passes by itself, found while what it needs was still looked at', () => {
    /** Silent until the service that is waited for has started. */
    const behindAStart = (passes: boolean) => {
      let started = false;
      const service = task('a', () => [], {
        look: async () => {
          await new Promise((resolve) => setTimeout(resolve, 30));
          started = passes;
          return [];
        },
      });
      const silent = finding('silent', { watch: { everyMs: 1_000, forMs: 60_000 } });
      const way = task('b', () => [], {
        needs: ['a'],
        look: async () => (started ? [] : [silent]),
      });
      return finish([service, way], { mode: 'check' });
    };

    test('is looked at again before it is told', async () => {
      expect(states((await behindAStart(true)).summary)).toEqual({ a: 'healthy', b: 'healthy' });
    });

    test('is told when it is there still', async () => {
      expect(states((await behindAStart(false)).summary)).toEqual({ a: 'healthy', b: 'unhealthy' });
    });
  });

  test('does not wait for what goes away by itself', async () => {
    const slow = task('a', () => [finding('dns', { watch: { everyMs: 1_000, forMs: 60_000 } })]);
    expect((await finish([slow], { mode: 'check' })).summary).toMatchObject({ outcome: 'findings', ms: 0 });
  });
});

describe('plan', () => {
  test('judges every task as if its needs were healthy and counts what would be done', async () => {
    const asks = task('b', () => [finding('old', { fixes: [fix([run('x')], 'A pause.')] })], {
      needs: ['a'],
    });
    const { host, summary } = await finish([installs('a'), asks, task('c', () => [])], { mode: 'plan' });
    expect(host.ran).toEqual([]);
    expect(summary.planned).toMatchObject({
      actions: 1,
      tasks: [
        { id: 'a', actions: 1, asks: false, findings: [{ fixes: [{ actions: [{ command: 'a' }] }] }] },
        { id: 'b', actions: 0, asks: true },
        { id: 'c', actions: 0, asks: false, findings: [] },
      ],
    });
    expect(states(summary)).toEqual({ a: 'unhealthy', b: 'unhealthy', c: 'healthy' });
  });
});
