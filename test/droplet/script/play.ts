import type { Terminal } from '../terminal.ts';
import type { Deed, Errand, Recorded, Script, Stop } from './script.ts';

export interface PlayOptions {
  /** Does what has to be done outside the terminal; resolves to what is to be pasted. */
  readonly run: (errand: Errand, screen: string) => Promise<string | undefined>;
  /** Called with each screen that is recorded, and with the installation's screen from time to time. */
  readonly keep?: (name: string) => Promise<unknown>;
  /** How long the wizard may take for one screen; 60 s when absent. */
  readonly patienceMs?: number;
  /** How long the whole installation may take; 15 minutes when absent. */
  readonly installMs?: number;
  /** The script is left when this holds, and no screen of it is at work: something outside the terminal was waited for. */
  readonly enough?: () => boolean;
}

/** Screens between two things to do that are kept, one in so many milliseconds. */
const GLANCE_MS = 5_000;

/** A picture is complete when nothing has come for so long; at the latest after the other. */
const QUIET_MS = 120;
const MOST_QUIET_MS = 600;

/**
 * Plays a script in a terminal. Returns what was recorded: the ordered part in order, then the rest in the order of
 * the script, since parts that work at the same time ask in any order; fewer when it was left because of `enough`. Throws with
 * the last screen when one does not come, and when the wizard asks something that the script does not know.
 */
export async function play(terminal: Terminal, script: Script, options: PlayOptions): Promise<Recorded[]> {
  const patience = options.patienceMs ?? 60_000;
  const records = new Map<string, Recorded[]>();
  const visit = async (stop: Stop) => {
    records.set(stop.name, await visitStop(terminal, stop, options, patience));
  };
  for (const stop of script.first) {
    await arrives(terminal, stop, patience);
    await visit(stop);
  }
  const open = new Set([...script.meanwhile, script.last]);
  const end = Date.now() + (options.installMs ?? 15 * 60_000);
  while (open.has(script.last)) {
    const screen = await nextScreen(terminal, [...open], end, options);
    if (options.enough?.() === true) break;
    const stop = [...open].find((candidate) => showing(candidate)(screen));
    if (stop === undefined) throw new Error(`the wizard asks what the script does not know:\n${screen}`);
    open.delete(stop);
    await visit(stop);
    // The next screen is awaited when this one is gone; GitHub is asked every 5 s.
    if (stop !== script.last) await terminal.waitFor((shown) => !showing(stop)(shown), patience);
  }
  return [...script.first, ...script.meanwhile, script.last].flatMap(({ name }) => records.get(name) ?? []);
}

/** Throws with the name of the stop when another screen stays. */
async function arrives(terminal: Terminal, stop: Stop, patience: number): Promise<void> {
  await terminal.waitFor(showing(stop), patience).catch((error: unknown) => {
    throw new Error(`waiting for '${stop.name}': ${error instanceof Error ? error.message : String(error)}`);
  });
}

/** Waits for one of the stops, or for a question that none of them is. */
async function nextScreen(
  terminal: Terminal,
  stops: readonly Stop[],
  end: number,
  options: PlayOptions,
): Promise<string> {
  const expected = (screen: string) => stops.some((stop) => showing(stop)(screen));
  for (;;) {
    const left = end - Date.now();
    try {
      return await terminal.waitFor(
        (screen) => options.enough?.() === true || expected(screen) || asks(screen) || isOver(screen),
        Math.min(GLANCE_MS, left),
      );
    } catch (error) {
      if (left <= GLANCE_MS || terminal.isOver) {
        const awaited = stops.map(({ name }) => name).join(', ');
        throw new Error(`waiting for ${awaited}: ${error instanceof Error ? error.message : String(error)}`);
      }
      await options.keep?.('at work');
    }
  }
}

/** A finding that needs somebody; a dialogue that has nothing to be done yet is none. */
const asks = (screen: string): boolean => /Needs you/.test(screen) && /Enter do it/.test(screen);

/** The last screen, whatever it says. */
const isOver = (screen: string): boolean => /Enter leave/.test(screen);

const showing =
  (stop: Stop) =>
  (screen: string): boolean =>
    stop.shows.every((pattern) => pattern.test(screen));

async function visitStop(
  terminal: Terminal,
  stop: Stop,
  options: PlayOptions,
  patience: number,
): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  for (const deed of stop.deeds) {
    try {
      await perform(terminal, deed, options, patience, recorded);
    } catch (error) {
      throw new Error(
        `at the screen '${stop.name}': ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return recorded;
}

async function perform(
  terminal: Terminal,
  deed: Deed,
  options: PlayOptions,
  patience: number,
  recorded: Recorded[],
): Promise<void> {
  if ('press' in deed) await terminal.press(deed.press);
  else if ('type' in deed) terminal.type(deed.type);
  else if ('see' in deed) await terminal.waitFor(deed.see, patience);
  else if ('record' in deed) {
    // A picture can arrive in two parts; where something turns, it is never quiet for long.
    const screen = await terminal.waitForQuiet(QUIET_MS, MOST_QUIET_MS);
    recorded.push({
      name: deed.record,
      screen: deed.until === undefined ? screen : upTo(screen, deed.until),
    });
    await options.keep?.(deed.record);
  } else {
    const paste = await options.run(deed.errand, terminal.screen());
    if (paste !== undefined) terminal.paste(paste);
  }
}

function upTo(screen: string, last: RegExp): string {
  const lines = screen.split('\n');
  const index = lines.findIndex((line) => last.test(line));
  return lines.slice(0, index + 1).join('\n');
}

/** The code that GitHub's screen shows. Throws when there is none. */
export function githubCodeOn(screen: string): string {
  const code = /Code: (\w{4}-\w{4,})/.exec(screen)?.[1];
  if (code === undefined) throw new Error(`no code on the screen:\n${screen}`);
  return code;
}

/** The sign-in link that the screen shows, put together from the lines over which it goes. Throws when there is none. */
export function claudeLinkOn(screen: string): string {
  const lines = screen.split('\n').map((line) => line.trim());
  const from = lines.findIndex((line) => line.startsWith('https://'));
  const to = lines.indexOf('', from);
  const link = lines.slice(from, to).join('');
  if (from < 0 || !URL.canParse(link)) throw new Error(`no link on the screen:\n${screen}`);
  return link;
}
