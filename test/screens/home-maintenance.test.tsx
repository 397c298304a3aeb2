import { describe, expect, it } from 'vitest';
import type { FlowState } from '../../src/operation-flow/flow-state.ts';
import { NOT_STARTED, reduce } from '../../src/run/view-model.ts';
import { maintenanceEntries } from '../../src/wizard/maintenance.ts';
import { ended, started, task } from '../events.ts';
import type { Found } from '../looks.ts';
import { COLOUR, painting } from '../operation-flow/operations.ts';
import { ScriptedFlow } from '../scripted-flow.ts';
import { DOWN, ENTER, ESCAPE, UP, widest } from './glass.tsx';

import { NGINX_DOWN, TWO, wizard } from './home-app.tsx';

const painted = painting({ entry: 'Paint …' });
const repainted = painting({ id: 'update-paint', command: 'update paint', title: 'Update the paint' });
const rewashed = painting({ id: 'update-wash', command: 'update wash', title: 'Update the wash' });
const removed = painting({ id: 'uninstall', command: 'uninstall', title: 'Uninstall Otto' });
const MAINTENANCE = maintenanceEntries([painted, repainted, rewashed, removed], []);

async function operating(found: Found, columns = 80, rows = 24) {
  const flow = new ScriptedFlow();
  const begun: string[] = [];
  const app = await wizard(found, columns, rows, {
    maintenance: MAINTENANCE,
    operate: (_, operation) => {
      begun.push(operation.id);
      flow.go({ name: 'looking' });
      return flow;
    },
  });
  return { ...app, flow, begun };
}

describe('what can be asked for on the home', () => {
  it('stands below the findings in two columns, what removes everything last', async () => {
    const app = await operating(NGINX_DOWN);
    const screen = app.screen();
    expect(screen).toContain('What would you like to do?');
    expect(screen).toMatch(/nginx is inactive[\s\S]*Fix everything that is safe \(1\) {2}a +Support bundle/);
    expect(screen).toMatch(/Logs {2}g +Uninstall Otto\n/);
    await app.send(DOWN);
    expect(app.screen()).toContain('▸ Fix everything');
    await app.send('\x1b[C');
    expect(app.screen()).toContain('▸ Support bundle');
    await app.send(DOWN + DOWN + DOWN + DOWN);
    expect(app.screen()).toContain('▸ Uninstall Otto');
    await app.send('\x1b[D');
    expect(app.screen()).toContain('▸ Logs');
    await app.send(UP);
    expect(app.screen()).toContain('▸ Status');
  });

  it.each([
    [80, 24],
    [40, 15],
  ])('m shows all of it with explanations, at %i x %i', async (columns, rows) => {
    const app = await operating(TWO, columns, rows);
    await app.send('m');
    const screen = await app.waitFor('▸ Paint …');
    expect(screen).toContain('Paint something.');
    expect(widest(screen)).toBeLessThan(columns);
    expect(app.scrolledAway()).toBe(0);
    await app.send(`2${ENTER}`);
    expect(await app.waitFor('Which one?')).toContain('▸ Update the paint');
    await app.send(`2${ENTER}`);
    await app.waitFor('Looking.');
    expect(app.begun).toEqual(['update-wash']);
    await app.send(ESCAPE);
    expect(await app.waitFor('Which one?')).toContain('▸ Update the wash');
    await app.send(ESCAPE);
    await app.waitFor('▸ Update …');
    await app.send(ESCAPE);
    await app.waitFor('q quit');
  });

  it('begins one, and after its end looks again and says how it ended', async () => {
    const app = await operating({});
    await app.send(ENTER);
    await app.waitFor('Looking.');
    expect(app.begun).toEqual(['paint']);
    const part = { ...task('paint'), title: 'Paint it' };
    const run = [
      started([part]),
      { type: 'task-state', at: 1, task: 'paint', state: 'healthy' } as const,
      ended('healthy', 4_000),
    ].reduce(reduce, NOT_STARTED);
    app.flow.go({ name: 'ended', ending: { kind: 'done' }, run, summary: [], ottoIsGone: false });
    await app.waitFor('Paint it: done');
    await app.send(ENTER);
    await app.waitFor('looking …');
    app.finds({});
    expect(await app.waitFor('looked at')).toContain('● Paint it: done and verified. It took 4.0 s.');
    expect(app.looks).toHaveLength(2);
    await app.send('r');
    app.finds({});
    await app.waitFor('looked at');
    expect(app.screen()).not.toContain('done and verified');
    await app.send('\x03');
    expect(await app.waitFor('Leave?')).toContain('What was done stays done');
  });

  it('goes to the first look when there is no Otto any more', async () => {
    let here = true;
    const flow = new ScriptedFlow();
    const app = await wizard({}, 80, 24, {
      maintenance: MAINTENANCE,
      operate: () => flow,
      lookAtMachine: async () => ({
        installed: false,
        answered: false,
        lines: [],
        ...(here ? { home: true as const } : {}),
      }),
    });
    await app.send(ENTER);
    await app.waitFor('Looking.');
    here = false;
    flow.go({ name: 'ended', ending: { kind: 'done' }, run: NOT_STARTED, summary: [], ottoIsGone: true });
    await app.waitFor('Paint it: done');
    await app.send(ENTER);
    await app.waitFor('Enter begin');
    await app.send('\x03');
    expect(await app.waitFor('Leave?')).toContain('What was done stays done');
    await app.send('\x03');
    expect(await app.left).toMatchObject({ operation: { operation: { id: 'paint' } } });
  });

  it('Ctrl-C at a question asks whether to leave, and at work whether to stop', async () => {
    const app = await operating({});
    await app.send(ENTER);
    app.flow.go({ name: 'asking', ask: COLOUR, number: 1, before: undefined });
    await app.waitFor('Which colour?');
    await app.send('\x03');
    await app.waitFor('Leave?');
    await app.send(ESCAPE);
    await app.waitFor('Which colour?');
    app.flow.go({ name: 'working', actions: [], irreversible: [], run: NOT_STARTED });
    await app.waitFor('Ctrl-C stop');
    await app.send('\x03');
    await app.waitFor('Stop and roll back?');
    await app.send('\x03');
    expect(app.flow.calls).toEqual(['Stopped with Ctrl-C.']);
  });

  it.each([
    ['at work', { name: 'working', actions: [], irreversible: [], run: NOT_STARTED }, '\x03\x03\x03\x03'],
    [
      'at its end',
      { name: 'ended', ending: { kind: 'done' }, run: NOT_STARTED, summary: [], ottoIsGone: true },
      '\x03',
    ],
  ] satisfies [string, FlowState, string][])(
    'left %s it tells of the operation and not what the home showed before it',
    async (_, state, keys) => {
      const app = await operating({});
      await app.send(ENTER);
      app.flow.go(state);
      await app.waitFor('Paint it');
      for (const key of keys) await app.send(key);
      expect(await app.left).toMatchObject({ operation: { operation: { id: 'paint' }, state } });
    },
  );
});
