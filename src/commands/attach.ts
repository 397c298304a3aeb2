import { type WatchedRun, watchRun } from '../detached/client.ts';
import { endedUnseen, forgetEnded } from '../detached/ended.ts';
import { ourselves } from '../detached/here.ts';
import type { Work } from '../detached/work.ts';
import { follow } from '../lines/follow-operation.ts';
import { sayTo } from '../lines/say.ts';
import { CannotRun, EXIT, exitCodeOf } from '../run/exit-code.ts';
import { PlainWriter } from '../run/plain.ts';
import type { SeenLine } from '../run/shown-line.ts';
import type { RunModel } from '../run/view-model.ts';
import { canRedraw } from '../terminal/capabilities.ts';
import { LineReader } from '../terminal/line-reader.ts';
import { visibleJson } from '../text/visible.ts';
import { endingLines, endingText } from '../wizard/ending.ts';
import { outcomeOf } from '../wizard/services.ts';
import type { Call, Shell } from './command.ts';
import { isAtTerminal, thisMachine } from './machine.ts';
import { chooseColours, sessionOn } from './prepare.ts';

/** `otto-install attach`: shows the run that is at work, from its beginning; or how one ended that nobody watched. */
export async function attach(call: Call, shell: Shell): Promise<number> {
  if (process.getuid?.() !== 0) throw new CannotRun('Only root can watch what otto-install does.');
  const run = await atWork();
  if (run !== undefined) return watch(run, call, shell);
  const events = await endedUnseen();
  if (events === undefined) {
    shell.print('Nothing is at work on this machine, and nothing has ended unseen.\n');
    return EXIT.ok;
  }
  const writer = new PlainWriter();
  for (const event of events) {
    const lines = writer.take(event);
    if (call.json) shell.print(`${visibleJson(event)}\n`);
    else for (const line of lines) shell.print(`${line}\n`);
  }
  await forgetEnded();
  return exitCodeOf(writer.model);
}

/** How the run ended that nobody watched at its end, for somebody who starts the wizard again. */
export async function unseenEnd(): Promise<readonly SeenLine[]> {
  const events = await endedUnseen();
  if (events === undefined) return [];
  const writer = new PlainWriter();
  let last: readonly string[] = [];
  for (const event of events) last = writer.take(event);
  await forgetEnded();
  const { ended } = writer.model;
  const words = last.filter((line) => line !== '' && !line.startsWith('Log: ')).at(-1) ?? 'nobody knows how';
  const log = writer.model.log === undefined ? '' : ` Its log: ${writer.model.log}`;
  const mark = ended?.outcome === 'healthy' ? 'healthy' : 'risk';
  return [{ mark, text: `The run that went on without a window has ended: ${words}.${log}` }];
}

/** The run that is at work on this machine in a process of its own. */
export async function atWork(): Promise<WatchedRun | undefined> {
  return watchRun({ viewer: await ourselves(Date.now()), now: Date.now });
}

/** Shows a run from its beginning to its end, or until it is left. Resolves to the exit code. */
export async function watch(run: WatchedRun, call: Call, shell: Shell): Promise<number> {
  const work = await run.work.catch(() => {
    // Whoever started it went before it was told what to do.
    throw new CannotRun(
      'The run that was being started here has ended before it began. Nothing was done; start it again.',
    );
  });
  const attended = isAtTerminal() && !call.json;
  if (attended && !call.plain && canRedraw(process.env)) {
    chooseColours(call);
    const { runAttachScreens } = await import('../screens/attach-app.tsx');
    const { exitCode, model } = await runAttachScreens({
      run,
      work,
      session: await sessionOn(await thisMachine(), shell.version),
    });
    if (model.ended !== undefined) shell.print(await endText(run, work, model));
    return exitCode;
  }
  const reader = attended ? new LineReader(process.stdin, process.stdout) : undefined;
  const { print } = shell;
  try {
    const model = await follow(run, {
      call,
      reader,
      print,
      say: sayTo(print),
    });
    return model.ended === undefined ? EXIT.ok : exitCodeOf(model);
  } finally {
    reader?.close();
  }
}

/** What stays in the terminal: as at the end of an installation, or the last lines of the run. */
async function endText(run: WatchedRun, work: Work, model: RunModel): Promise<string> {
  if (work.kind === 'install' && work.only === undefined) {
    const outcome = await outcomeOf(await thisMachine(), work.answers, false);
    const columns = process.stdout.columns || 80;
    return endingText(model, endingLines(model, work.answers, outcome), columns);
  }
  const writer = new PlainWriter();
  let last: readonly string[] = [];
  run.subscribe((event) => {
    const lines = writer.take(event);
    if (event.type === 'run-ended') last = lines;
  });
  return `${last.join('\n').trimStart()}\n`;
}
