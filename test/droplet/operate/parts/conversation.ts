import type { Terminal } from '../../terminal.ts';
import type { Place } from '../part.ts';

/** What is waited for, and what is typed then (and Enter). A text is a question with the prompt below it. */
export type Exchange = readonly [asks: RegExp | string, reply: string];

/** Lines are long; on a wide terminal few of them are broken, so that patterns can be of more than one word. */
const WIDE = { columns: 160, rows: 50 } as const;
const PATIENCE_MS = 180_000;

/** The answer to the plan that a flow shows before it begins. */
export const AGREED: Exchange = [/Do it\? Type yes or no\./, 'yes'];

/** A flow in a terminal, told in lines: what is asked is answered in this order. */
export class Conversation {
  readonly terminal: Terminal;
  private readonly words: string;
  private offset = 0;

  constructor(place: Place, words: string) {
    this.words = words;
    this.terminal = place.open(`otto-install ${words} --plain`, WIDE);
  }

  /** Answers what is asked. Throws with what is on the screen when something else comes. */
  async say(exchanges: readonly Exchange[]): Promise<void> {
    for (const [asks, reply] of exchanges) {
      await this.until(typeof asks === 'string' ? prompted(asks) : asks);
      this.terminal.type(`${reply}\r`);
    }
  }

  /** Waits until something is told that was not told before; returns all of it. */
  async until(pattern: RegExp, patienceMs = PATIENCE_MS): Promise<string> {
    const isThere = () => pattern.test(this.told().slice(this.offset));
    try {
      await this.terminal.waitFor(isThere, patienceMs);
    } catch (error) {
      if (!isThere())
        throw new Error(
          `otto-install ${this.words}: waiting for ${pattern}: ${error instanceof Error ? error.message : String(error)}`,
        );
    }
    const text = this.told();
    const match = pattern.exec(text.slice(this.offset));
    this.offset += (match?.index ?? 0) + (match?.[0].length ?? 0);
    return text;
  }

  /** Waits for the end, which has to be with this exit code; returns what was told, each paragraph as one line. */
  async ends(exitCode: number, patienceMs = 10 * 60_000): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), patienceMs);
    });
    const seen = await Promise.race([this.terminal.ended, late]);
    clearTimeout(timer);
    if (seen === exitCode) return unwrapped(this.told());
    const how = seen === 'late' ? `was not done after ${patienceMs / 1000} s` : `ended with ${seen}`;
    throw new Error(`otto-install ${this.words} ${how}, not with ${exitCode}:\n${end(this.told())}`);
  }

  private told(): string {
    return this.terminal.history().trimEnd();
  }
}

/** A whole flow in lines; returns what was told. */
export async function inLines(
  place: Place,
  words: string,
  exchanges: readonly Exchange[],
  exitCode = 0,
): Promise<string> {
  const conversation = new Conversation(place, words);
  await conversation.say(exchanges);
  return conversation.ends(exitCode);
}

/** Prose is broken at 100 columns, wherever a path in it ends; what is set in is none. */
const unwrapped = (text: string): string => text.replace(/(?<=^\S.{60,})\n(?=\S)/gm, ' ');

function end(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-30).join('\n');
}

/** A question, whatever stands between it and the prompt. */
export function prompted(question: string): RegExp {
  return new RegExp(`${question.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}[\\s\\S]*> *$`);
}
