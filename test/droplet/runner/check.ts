import { isDeepStrictEqual } from 'node:util';
import type { Droplet } from '../machine/droplet.ts';
import type { Check } from './scenario.ts';

/** The assertions of a scenario on this droplet; each throws an Error that reads as a sentence. */
export function createCheck(droplet: Droplet): Check {
  return {
    that(what, holds, seen) {
      if (!holds)
        throw new Error(`${what}: it does not hold${seen === undefined ? '' : `; seen: ${show(seen)}`}`);
    },
    equal(what, seen, expected) {
      if (!isDeepStrictEqual(seen, expected)) {
        throw new Error(`${what}: expected ${show(expected)}, seen ${show(seen)}`);
      }
    },
    matches(what, text, pattern) {
      if (!pattern.test(text)) throw new Error(`${what}: expected ${pattern}, seen:\n${text.trimEnd()}`);
    },
    doesNotMatch(what, text, pattern) {
      const found = pattern.exec(text);
      if (found !== null) throw new Error(`${what}: '${found[0]}' is there, and ${pattern} must not be`);
    },
    command: (argv, timeoutMs) => droplet.must(argv, timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

function show(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}
