import { expect, test } from 'vitest';
import { sharedHost } from '../../src/engine/hosts/shared-host.ts';
import { stopwatch } from '../../src/engine/hosts/stopwatch.ts';
import { FakeHost } from './fake-host.ts';

/** A machine whose clock is put right by a year, again and again. */
const jumping = (host: FakeHost) => {
  let now = Date.UTC(2026, 10, 22);
  const clock = () => {
    now -= 365 * 24 * 3_600_000;
    return now;
  };
  return new Proxy(host, {
    get(target, name) {
      if (name === 'kind') return 'local';
      if (name === 'now') return clock;
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
};

test('a clock that jumps does not change how long something took', async () => {
  const host = jumping(new FakeHost());
  const before = stopwatch(host);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(stopwatch(host) - before).toBeGreaterThan(10);
  expect(stopwatch(host) - before).toBeLessThan(5_000);
});

test('an answer is not reused for as long as a clock was put back', async () => {
  const fake = new FakeHost();
  let asked = 0;
  fake.exec = async () => {
    asked += 1;
    return { exitCode: 0, stdout: '', stderr: '', timedOut: false, durationMs: 1 };
  };
  const host = sharedHost(jumping(fake), () => 0);
  await host.exec(['ss', '-tln']);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await host.exec(['ss', '-tln']);
  expect(asked).toBe(2);
});
