import type { Otto } from '../faults/fault.ts';
import type { Control } from '../internet/control.ts';
import type { Droplet } from '../machine/droplet.ts';
import type { Outcome } from '../machine/shell.ts';
import type { Check } from '../runner/scenario.ts';
import type { Terminal } from '../terminal.ts';
import type { SecretsBook } from './secrets/book.ts';

/** One thing that an operator does to an Otto, and how it is to come out: a line of the table. */
export interface Part {
  /** The command, with '-' for the spaces: 'update-open-webui'. */
  readonly flow: string;
  /** What is wrong, in a few words ('power-cut'); 'good' when nothing is. */
  readonly twin: string;
  /** Both Ottos when absent. */
  readonly on?: readonly Otto[];
  /** Does it and looks at what came of it; resolves to the outcome in a few words. Throws when it came out otherwise. */
  run(place: Place): Promise<string | PartEnd>;
  /**
   * Otto is not looked at afterwards: there is none any more. Otherwise it has to be found healthy, has to answer a chat
   * over https, and nothing may be lost.
   */
  readonly endsOtto?: true;
}

/** How a part ended, and what is another on purpose: names of belongings ('account ann@…') that do not count as lost. */
export interface PartEnd {
  readonly outcome: string;
  readonly changed: readonly string[];
}

/** Where a part takes place, and what it works with. */
export interface Place {
  readonly droplet: Droplet;
  readonly internet: Control;
  readonly otto: Otto;
  readonly check: Check;
  /** What everybody who uses this Otto knows. */
  readonly people: People;
  /** Secrets that were used, and texts that must not show them. */
  readonly book: SecretsBook;
  log(text: string): void;
  /** Logs in over ssh with a terminal and runs a command there; what it shows is looked through at the end. */
  open(words: string, size?: { readonly columns: number; readonly rows: number }): Terminal;
  /** Runs a command over ssh without a terminal; what it prints is looked through at the end. */
  run(words: string, timeoutMs?: number): Promise<Outcome>;
  /** One more place, on a bare droplet with `otto-install`; `leave` takes it away. */
  another(): Promise<{ readonly place: Place; leave(): Promise<void> }>;
}

/** E-mail addresses and the passwords that are good at this moment. */
export type People = Map<string, string>;
