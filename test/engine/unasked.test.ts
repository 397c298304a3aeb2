import { describe, expect, test } from 'vitest';
import type { Action } from '../../src/engine/contracts/action.ts';
import { command, writeFile } from '../../src/engine/contracts/command.ts';
import {
  DOES,
  deletes,
  foundAs,
  labelled,
  leadsElsewhere,
  madeByUs,
  notOurs,
  opens,
  replaces,
  stops,
} from '../../src/engine/contracts/effect.ts';
import { things } from '../../src/engine/contracts/thing.ts';
import { FakeHost } from './fake-host.ts';
import { finding, finish, first, only, task } from './tools.ts';

/** A task whose only finding is fixed by this action, without a consequence of its own, whatever the action does. */
const careless = (action: Action) =>
  task('careless', (host) =>
    host.ran.includes('act') || host.files.get('/etc/theirs')?.content === 'ours\n'
      ? []
      : [finding('careless', { fixes: [{ id: 'do-it', title: 'Do it', actions: [action] }] })],
  );
const acts = (effects: Action['effects']) => command(['act'], 'Act', { effects });
const withAct = () => {
  const host = new FakeHost();
  host.commands.act = () => ({});
  return host;
};

describe('what is not ours is left alone unasked, whatever the finding says', () => {
  test.each([
    ['opens', opens('port 80 to everyone', notOurs), 'Opens port 80 to everyone.'],
    ['stops', stops('the container web', notOurs), /^Stops the container web, which is not known/],
    ['deletes', deletes('the folder /srv/web', notOurs), /^Deletes the folder/],
    ['replaces', replaces('the file /etc/x', notOurs), /^Replaces the file/],
    ['leads-elsewhere', leadsElsewhere('visitors of web.example', notOurs), /^Leads visitors/],
  ] as const)('%s', async (does, effects, consequence) => {
    expect(DOES).toContain(does);
    const { host, summary } = await finish([careless(acts(effects))], { host: withAct() });
    expect(host.ran).not.toContain('act');
    expect(summary.outcome).toBe('findings');
    expect(summary.tasks[0]?.findings[0]?.fixes[0]?.consequence).toMatch(consequence);
  });

  test('also in a run about everything that is safe', async () => {
    const only = { codes: [], others: 'all-safe' } as const;
    const { host } = await finish([careless(acts(stops('web', notOurs)))], { host: withAct(), only });
    expect(host.ran).not.toContain('act');
  });

  test('with consent it is done, and the consent names what it does', async () => {
    const run = await finish([careless(acts(stops('the container web', notOurs)))], {
      host: withAct(),
      answer: first,
    });
    expect(run.host.ran).toContain('act');
    expect(only(run.events, 'decided')[0]?.consent?.consequence).toMatch(/Stops the container web/);
  });

  test('what is found as a part of the Otto, or carries our label, is worked on unasked', async () => {
    for (const whose of [foundAs('Hermes'), labelled]) {
      const { host } = await finish([careless(acts(stops('Hermes', whose)))], { host: withAct() });
      expect(host.ran).toContain('act');
    }
  });

  test('what a run of ours is noted to have made is ours; what it only says to have made is not', async () => {
    const deletion = () => careless(acts(deletes('the folder /srv/x', madeByUs('folder', '/srv/x'))));
    const host = withAct();
    expect((await finish([deletion()], { host })).host.ran).not.toContain('act');
    const make = task('make', ({ ran }) =>
      ran.includes('mkdir')
        ? []
        : [
            finding('absent', {
              fixes: [
                {
                  id: 'make',
                  title: 'Make it',
                  actions: [command(['mkdir'], 'Make it', { makes: things('folder', '/srv/x') })],
                },
              ],
            }),
          ],
    );
    host.commands.mkdir = () => ({});
    await finish([make], { host });
    expect((await finish([deletion()], { host })).host.ran).toContain('act');
  });
});

describe('a file says by itself whose it is', () => {
  const write = (effects?: Action['effects']) =>
    writeFile('/etc/theirs', 'ours\n', 0o644, 'Write it', { effects });

  test('somebody’s file is not replaced unasked', async () => {
    const host = new FakeHost();
    host.files.set('/etc/theirs', { content: 'theirs\n', mode: 0o644, owner: 'root:root' });
    const { summary } = await finish([careless(write())], { host });
    expect(host.files.get('/etc/theirs')?.content).toBe('theirs\n');
    expect(summary.tasks[0]?.findings[0]?.fixes[0]?.consequence).toBe(
      'Replaces /etc/theirs, which otto-install did not write.',
    );
  });

  test('one that is not there, one of ours, and one that is found as a part of the Otto are written', async () => {
    const host = new FakeHost();
    await finish([careless(write())], { host });
    expect(host.files.get('/etc/theirs')?.content).toBe('ours\n');
    const found = new FakeHost();
    found.files.set('/etc/theirs', { content: 'theirs\n', mode: 0o644, owner: 'root:root' });
    await finish([careless(write(replaces('/etc/theirs', foundAs('Hermes’s settings'))))], { host: found });
    expect(found.files.get('/etc/theirs')?.content).toBe('ours\n');
  });
});
