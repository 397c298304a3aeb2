import { chosenFix } from '../engine/contracts/decision.ts';
import type { Event } from '../engine/contracts/event.ts';
import type { Run } from '../engine/contracts/run.ts';
import { stopOnSignals } from '../engine/signals.ts';
import { PlainWriter } from '../run/plain.ts';
import type { RunModel } from '../run/view-model.ts';
import { Secret } from '../secret/secret.ts';
import { InputEnded } from '../terminal/line-reader.ts';
import { visibleLine } from '../text/visible.ts';
import { ask, numberOf, type Talk } from './ask.ts';

/** Follows a run to its end, with the lines for each event. */
export async function follow(
  run: Run,
  onEvent: (event: Event, lines: readonly string[]) => void,
): Promise<PlainWriter> {
  const writer = new PlainWriter();
  run.subscribe((event) => onEvent(event, writer.take(event)));
  await run.result;
  return writer;
}

/** Prints a run as it goes and asks, one thing at a time, what it asks. Resolves when the run has ended. */
export async function followInLines(run: Run, { reader, say }: Talk): Promise<RunModel> {
  const over = new AbortController();
  // One thing is asked at a time; what is withdrawn meanwhile is not asked. Lines of the run wait until it is answered,
  // so that nothing is written behind a prompt.
  let asking: Promise<void> = Promise.resolve();
  let held: string[] | undefined;
  const tell = (lines: readonly string[]) => {
    if (held !== undefined) held.push(...lines);
    else if (lines.length > 0) say(...lines);
  };
  const holding = async (work: () => Promise<void>) => {
    held = [];
    try {
      await work();
    } finally {
      const waited = held;
      held = undefined;
      tell(waited);
    }
  };
  const open = new Map<string, AbortController>();
  const enqueue = (id: string, work: (signal: AbortSignal) => Promise<void>) => {
    open.get(id)?.abort();
    const controller = new AbortController();
    open.set(id, controller);
    const signal = AbortSignal.any([controller.signal, over.signal]);
    asking = asking
      .then(() => (signal.aborted ? undefined : holding(() => work(signal))))
      .catch((error: unknown) => {
        if (error instanceof InputEnded) run.stop('the input ended');
        else if (!signal.aborted) throw error;
      });
  };
  const unsubscribe = stopOnSignals(run);
  reader.onInterrupt = () => {
    say('Stopping safely: what is running ends first.');
    run.stop('stopped with Ctrl-C');
  };
  const { model } = await follow(run, (event, lines) => {
    tell(lines);
    if (event.type === 'question')
      enqueue(event.question, (signal) => decide(event, run, { reader, say }, signal));
    if (event.type === 'question-withdrawn') open.get(event.question)?.abort();
    if (event.type === 'dialogue' && event.view.ask !== undefined) {
      const { ask: wanted } = event.view;
      enqueue(event.dialogue, async (signal) => {
        const text = await reader.line(`${visibleLine(wanted.label)}> `, { masked: wanted.masked, signal });
        const handle = run.vault.put(new Secret(text.replace(/\s+/g, '')));
        run.decide({ kind: 'answer', dialogue: event.dialogue, handle });
      });
    } else if (event.type === 'dialogue' || event.type === 'dialogue-ended')
      open.get(event.dialogue)?.abort();
  });
  over.abort();
  await asking;
  unsubscribe();
  // What is typed from here on must not end a run that is over.
  reader.onInterrupt = undefined;
  return model;
}

async function decide(
  { question: id, finding }: Extract<Event, { type: 'question' }>,
  run: Run,
  talk: Talk,
  signal: AbortSignal,
): Promise<void> {
  const choices = [
    ...finding.fixes.map((fix) => ({
      words: fix.title,
      take: () => run.decide({ ...chosenFix(fix), question: id }),
    })),
    { words: 'Look again', take: () => run.decide({ kind: 'look-again', question: id }) },
    {
      words: `Skip. ${finding.impact ?? ''}`,
      take: () => run.decide({ kind: 'skip', question: id }),
    },
    { words: 'Stop here', take: () => run.decide({ kind: 'stop' }) },
  ];
  const chosen = await ask(talk, {
    options: choices.map(({ words }) => words),
    prompt: 'Which number? ',
    signal,
    take: numberOf(choices),
  });
  chosen.take();
}
