import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Fault } from './fault.ts';

const folder = new URL('./', import.meta.url);

/** Modules that are no group: the contract and this list. */
const NO_GROUPS = new Set(['fault', 'index']);

/**
 * The catalogue: what the modules of this folder (`<group>.ts`, or `<group>/index.ts`) export as `faults`, in order of their
 * names. `names` loads only the groups that these faults can be in. Throws when two faults have one name.
 */
export async function findFaults(names?: readonly string[]): Promise<readonly Fault[]> {
  const entries = await readdir(fileURLToPath(folder), { withFileTypes: true });
  const groups = entries
    .map((entry) => ({
      group: entry.name.replace(/\.ts$/, ''),
      file: entry.isDirectory() ? `${entry.name}/index.ts` : entry.name,
    }))
    .filter(({ group, file }) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !NO_GROUPS.has(group))
    .filter(({ group }) => names === undefined || names.some((name) => belongs(name, group)))
    .sort((a, b) => a.group.localeCompare(b.group));
  const modules = await Promise.all(
    groups.map(
      async ({ file }) => (await import(new URL(file, folder).href)) as { faults?: readonly Fault[] },
    ),
  );
  // A group's file may gather what the files beside it export.
  const faults = [...new Set(modules.flatMap(({ faults = [] }) => faults))];
  const twice = faults.find(({ name }, index) => faults.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined) throw new Error(`two faults have the name '${twice.name}'`);
  return faults;
}

/** Whether a name, or a pattern with '*', can be one of that group. */
function belongs(name: string, group: string): boolean {
  const fixed = name.split('*')[0] ?? '';
  return fixed.startsWith(`${group}-`) || `${group}-`.startsWith(fixed);
}
