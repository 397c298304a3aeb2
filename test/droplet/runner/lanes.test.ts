import { expect, test } from 'vitest';
import type { Droplet } from '../machine/droplet.ts';
import { inLanes } from './lanes.ts';
import type { FaultsWanted } from './scenario.ts';

/** What is tried on which droplet, when so many lanes take from the queue and some of what they try fails. */
async function tried(queue: string[], lanes: number, failing: readonly string[] = []) {
  const there = new Set<string>();
  const done: string[] = [];
  let made = 0;
  const scenario = {
    faults: { seed: '', combinations: 0, lanes } satisfies FaultsWanted,
    another: async () => {
      made += 1;
      const droplet = { name: `droplet ${made}` } as Droplet;
      there.add(droplet.name);
      return droplet;
    },
    dismiss: async ({ name }: Droplet) => void there.delete(name),
  };
  await inLanes(scenario, queue, {
    kept: 'disk',
    start: async (droplet) => ({ droplet }),
    attempt: async ({ droplet }, wanted) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      done.push(`${wanted} on ${droplet.name}`);
      return !failing.includes(wanted);
    },
  });
  return { done, left: [...there] };
}

test('one droplet for all that passes', async () => {
  expect(await tried(['a', 'b', 'c'], 1)).toEqual({
    done: ['a on droplet 1', 'b on droplet 1', 'c on droplet 1'],
    left: [],
  });
});

test('another droplet after one that failed', async () => {
  expect(await tried(['a', 'b', 'c'], 1, ['b'])).toEqual({
    done: ['a on droplet 1', 'b on droplet 1', 'c on droplet 2'],
    left: [],
  });
});

test('a droplet for each lane, and none for a lane without work', async () => {
  expect(await tried(['a', 'b'], 3)).toEqual({ done: ['a on droplet 1', 'b on droplet 2'], left: [] });
});
