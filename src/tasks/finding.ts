import type { Finding, Fix, Severity } from '../engine/contracts/task.ts';
import { LINE, type Link } from './line.ts';

/** Words that depend on what was seen. `shown` replaces it where nothing was seen: in docs/pitfalls.md. */
interface Wording<Values, Text extends string | undefined = string> {
  readonly shown: Values;
  readonly words: (values: Values) => Text;
}

/** Words that depend on typed values. */
export function wording<Values, Text extends string | undefined>(
  shown: Values,
  words: (values: Values) => Text,
): Wording<Values, Text> {
  return { shown, words };
}

/**
 * What proves that a finding is detected: a fault of test/droplet/faults, by its name, or a test below test/, by its
 * path. A test of the catalogue looks whether they do.
 */
type Proof = { readonly fault: string } | { readonly test: string };

// biome-ignore lint/suspicious/noExplicitAny: each wording has values of its own
type Words<Text extends string | undefined = string> = string | Wording<any, Text>;

/** What is known about a finding before any machine was looked at. */
interface Declaration {
  /** One, or those that it may have. */
  readonly severity: Severity | readonly Severity[];
  /** What needs this part works nevertheless, so nothing waits for it. */
  readonly alone?: true;
  /**
   * It claims that its place on the line is not there or does not answer. Where a question was just answered by that way, it is only
   * noted. Not for what is wrong although it still answers: code that is gone under a running program, a sign-in that ends soon.
   */
  readonly refutable?: true;
  /** Where it cuts the line, if that differs from what its task declares for all of its findings. */
  readonly cuts?: Link;
  /** The pitfall, explained to an operator. */
  readonly reason: Words;
  /** What is lost when the operator continues without fixing it; absent when nothing worth mentioning is. */
  readonly impact?: Words<string | undefined>;
  /** Undefined: the test that its list names. */
  readonly proof?: Proof;
}

/** An entry of the catalogue. */
export interface FindingKind extends Declaration {
  /** Stable and greppable: 'hermes-listens-on-loopback'. It belongs to one task, or one operation. */
  readonly code: string;
  /** Id of the task, or of the operation, that finds it; undefined for the engine's own, which any task can have. */
  readonly owner?: string;
  readonly proof: Proof;
}

/** The findings of a task, by their codes. */
type Declared<Declarations> = {
  readonly [Code in keyof Declarations & string]: Declarations[Code] & {
    readonly code: Code;
    readonly owner: string;
    readonly cuts?: Link;
    readonly proof: Proof;
  };
};

/**
 * Declares what a task, or an operation, can find. `test`: the test that proves those which name no proof of their own, as in
 * {@link Proof}.
 */
export function declareFindings<const Declarations extends Readonly<Record<string, Declaration>>>(
  owner: string,
  test: string,
  declarations: Declarations,
): Declared<Declarations> {
  const kinds = Object.entries(declarations).map(([code, declaration]) => [
    code,
    // A question still comes through where what needs the part works.
    { cuts: declaration.alone ? undefined : LINE[owner], proof: { test }, ...declaration, code, owner },
  ]);
  return Object.fromEntries(kinds);
}

/** Findings that differ in one word of their codes: 'port-80-held' and 'port-443-held'. Each of them is in the catalogue. */
export function family<
  const Before extends string,
  const Word extends string | number,
  const After extends string,
  const One extends Declaration,
>(
  [before, words, after]: readonly [Before, readonly Word[], After],
  declare: (word: Word) => One,
): { readonly [W in Word as `${Before}${W}${After}`]: One } {
  const all = words.map((word) => [`${before}${word}${after}`, declare(word)]);
  return Object.fromEntries(all);
}

declare const DECLARED: unique symbol;

/** A finding that the catalogue knows: only {@link found} makes one. */
export type Found<Code extends string = string> = Finding & {
  readonly code: Code;
  readonly [DECLARED]: true;
};

/** The findings that are declared in a list. */
export type FoundOf<Kinds> = Found<keyof Kinds & string>;

/** What every declaration says of a finding. */
type Said = Omit<Declaration, 'proof'>;

/** The values that any of the wordings needs: a parameter of all of these functions at once. */
type Needing<Text> =
  Text extends Wording<infer Values, string | undefined> ? (values: Values) => void : never;
type Values<Kind extends Said> =
  Needing<Kind['reason'] | Kind['impact']> extends (values: infer All) => void ? All : never;

/** What a look adds to what is declared: the evidence, and what depends on it. */
export type Seen<Kind extends Said> = {
  /** What was seen, free of secrets. */
  readonly evidence: string;
  /** Words in addition to the reason. */
  readonly adds?: string;
  /** The recommended one first; none: only a person can. */
  readonly fixes?: readonly Fix[];
  readonly watch?: Finding['watch'];
} & (Kind['severity'] extends readonly (infer One)[] ? { readonly severity: One } : object) &
  (unknown extends Values<Kind> ? object : { readonly values: Values<Kind> });

/** A finding of that kind. */
export function found<Kind extends FindingKind>(kind: Kind, seen: Seen<NoInfer<Kind>>): Found<Kind['code']> {
  const {
    evidence,
    adds,
    fixes = [],
    watch,
    severity,
    values,
  } = seen as Seen<Declaration> & {
    readonly severity?: Severity;
    readonly values?: unknown;
  };
  const reason = wordsOf(kind.reason, values);
  const impact = kind.impact === undefined ? undefined : wordsOf(kind.impact, values);
  const finding: Finding = {
    code: kind.code,
    severity: severity ?? (kind.severity as Severity),
    evidence,
    reason: adds === undefined || adds === '' ? reason : `${reason} ${adds}`,
    fixes,
    impact,
    watch,
    alone: kind.alone,
    ...(kind.refutable === true ? { refutedBy: kind.cuts } : {}),
  };
  return finding as Found<Kind['code']>;
}

/** The words, for these values or, without any, as they are shown where nothing was seen. */
export function wordsOf<Text extends string | undefined>(
  words: Words<Text>,
  values?: unknown,
): Text | string {
  return typeof words === 'string' ? words : words.words(values ?? words.shown);
}
