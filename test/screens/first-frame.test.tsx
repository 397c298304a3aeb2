import type { ReactNode } from 'react';
import { expect, it } from 'vitest';
import type { Event } from '../../src/engine/contracts/event.ts';
import { NOT_STARTED, reduce } from '../../src/run/view-model.ts';
import { FixScreen } from '../../src/screens/home/fix.tsx';
import { OperationWork } from '../../src/screens/operation/work.tsx';
import { RunScreen } from '../../src/screens/run/run.tsx';
import { started, task } from '../events.ts';
import { session, showScreen } from './glass.tsx';

/** A run before its first event has no beginning, and so no duration: 'Installing 498895 h 27 min' counted from 1970. */

const NOW = Date.UTC(2026, 10, 30);
const steps = { actions: [], irreversible: [] };
const frames = (run: typeof NOT_STARTED): Readonly<Record<string, ReactNode>> => ({
  installing: <RunScreen run={run} />,
  fixing: <FixScreen title="Fixing" run={run} />,
  operating: <OperationWork title="Update" why="Because." steps={steps} run={run} />,
});
const before: Event = { ...started([task('packages')]), at: NOW - 5_000 } as Event;

it.each(Object.keys(frames(NOT_STARTED)))(
  '%s: no time before its first event, and a true one after',
  async (name) => {
    const shown = await showScreen(frames(NOT_STARTED)[name], { session: { ...session, now: () => NOW } });
    expect(shown.screen()).not.toMatch(/\d (h|min|s)\b/);
    await shown.show(frames(reduce(NOT_STARTED, before))[name]);
    expect(shown.screen()).toContain('5.0 s');
  },
);
