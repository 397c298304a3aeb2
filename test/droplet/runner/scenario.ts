import type { Control } from '../internet/control.ts';
import type { Droplet } from '../machine/droplet.ts';
import type { Kind } from '../machine/record.ts';
import type { Release, Suite } from '../machine/release.ts';
import type { Terminal, TerminalOptions } from '../terminal.ts';
import type { Selection } from './faults/select.ts';

/** One story on a droplet: test/droplet/scenarios/<name>.ts exports it as `scenario`. */
export interface Scenario {
  /** The name of its file. */
  readonly name: string;
  /** One line for the list: what it shows. */
  readonly title: string;
  /**
   * The scenario from whose end it starts; without one it starts from a droplet just made. Of several its own droplet starts from
   * the first, and `another` from any of them.
   */
  readonly needs?: string | readonly string[];
  /** What the droplet has; 'bare' when absent. With `needs` it is what that one had. */
  readonly kind?: Kind;
  /** Also on what has another system's surroundings, when it is for the release that this is made from. */
  readonly releases: readonly Suite[];
  /** False when it does not use the packed wizard, which then is not made and not copied in; true when absent. */
  readonly usesPackage?: boolean;
  /** After so many minutes it has failed; 20 when absent. */
  readonly minutes?: number;
  run(context: ScenarioContext): Promise<void>;
}

/** What a scenario works with. */
export interface ScenarioContext {
  readonly droplet: Droplet;
  readonly release: Release;
  /** What the small internet plays, and what it was asked. */
  readonly internet: Control;
  /** Where this scenario's screens, logs and pictures are kept: artefacts/<time>/<release>/<scenario>/. */
  readonly artefacts: string;
  /** The packed wizard in the droplet: /root/otto-install.tgz. */
  readonly packagePath: string;
  /** Prints one line, and keeps it in the artefacts' log. */
  log(text: string): void;
  /** Does a part of the story and prints a line with its name and seconds; what it throws is passed on. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Logs in over `ssh -tt`, as an operator would, and runs a command there (a shell without one). 80x24. */
  terminal(command?: string, options?: TerminalOptions): Terminal;
  readonly check: Check;
  /** What was asked for of the catalogue of faults. */
  readonly faults: FaultsWanted;
  /**
   * One more droplet: from the end of a scenario that it needs, from a disk that it kept, or with nothing on it. Gone when the
   * scenario ends.
   */
  another(
    from: { readonly endOf: string } | { readonly kept: string } | { readonly kind: Kind },
  ): Promise<Droplet>;
  /** Keeps the disk of a droplet under that name until the run ends; the droplet is gone then. */
  keep(droplet: Droplet, name: string): Promise<void>;
  /** Takes a droplet away that is not needed any more. */
  dismiss(droplet: Droplet): Promise<void>;
}

/** Which faults are tried, and how many combinations of them. */
export interface FaultsWanted extends Selection {
  readonly combinations: number;
  /** How many droplets are used side by side. */
  readonly lanes: number;
}

/** The scenarios that one starts from, its own droplet's first. */
export function needsOf({ needs }: Pick<Scenario, 'needs'>): readonly string[] {
  return needs === undefined ? [] : typeof needs === 'string' ? [needs] : needs;
}

/** Assertions whose error says what was looked at, what was expected and what was seen. */
export interface Check {
  that(what: string, holds: boolean, seen?: unknown): void;
  equal<T>(what: string, seen: T, expected: T): void;
  matches(what: string, text: string, pattern: RegExp): void;
  doesNotMatch(what: string, text: string, pattern: RegExp): void;
  /** Runs a command in the droplet that must succeed; returns its stdout. */
  command(argv: readonly string[], timeoutMs?: number): Promise<string>;
}
