import { pause } from '../../machine/shell.ts';
import type { Place } from '../part.ts';
import { look } from '../truth.ts';
import { Conversation, type Exchange } from './conversation.ts';

/** A flow whose power is cut. */
export interface Cut {
  /** As typed after `otto-install`. */
  readonly words: string;
  readonly exchanges: readonly Exchange[];
  /** The line at which it happens, and how many milliseconds after it. */
  readonly at: RegExp;
  readonly afterMs?: number;
  /** The flow as `check` has to name it afterwards. */
  readonly title: string;
}

const RECORD = '/var/lib/otto-install/operation.json';

/**
 * Cuts the power of the whole droplet in the middle of a flow, boots it, sees that `check` names what was cut off and changes
 * nothing, and has otto-install bring it to its end. Resolves to the outcome in words.
 */
export async function cutPower(place: Place, { words, exchanges, at, afterMs, title }: Cut): Promise<string> {
  const { droplet, check, book } = place;
  const conversation = new Conversation(place, words);
  await conversation.say(exchanges);
  await conversation.until(at);
  if (afterMs !== undefined) await pause(afterMs);
  check.that('the flow is still at work when the power is cut', !conversation.terminal.isOver);
  await droplet.kill();
  await conversation.terminal.hangup();
  await droplet.boot();

  const record = await droplet.read(RECORD);
  book.note({ where: `the record of the flow that was cut off (${words})`, text: record });
  const { begun, undo, state } = JSON.parse(record) as {
    readonly begun: number;
    readonly undo: readonly unknown[];
    readonly state: string;
  };
  check.equal('how far it was when the power was cut', state, 'at-work');
  check.that('a step had been begun when the power was cut', begun > 0);
  const { found } = await look(place);
  const named = found.find(({ evidence }) => evidence.includes(title));
  check.that(
    `check names '${title}' as cut off`,
    named !== undefined,
    found.map(({ code, evidence }) => `${code}: ${evidence}`),
  );
  check.equal('the record after a check', await droplet.read(RECORD), record);

  const told = await bringToItsEnd(place);
  check.matches('what is told', told, new RegExp(`'${title}' was cut off`));
  const there = await droplet.exec(['test', '-e', RECORD]);
  check.that('nothing is left to be taken back', there.exitCode !== 0);
  return `cut at step ${begun} of ${undo.length}, found as ${named?.code}, rolled back`;
}

/** Starts otto-install in a terminal, which brings to its end whatever was cut off; returns what it told. */
async function bringToItsEnd(place: Place): Promise<string> {
  const conversation = new Conversation(place, 'fix');
  return conversation.ends(0);
}
