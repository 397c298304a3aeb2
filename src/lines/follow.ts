import { chosenFix } from '../engine/contracts/decision.ts';
import type { Event } from '../engine/contracts/event.ts';
import type { Run } from '../engine/contracts/run.ts';
import { stopOnSignals } from '../engine/signals.ts';
import { Ended, EXIT } from '../run/exit-code.ts';
import { PlainWriter } from '../run/plain.ts';
import type { RunModel } from '../run/view-model.ts';
import { watchingText } from '../run/watching.ts';
import { Secret } from '../secret/secret.ts';
import { visibleLine } from '../text/visible.ts';
import { ask, numberOf, type Talk } from './ask.ts';
import { Asking } from './asking.ts';

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

/** What changes the answer that may be behind a finding of a part. */
type ChangeOffer = (task: string) => { readonly words: string; readonly take: () => void } | undefined;

/** Prints a run as it goes and asks, one thing at a time, what it asks. Resolves when the run has ended. */
export async function followInLines(
  run: Run,
  { reader, say }: Talk,
  change: ChangeOffer = () => undefined,
): Promise<RunModel> {
  const unsubscribe = stopOnSignals(run);
  const inputEnded = () => {
    if (run.detached === undefined) run.stop('the input ended');
    else run.detached.leave();
  };
  const asking = new Asking(say, inputEnded);
  let told = false;
  reader.onInterrupt = () => {
    // Whoever only wants to leave must not end what goes on by itself.
    if (run.detached !== undefined && !told) {
      told = true;
      say(
        'This run goes on by itself when you close this window. To watch it again: otto-install attach',
        'To stop it safely: Ctrl-C once more.',
      );
      return;
    }
    say('Stopping safely: what is running ends first.');
    run.stop('stopped with Ctrl-C');
  };
  const { model } = await follow(run, (event, lines) => {
    if (event.type === 'question')
      asking.ask({
        id: event.question,
        urgent: event.finding.trial !== undefined,
        about: lines,
        ask: (signal) => decide(event, run, { reader, say }, signal, change),
      });
    else if (event.type === 'dialogue' && event.view.ask !== undefined) {
      const { ask: wanted } = event.view;
      asking.ask({
        id: event.dialogue,
        about: lines,
        async ask(signal) {
          const text = await reader.line(`${visibleLine(wanted.label)}> `, { masked: wanted.masked, signal });
          const handle = run.vault.put(new Secret(text.replace(/\s+/g, '')));
          run.decide({ kind: 'answer', dialogue: event.dialogue, handle });
        },
      });
    } else if (event.type === 'dialogue') asking.waitFor(event.dialogue, lines);
    else asking.tell(lines);
    if (event.type === 'question-withdrawn') asking.withdraw(event.question);
    if (event.type === 'dialogue-ended') asking.withdraw(event.dialogue);
  });
  await asking.end();
  unsubscribe();
  // What is typed from here on must not end a run that is over.
  reader.onInterrupt = undefined;
  if ((await run.result).left === true) throw new Ended(EXIT.ok);
  return model;
}

async function decide(
  { question: id, finding, task }: Extract<Event, { type: 'question' }>,
  run: Run,
  talk: Talk,
  signal: AbortSignal,
  change: ChangeOffer,
): Promise<void> {
  const fixes = finding.fixes.map((fix) => ({
    words: fix.title,
    take: () => run.decide({ ...chosenFix(fix), question: id }),
  }));
  const others = [
    { words: 'Look again', take: () => run.decide({ kind: 'look-again', question: id }) },
    ...[change(task) ?? []].flat(),
    {
      words: `Skip. ${finding.impact ?? ''}`,
      take: () => run.decide({ kind: 'skip', question: id }),
    },
    { words: 'Stop here', take: () => run.decide({ kind: 'stop' }) },
  ];
  const choices = finding.trial === undefined ? [...fixes, ...others] : fixes;
  const watching = run.detached?.watching.get();
  const watched = watching && watchingText(watching, 'To decide it here, answer anyway.');
  if (watched !== undefined) talk.say(watched);
  const chosen = await ask(talk, {
    options: choices.map(({ words }) => words),
    prompt: 'Which number? ',
    signal,
    // What was typed before it was asked was not meant for what cannot wait.
    fresh: finding.trial !== undefined,
    take: numberOf(choices),
  });
  // Of one that several watch.
  run.detached?.takeOver();
  chosen.take();
}
