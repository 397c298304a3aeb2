import type { MaintenanceEntry, Operable } from './maintenance.ts';

/** Something that the home can do, to be found by its words. */
export interface HomeCommand<Run> {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  /** What it is called where it is typed: 'update hermes'. Found by it, too. */
  readonly command?: string;
  readonly run: Run;
}

/** The commands that these words find, the best first: all words occur, what begins with them before what contains them. Pure. */
export function foundCommands<Run>(
  commands: readonly HomeCommand<Run>[],
  typed: string,
): readonly HomeCommand<Run>[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return commands
    .map((one) => ({ one, rank: rankOf(one, words) }))
    .filter(({ rank }) => rank > 0)
    .toSorted((a, b) => b.rank - a.rank)
    .map(({ one }) => one);
}

/** 3: a title or command begins with it. 2: a word of it does. 1: it is somewhere, also in the explanation. 0: not at all. */
function rankOf({ title, help, command = '' }: HomeCommand<unknown>, words: readonly string[]): number {
  const named = [title, command].map((text) => text.toLowerCase());
  const rank = (word: string) => {
    if (named.some((text) => text.startsWith(word))) return 3;
    if (named.some((text) => text.split(/\W+/).some((part) => part.startsWith(word)))) return 2;
    return [...named, help.toLowerCase()].some((text) => text.includes(word)) ? 1 : 0;
  };
  return Math.min(3, ...words.map(rank));
}

/** Every operation under its own name; those of a kind one by one. */
export function operationsNamed(
  entries: readonly MaintenanceEntry[],
): readonly (Omit<HomeCommand<unknown>, 'run'> & { readonly operable: Operable })[] {
  return entries.flatMap(({ choices }) =>
    choices.map((operable) => ({
      id: operable.command,
      title: operable.title,
      help: operable.help,
      command: operable.command,
      operable,
    })),
  );
}
