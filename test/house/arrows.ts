import type { Imports } from './imports.ts';

const BASE = ['text', 'secret'];
const MACHINE = [...BASE, 'host'];
const ENGINE = [...MACHINE, 'engine'];
const SYSTEM = [...ENGINE, 'system'];
const ANSWERS = [...SYSTEM, 'answers'];
const TASKS = [...ANSWERS, 'tasks'];
const OPERATIONS = [...TASKS, 'operations'];
const RUN = [...OPERATIONS, 'otto', 'terminal', 'run'];
const DETACHED = [...RUN, 'detached'];
const TOOLS = [...DETACHED, 'logs', 'status'];
const FLOW = [...DETACHED, 'operation-flow'];
const WIZARD = [...FLOW, 'changes', 'discovery', 'wizard'];
const READERS = [...WIZARD, 'logs', 'status', 'support'];

/**
 * Which folders of src a folder may import from (itself aside), from the ground up. What is not here may not be in src.
 * docs/design.md says why the arrows point this way.
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  text: [],
  secret: ['text'],
  terminal: BASE,
  host: BASE,
  rehearsal: MACHINE,
  engine: MACHINE,
  system: ENGINE,
  answers: SYSTEM,
  tasks: ANSWERS,
  operations: TASKS,
  otto: OPERATIONS,
  run: [...OPERATIONS, 'otto', 'terminal'],
  detached: RUN,
  discovery: RUN,
  changes: RUN,
  'operation-flow': DETACHED,
  logs: RUN,
  status: TOOLS,
  support: TOOLS,
  wizard: WIZARD,
  lines: READERS,
  components: RUN,
  screens: [...READERS, 'components'],
  commands: [...READERS, 'components', 'screens', 'lines', 'rehearsal'],
  'cli.tsx': ['answers', 'commands', 'host', 'run', 'secret', 'system', 'terminal', 'text'],
};

/** The imports that the table does not allow: 'run/a.ts → screens/b.tsx'. */
export function wrongArrows(imports: Imports): readonly string[] {
  const roomOf = (file: string) => file.replace(/\/.*/, '');
  return [...imports].flatMap(([file, targets]) =>
    targets
      .filter((target) => roomOf(target) !== roomOf(file))
      .filter((target) => MAY_IMPORT[roomOf(file)]?.includes(roomOf(target)) !== true)
      .map((target) => `${file} → ${target}`),
  );
}
