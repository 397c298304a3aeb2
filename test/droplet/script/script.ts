import type { Key } from '../terminal.ts';

/** What a person does outside the terminal when a screen asks for it. */
export type Errand = 'approve-github-code' | 'authorize-claude-link' | 'try-new-login';

/** One thing that a person at the terminal does. */
export type Deed =
  | { readonly press: Key }
  /** Typed in one go. */
  | { readonly type: string }
  /** Looks until the screen shows it. */
  | { readonly see: RegExp }
  /** Remembers the screen under this name; with `until`, only down to the line that shows it. */
  | { readonly record: string; readonly until?: RegExp }
  /** Does something elsewhere; what comes of it (a code) is pasted, when there is anything. */
  | { readonly errand: Errand };

/** A screen, and what is done when it is there. */
export interface Stop {
  readonly name: string;
  /** The screen is there when it shows all of these. */
  readonly shows: readonly RegExp[];
  readonly deeds: readonly Deed[];
  /** It does not come on every machine. */
  readonly maybe?: boolean;
}

/** How a person goes through the wizard. Pure data: it is played on the rehearsal and on the droplet alike. */
export interface Script {
  /** In this order. */
  readonly first: readonly Stop[];
  /** Each once, whenever it comes: what is at work at the same time may ask in any order. */
  readonly meanwhile: readonly Stop[];
  /** Ends it. */
  readonly last: Stop;
}

/** A screen that was recorded, by name. */
export interface Recorded {
  readonly name: string;
  readonly screen: string;
}
