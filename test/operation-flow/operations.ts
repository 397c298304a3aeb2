import type { Action } from '../../src/engine/contracts/action.ts';
import type { Finding } from '../../src/engine/contracts/task.ts';
import type { AnyOttoOperation, Ask } from '../../src/operations/otto-operation.ts';
import { declareFindings, type FoundOf, found } from '../../src/tasks/finding.ts';

/** Operations made up for tests: they change files of a droplet in memory. */

export const action = (argv: readonly [string, ...string[]], purpose = argv.join(' ')): Action => ({
  kind: 'run',
  argv,
  purpose,
  timeoutMs: 1_000,
});

/** Fails: there is nothing to move. */
export const FAILING = action(['mv', '/nothing', '/nowhere'], 'Move what is not there');

export const COLOUR: Ask = {
  kind: 'choose',
  id: 'colour',
  question: 'Which colour?',
  options: [
    { value: 'red', label: 'Red', note: 'Like fire.' },
    { value: 'blue', label: 'Blue', note: 'Like the sea.' },
  ],
};

export const NAME: Ask = {
  kind: 'text',
  id: 'name',
  question: 'Which name?',
  preset: 'otto',
  problem: (value) => (value === '' ? 'It needs a name.' : undefined),
};

export const refusal = (fixes: Finding['fixes'] = []): FoundOf<typeof PAINT> =>
  found(PAINT['paint-none'], { evidence: 'There is no paint.', fixes });

const PAINT = declareFindings('paint', 'operation-flow/flow.test.ts', {
  'paint-none': {
    severity: 'blocked',
    reason: 'Without paint nothing can be painted.',
  },
});

/** Asks for a colour and a name and makes a folder; `changes` make another one of it. */
export function painting(changes: Partial<AnyOttoOperation> = {}): AnyOttoOperation {
  return {
    id: 'paint',
    command: 'paint',
    title: 'Paint it',
    help: 'paint something',
    why: 'It looks better afterwards.',
    flags: { colour: { value: 'NAME', what: 'its colour' } },
    look: async () => ({}),
    refuses: () => [],
    next: (_, given) => {
      if (given.colour !== 'red' && given.colour !== 'blue') return { ask: COLOUR };
      if (typeof given.name !== 'string') return { ask: NAME };
      return { choice: { colour: given.colour, name: given.name } };
    },
    plan: (_, { name }) => ({
      steps: [
        { do: action(['mkdir', `/srv/${name}`], 'Make a folder'), undo: action(['rm', `/srv/${name}`]) },
      ],
    }),
    verifies: [],
    summary: (_, { colour }) => [`It is ${colour} now.`],
    ...changes,
  };
}

/** Asks nothing. */
export const asksNothing = { next: () => ({ choice: {} }) } as const;

/** What it paints, and what that costs. */
export const WALL = '/srv/wall';

/** Paints what a file names; what it costs is written there as well: 'shed|It smells for a day.' */
export const follows = painting({
  ...asksNothing,
  look: async (there) => (await there.readFile(WALL)) ?? 'shed|It smells for a day.',
  consequence: (wall: string) => wall.split('|')[1],
  plan: (wall: string) => ({ steps: [{ do: action(['mkdir', `/srv/${wall.split('|')[0]}`]) }] }),
  summary: () => [],
});
