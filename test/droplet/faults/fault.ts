import type { ScenarioContext } from '../runner/scenario.ts';

/**
 * A healthy Otto that faults are tried on. `current`: Hermes 0.19.0 and Open WebUI 0.12.4, made by the wizard.
 * `april`: Hermes 0.13.0 and Open WebUI 0.8.12, made by hand and adopted.
 */
export type Otto = 'current' | 'april';

/** Where a fault belongs: a file of this folder and a heading of the table. */
export type Group =
  | 'bridge'
  | 'firewall'
  | 'hermes'
  | 'claude'
  | 'open-webui'
  | 'paperclip'
  | 'docker'
  | 'way-in'
  | 'machine';

/** One way in which an Otto breaks. test/droplet/faults/<group>.ts exports a list of them as `faults`. */
export interface Fault {
  /** Stable, unique, greppable, begins with its group: 'bridge-host-loopback'. */
  readonly name: string;
  readonly group: Group;
  /** What was done to it, as one would tell a colleague: 'API_SERVER_HOST=127.0.0.1 in .env'. Also stands in docs/pitfalls.md. */
  readonly title: string;
  /** On which Ottos it is tried; `current` alone when absent. */
  readonly on?: readonly Otto[];
  /** Breaks it, for real. Comes back when the fault is there to be seen. */
  break(context: FaultContext): Promise<void>;
  /**
   * The code that `check` has to name as the cause; undefined when it is no fault and nothing may be found. One for
   * each Otto where they answer the same mistake differently.
   */
  readonly code: string | undefined | Readonly<Record<Otto, string>>;
  /** Codes that may be found beside it because they are causes of their own; everything else found is an error. */
  readonly also?: readonly string[];
  /**
   * How it is fixed. `fix` (when absent): `otto-install fix <code>`, nobody there. `dialogue`: the same in a terminal,
   * where a person answers what is asked (a sign-in). A function: what only a person or the outside world can do;
   * nothing but `check` is run then.
   */
  readonly repair?: 'fix' | 'dialogue' | ((context: FaultContext) => Promise<void>);
  /** What a hand-made setting or a file must be like after the fix, besides accounts, chats and the usual ones. */
  after?(context: FaultContext): Promise<void>;
  /**
   * What it touches ('hermes.env', 'docker', 'disk', 'dns', …): two that touch the same are never combined. Undefined
   * keeps it out of the combinations altogether.
   */
  readonly touches?: readonly string[];
  /** The droplet is not used for another fault afterwards (the clock was turned, the machine was restarted, …). */
  readonly spoils?: true;
  /** Seconds that fixing may take; 120 when absent. */
  readonly patience?: number;
}

/** What a fault works with. */
export interface FaultContext
  extends Pick<ScenarioContext, 'droplet' | 'release' | 'internet' | 'check' | 'log'> {
  readonly otto: Otto;
  /** Runs a command in the droplet as root that must succeed; returns its stdout. */
  run(...argv: readonly string[]): Promise<string>;
  /** The same with a line for sh -euc, for pipes and redirections. */
  shell(line: string): Promise<string>;
  /** Waits until it holds, asking twice a second; throws with `what` when it never does. */
  until(what: string, holds: () => Promise<boolean>, limitMs?: number): Promise<void>;
}
