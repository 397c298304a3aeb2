import { describe, expect, it } from 'vitest';
import { Asking } from '../../src/lines/asking.ts';

/** Questions whose answers the test gives; prompts are lines, too. */
function desk() {
  const said: string[] = [];
  const answers = new Map<string, () => void>();
  const asking = new Asking(
    (...lines) => said.push(...lines),
    () => said.push('ended'),
  );
  const ask = (id: string, urgent = false) =>
    asking.ask({
      id,
      urgent,
      about: [`about ${id}`],
      ask: (signal) =>
        new Promise((done, fail) => {
          said.push(`${id}>`);
          answers.set(id, done);
          signal.addEventListener('abort', () => fail(new Error('not asked any more')), { once: true });
        }),
    });
  const soon = () => new Promise((done) => setTimeout(done, 5));
  return { said, asking, ask, soon, answer: (id: string) => answers.get(id)?.() };
}

describe('what a run asks in lines', () => {
  it('stands right above its prompt, also when other lines came in between', async () => {
    const { said, asking, ask, soon, answer } = desk();
    ask('one');
    ask('two');
    await soon();
    asking.tell(['progress 1', 'progress 2']);
    answer('one');
    await soon();
    expect(said).toEqual(['about one', 'one>', 'progress 1', 'progress 2', '', 'about two', 'two>']);
    await asking.end();
  });

  it('is interrupted by what cannot wait, and asked again afterwards', async () => {
    const { said, asking, ask, soon, answer } = desk();
    ask('one');
    await soon();
    ask('firewall', true);
    await soon();
    expect(said).toEqual(['about one', 'one>', '', 'about firewall', 'firewall>']);
    answer('firewall');
    await soon();
    expect(said.slice(5)).toEqual(['', 'about one', 'one>']);
    asking.withdraw('one');
    asking.tell(['progress']);
    await soon();
    expect(said.at(-1)).toBe('progress');
    await asking.end();
  });

  it('is said again when it waits elsewhere and would scroll away', () => {
    const { said, asking } = desk();
    asking.waitFor('github', ['Code: WDJB-MJHT']);
    for (let n = 0; n < 45; n += 1) asking.tell([`progress ${n}`]);
    expect(said.filter((line) => line === 'Code: WDJB-MJHT')).toHaveLength(3);
    asking.withdraw('github');
    for (let n = 0; n < 45; n += 1) asking.tell([`progress ${n}`]);
    expect(said.filter((line) => line === 'Code: WDJB-MJHT')).toHaveLength(3);
  });
});
