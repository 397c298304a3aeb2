import { describe, expect, test } from 'vitest';
import { inThisProcess, type StartWork } from '../../../src/detached/work.ts';
import { startFlow } from '../../../src/operation-flow/flow.ts';
import type { FlowState } from '../../../src/operation-flow/flow-state.ts';
import { operations } from '../../../src/operations/index.ts';
import { startOperation, startOtto } from '../../../src/otto/start.ts';
import type { Rehearsal } from '../../../src/rehearsal/index.ts';
import { answersWith } from '../../tasks/answers.ts';
import { answering } from './answering.ts';
import { contentOf, type Death, deathsAt, type Mortal, mortal, watchChanges } from './mortal.ts';
import { codes, installedDroplet } from './runs.ts';

/**
 * An operation that is killed at any of its changes, and what it had started goes on: the next start brings it to its end, Otto
 * is healthy, and only what the whole operation changes may be another than before.
 */

type Operation = (typeof operations)[number];

const answers = answersWith();

/** `onDone`: told of the run of the operation itself, which is killed as `death` says. */
async function through(
  operation: Operation,
  { host }: Rehearsal,
  { death, onDone }: { readonly death?: Death; readonly onDone?: (call: number) => void } = {},
): Promise<{ readonly end: FlowState | 'killed'; readonly work: Mortal | undefined }> {
  let work: Mortal | undefined;
  const killed = Promise.withResolvers<'killed'>();
  const start: StartWork = (asked) => {
    const own = asked.kind === 'operate' && asked.operation?.operation === operation;
    const one = own ? mortal(host, death, onDone) : mortal(host);
    if (own) work = one;
    void one.died.then(() => killed.resolve('killed'));
    return inThisProcess({ host: one.host, version: '1.0.0' })(asked);
  };
  const flow = startFlow({ operation, host, answers, version: '1.0.0', start });
  return { end: await Promise.race([answering(flow), killed.promise]), work };
}

/** A droplet with an Otto, and for a restore with something to restore. */
async function readyFor(operation: Operation): Promise<Rehearsal> {
  const droplet = await installedDroplet();
  const backup = operations.find(({ command }) => command === 'backup');
  if (operation.command === 'restore' && backup !== undefined) await through(backup, droplet);
  return droplet;
}

/** Of runs, of time, of what processes write by themselves, and what was fetched: it is kept for the next try. */
const ITS_OWN =
  /\.otto-install-fetched$|^\/(?:proc|run|var\/log|var\/lib\/otto-install)(?:\/|$)|\/gateway[.-]|^\/var\/cache|\.log$/;

const changed = (before: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>) =>
  [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
    (name) => before[name] !== now[name] && !ITS_OWN.test(name),
  );

describe.each(operations.map((operation) => [operation.command, operation] as const))(
  '%s',
  (_, operation) => {
    test.runIf(operation.notRehearsed !== true)(
      'killed before or after any change, and started again',
      async () => {
        const whole = await readyFor(operation);
        const before = contentOf(whole.machine);
        const { onDone, changing } = watchChanges(whole.machine);
        const { end, work: undisturbed } = await through(operation, whole, { onDone });
        expect(end).toMatchObject({ name: 'ended', ending: { kind: 'done' } });
        const meant = new Set(changed(before, contentOf(whole.machine)));

        for (const death of deathsAt(changing, operation.command, 3, undisturbed?.calls ?? [])) {
          const one = await readyFor(operation);
          const was = contentOf(one.machine);
          const { end: how, work } = await through(operation, one, { death });
          const at = `${death.when} ${work?.calls[death.call - 1]}`;
          const recovered = await startOperation(one.host, answers, '1.0.0').result;
          const again =
            operation.command === 'uninstall'
              ? undefined
              : await startOtto('install', one.host, answers, '1.0.0').result;
          expect({
            at,
            how,
            recovered: recovered.outcome,
            again: again === undefined || again.outcome === 'healthy' ? 'healthy' : codes(again),
            changed: changed(was, contentOf(one.machine)).filter((name) => !meant.has(name)),
          }).toEqual({ at, how: 'killed', recovered: 'healthy', again: 'healthy', changed: [] });
        }
      },
      1_800_000,
    );
  },
);
