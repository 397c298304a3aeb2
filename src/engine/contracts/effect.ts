import type { Thing } from './thing.ts';

/**
 * What an action does to the world besides making something: what a person would not want to have happened to what is theirs
 * without having been asked. `opens`: lets somebody in who was kept out. `leads-elsewhere`: what somebody uses under this name or
 * address is another thing afterwards.
 */
export const DOES = ['opens', 'stops', 'deletes', 'replaces', 'leads-elsewhere'] as const;
type Does = (typeof DOES)[number];

/**
 * How we know that it is Otto's own. `ledger`: a run of ours made it, which the engine looks up. `label`: the container carries our
 * label. `found-as`: what runs shows that it is this part of the Otto, whoever made it. `nobody`: it is not, or nobody knows.
 */
export type Whose =
  | { readonly by: 'ledger'; readonly kind: Thing['kind']; readonly name: string }
  | { readonly by: 'label' }
  | { readonly by: 'found-as'; readonly part: string }
  | { readonly by: 'nobody' };

export interface Effect {
  readonly does: Does;
  /** With its article, as it stands in a sentence: 'the container web', 'port 80 to everyone'. */
  readonly what: string;
  readonly whose: Whose;
}

/** What an action does to the world. Declared where it is built, and never read from its words. */
export interface Effects {
  readonly effects?: readonly Effect[];
}

/** A part of the Otto, told by what runs: 'Hermes', 'Open WebUI', 'nginx'. */
export const foundAs = (part: string): Whose => ({ by: 'found-as', part });
/** A thing that a run of ours is noted to have made. */
export const madeByUs = (kind: Thing['kind'], name: string): Whose => ({ by: 'ledger', kind, name });
export const notOurs: Whose = { by: 'nobody' };
export const labelled: Whose = { by: 'label' };

const effect =
  (does: Does) =>
  (what: string, whose: Whose): readonly Effect[] => [{ does, what, whose }];
export const opens = effect('opens');
export const stops = effect('stops');
export const deletes = effect('deletes');
export const replaces = effect('replaces');
export const leadsElsewhere = effect('leads-elsewhere');

const WORDS: Readonly<Record<Does, (what: string) => string>> = {
  opens: (what) => `Opens ${what}.`,
  stops: (what) => `Stops ${what}, which is not known to belong to this Otto.`,
  deletes: (what) => `Deletes ${what}, which is not known to belong to this Otto.`,
  replaces: (what) => `Replaces ${what}, which otto-install did not write.`,
  'leads-elsewhere': (what) => `Leads ${what} elsewhere.`,
};

/** What it does, for a person who is asked about it. */
export const effectWords = ({ does, what }: Pick<Effect, 'does' | 'what'>): string => WORDS[does](what);
