import type { Answers, AnswersInput } from '../answers/schema.ts';
import type { Action } from '../engine/contracts/action.ts';
import type { Operation, Step } from '../engine/contracts/operation.ts';
import type { Host } from '../host/host.ts';
import type { Secret } from '../secret/secret.ts';
import type { Found } from '../tasks/finding.ts';

/** What the operator has answered so far, by the question's id; from flags, files or the screen. */
export type Given = Readonly<Record<string, string | Secret | undefined>>;

/** A question of an operation. Screens, plain lines and flags (`--account`) are three ways to answer it. */
export type Ask =
  | {
      readonly kind: 'choose';
      readonly id: string;
      readonly question: string;
      /** The value to use when nobody can be asked; without it the question must have been answered before. */
      readonly unasked?: string;
      /** The first one is the default. */
      readonly options: readonly {
        readonly value: string;
        readonly label: string;
        /** What it means or entails. */
        readonly note?: string;
      }[];
    }
  | {
      readonly kind: 'text';
      readonly id: string;
      readonly question: string;
      readonly preset?: string;
      /** What is wrong with it; undefined when it can be used. */
      readonly problem: (value: string) => string | undefined;
    }
  | {
      /** Typed twice, never shown. */
      readonly kind: 'secret';
      readonly id: string;
      readonly question: string;
      readonly problem: (value: string) => string | undefined;
    };

/** The next question, or the choice that the answers make. */
export type Asked<Choice> = { readonly ask: Ask } | { readonly choice: Choice };

/** An answer that may be given on the command line. */
interface Flag {
  /** What its value is: 'EMAIL', 'yes|no'. */
  readonly value: string;
  /** What it answers, in a few words. */
  readonly what: string;
}

/** Something that an operator asks of an Otto: a command, and an entry of the home screen. */
export interface OttoOperation<Facts, Choice> extends Operation<Facts, Choice, Answers> {
  /** Each finding is in the catalogue (findings.ts beside it). */
  refuses(facts: Facts, choice: Choice, answers: Answers): readonly Found[];
  proves?(host: Host, facts: Facts, choice: Choice, answers: Answers): Promise<readonly Found[]>;
  /** The command: 'reset-password', 'update open-webui'. */
  readonly command: string;
  /** One line for `--help`. */
  readonly help: string;
  /** What the home calls it where the title is too long or more is asked first: 'Restart …'. */
  readonly entry?: string;
  /** The server in memory cannot hold what it does: a rehearsal says so before it is opened. */
  readonly notRehearsed?: true;
  /** The questions whose answers may be given as flags, by the question's id. */
  readonly flags: Readonly<Record<string, Flag>>;
  /** The questions whose answers are secrets, by id, with what they are; `--<id>-file FILE` names a file that holds one. */
  readonly secretFlags?: Readonly<Record<string, string>>;
  /**
   * Says that this machine has nothing for it to act on; undefined when it has. Asked first, instead of
   * whether there is an Otto, and before its answers are known.
   */
  nothingHere?(host: Host): Promise<string | undefined>;
  /**
   * What is fetched before anything is asked (an image, commits): it interrupts nothing, and the facts are looked at
   * again afterwards. A step is undone when it, or what comes after it, fails. Pure.
   */
  prepare?(facts: Facts, given: Given, answers: Answers): readonly (Action | Step)[];
  /** Pure, asked again after each answer. An answer that fits nothing counts as not given. */
  next(facts: Facts, given: Given): Asked<Choice>;
  /** The effect of a choice is only known after a look with it: look again before refusing, planning or summing up. */
  readonly looksAtChoice?: true;
  /** Current numbers that help to decide: shown beside the consequence, but not part of what is agreed to. Pure. */
  estimate?(facts: Facts, choice: Choice): string | undefined;
  /**
   * For an operation that can begin on a machine without an Otto: with which answers one is installed first. Asked again
   * after each answer. Without this it is refused there.
   */
  withoutOtto?(host: Host, given: Given): Promise<FirstOtto>;
  /** What the operator must know at the good end; secrets among it are shown once, on the screen alone. */
  summary?(facts: Facts, choice: Choice): readonly (string | readonly (string | Secret)[])[];
  /** The same, where some of it may have failed without harm: what is there now is looked at first. */
  summaryAfter?(host: Host, facts: Facts, choice: Choice): Promise<readonly string[]>;
}

/** What the answers of an operation lead to on a machine that has no Otto. */
export type FirstOtto =
  | { readonly ask: Ask }
  /** One is installed with these, and then the operation begins as it would have on any other. */
  | {
      readonly answers: AnswersInput;
      /** What is done before it is installed: what it would otherwise ask somebody for. */
      readonly before?: readonly Action[];
    }
  | { readonly problem: string };

/** An operation whose facts and choices are its own business. */
// biome-ignore lint/suspicious/noExplicitAny: facts and choices flow only between an operation's own functions
export type AnyOttoOperation = OttoOperation<any, any>;
