import { mixed } from '../runner/faults/chance.ts';
import type { Selection } from '../runner/faults/select.ts';
import type { Flow, Sysctls } from './flow.ts';

/**
 * Pure. The flows that are wanted, in the order of all, and whether an install is. `only`: names of flows, 'off:backup' with the
 * protections off alone; `sample`: so many in each pass, of as many names as possible; the same seed draws the same ones.
 */
export function wanted(
  all: readonly Flow[],
  { only, sample, seed }: Pick<Selection, 'only' | 'sample' | 'seed'>,
  sysctls: Sysctls,
): { readonly flows: readonly Flow[]; readonly installs: boolean } {
  const words = only?.map((word) => {
    const [, pass, name = ''] = /^(?:(on|off):)?(.*)$/.exec(word) ?? [];
    if (name !== 'install' && !all.some((flow) => flow.name === name))
      throw new Error(
        `there is no flow '${word}'; there are: install, ${[...new Set(all.map((flow) => flow.name))].join(', ')}`,
      );
    return { pass, name };
  });
  const isNamed = (name: string): boolean =>
    words === undefined || words.some((word) => word.name === name && (word.pass ?? sysctls) === sysctls);
  const named = all.filter(({ name }) => isNamed(name));
  if (sample === undefined) return { flows: named, installs: isNamed('install') };
  const drawn = new Set(mixed(named, ({ name }) => name, `${sysctls} ${seed}`).slice(0, sample));
  return { flows: named.filter((flow) => drawn.has(flow)), installs: isNamed('install') };
}
