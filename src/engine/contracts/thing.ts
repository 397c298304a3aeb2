import * as z from 'zod/mini';
import type { Host } from '../../host/host.ts';

/**
 * Something that an action makes and that stays on the machine, except files: the ledger remembers those with their
 * content anyway.
 */
export const Thing = z.object({
  kind: z.enum([
    'package',
    'image',
    'container',
    'folder',
    'file',
    'link',
    'user',
    'group',
    'rule',
    'certificate',
    'sign-in',
    'unit',
    'module',
  ]),
  /** Unique among its kind: a path, a package's name, a rule's words. */
  name: z.string(),
  /** It was removed a moment ago to be put elsewhere: its owner stays the same. */
  again: z.optional(z.literal(true)),
});
export type Thing = z.infer<typeof Thing>;

/** What an action changes besides files. Declared where the action is built, and never read from how it is shown. */
export interface Provenance {
  /** Exists once the action has succeeded. What existed before is remembered as not ours. */
  readonly makes?: readonly Thing[];
  /** Gone once the action has succeeded. */
  readonly removes?: readonly Thing[];
}

/**
 * Says which things of a kind are there, by their names; undefined when it cannot be said now. A kind without an entry cannot be
 * made twice: whoever succeeds has made it (a user, a container).
 */
export type Presence = Readonly<
  Partial<
    Record<Thing['kind'], (host: Host, names: readonly string[]) => Promise<ReadonlySet<string> | undefined>>
  >
>;

/** Several of one kind: `makes: things('folder', '/opt/cleo')`. */
export const things = (kind: Thing['kind'], ...names: readonly string[]): readonly Thing[] =>
  names.map((name) => ({ kind, name }));
