/** The time of the droplet in memory. */
export interface Clock {
  /** ms since 1970. */
  now(): number;
  /** Lets time pass: what takes a second on a real droplet takes a second of this one. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * The time that a person takes for something, as at GitHub's page. It does not shrink with the machine's speed: who
   * watches wants to read meanwhile. With infinite speed nobody watches, and it takes no time.
   */
  waitForPerson(ms: number, signal?: AbortSignal): Promise<void>;
  /** The time that a person is given to do something, in the seconds of the person. Does not keep the process alive. */
  limitForPerson(ms: number): Promise<void>;
}

/** A clock that runs `speed` times as fast as ours; Infinity for tests, in which nobody waits for anything. */
export function startClock(speed: number, startMs: number): Clock {
  const limitForPerson = (ms: number) =>
    new Promise<void>((done) => {
      setTimeout(done, ms).unref();
    });
  if (!Number.isFinite(speed)) {
    const time = virtualTime(startMs);
    return { ...time, waitForPerson: (_, signal) => time.wait(0, signal), limitForPerson };
  }
  const started = Date.now();
  return {
    now: () => Math.round(startMs + (Date.now() - started) * speed),
    wait: (ms, signal) => pause(ms / speed, signal),
    waitForPerson: pause,
    limitForPerson,
  };
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal?.aborted) return done();
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      done();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}

/**
 * Time that only passes when everybody waits: sleepers wake in the order of their times, so that what happens at the
 * same time on a real droplet happens in the same order here, at once.
 */
function virtualTime(startMs: number): Pick<Clock, 'now' | 'wait'> {
  let now = startMs;
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  let isDue = false;
  const wakeNext = () => {
    isDue = false;
    sleepers.sort((a, b) => a.at - b.at);
    const next = sleepers.shift();
    if (next === undefined) return;
    now = Math.max(now, next.at);
    next.wake();
    arrange();
  };
  const arrange = () => {
    if (isDue || sleepers.length === 0) return;
    isDue = true;
    // After everything that needs no time has run.
    setImmediate(wakeNext);
  };
  return {
    now: () => now,
    wait: (ms, signal) =>
      new Promise((done) => {
        if (signal?.aborted) return done();
        const wake = () => {
          signal?.removeEventListener('abort', leave);
          done();
        };
        const sleeper = { at: now + ms, wake };
        const leave = () => {
          const at = sleepers.indexOf(sleeper);
          if (at >= 0) sleepers.splice(at, 1);
          done();
        };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', leave, { once: true });
        arrange();
      }),
  };
}
