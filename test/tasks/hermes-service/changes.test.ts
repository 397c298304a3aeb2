import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Layout } from '../../../src/answers/layout.ts';
import type { Host } from '../../../src/host/host.ts';
import { lookForChanges, lookForUnitChanges } from '../../../src/tasks/hermes-service/changes.ts';

it('files from which the unit reads variables are read only at a start, too', async () => {
  const host = {
    stat: async (path: string) => (path === '/etc/hermes.env' ? { modifiedMs: 7 } : undefined),
  } as unknown as Host;
  expect(await lookForUnitChanges(host, ['/etc/hermes.env', '/gone.env'])).toEqual([
    { what: '/etc/hermes.env', atMs: 7 },
  ]);
});

it('a file that cannot be looked at fails the look, and not the whole program', async () => {
  const escaped: unknown[] = [];
  const catchEscaped = (reason: unknown) => escaped.push(reason);
  process.on('unhandledRejection', catchEscaped);
  // A folder that leads elsewhere at this very moment: refused at once, while the list of packages takes its time.
  const host = {
    stat: async () => {
      throw new Error('it leads through a link of cleo');
    },
    list: async () => {
      await wait(20);
      return [];
    },
  } as unknown as Host;
  const hermes = { envFile: '/e', config: '/c', checkout: '/h', venv: '/v' };
  const look = lookForChanges(host, { hermes } as unknown as Layout);
  await expect(look).rejects.toThrow('it leads through a link');
  await wait(60);
  process.off('unhandledRejection', catchEscaped);
  expect(escaped).toEqual([]);
});
