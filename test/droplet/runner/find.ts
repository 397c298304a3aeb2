import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Scenario } from './scenario.ts';

const folder = new URL('../scenarios/', import.meta.url);

/** All scenarios: what the modules in scenarios/ export as `scenario`, in order of their names. */
export async function findScenarios(): Promise<Scenario[]> {
  const files = (await readdir(fileURLToPath(folder))).filter((name) => name.endsWith('.ts')).sort();
  const modules = await Promise.all(
    files.map(async (file) => (await import(new URL(file, folder).href)) as { scenario?: Scenario }),
  );
  return modules.flatMap(({ scenario }) => (scenario === undefined ? [] : [scenario]));
}
