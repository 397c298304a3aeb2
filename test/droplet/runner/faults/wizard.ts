import type { FaultContext } from '../../faults/fault.ts';
import { VALID_API_KEY } from '../../internet/claude/claude.ts';
import type { Droplet } from '../../machine/droplet.ts';
import { claudeLinkOn, githubCodeOn } from '../../script/play.ts';
import { Terminal } from '../../terminal.ts';
import { type Look, readLook } from './look.ts';

/** Unpacks the packed wizard that lies in the droplet once and puts it into the PATH, so that not every run has to begin with npx. */
export async function installWizard(droplet: Droplet, packagePath: string): Promise<void> {
  const script =
    'rm -rf /opt/otto-install && mkdir /opt/otto-install && tar -xzf "$0" -C /opt/otto-install --strip-components=1 && ln -sf /opt/otto-install/bin/otto-install /usr/local/bin/otto-install';
  await droplet.must(['sh', '-euc', script, packagePath]);
}

/** Looks as an operator would, over ssh, and returns what was found and how long that took, in seconds. */
export async function look(droplet: Droplet): Promise<Look & { readonly seconds: number }> {
  const { stdout, stderr, seconds } = await typed(droplet, 'otto-install check --json', 120_000);
  if (stdout === '') throw new Error(`check --json said nothing: ${stderr.trim()}`);
  return { ...readLook(stdout), seconds };
}

/** Fixes these codes with nobody there. Throws with the end of what it printed when it does not end with 0. */
export async function fix(droplet: Droplet, codes: readonly string[], seconds: number): Promise<void> {
  const words = `otto-install fix ${codes.join(' ')}`;
  const { exitCode, stdout, stderr, timedOut } = await typed(droplet, words, seconds * 1000);
  if (exitCode === 0) return;
  const how = timedOut ? `was not done after ${seconds} s` : `ended with ${exitCode}`;
  throw new Error(`'${words}' ${how}:\n${lastLines(`${stdout}\n${stderr}`, 25)}`);
}

/** Runs it over ssh, or, when SSH lets nobody in, at the hosting provider's console. `seconds` is without the vain attempt. */
async function typed(droplet: Droplet, words: string, timeoutMs: number) {
  const startedAt = Date.now();
  const overSsh = await droplet.ssh([words], { timeoutMs });
  const cutOff = overSsh.exitCode === 255 && overSsh.stdout === '' && /^ssh: connect/m.test(overSsh.stderr);
  if (!cutOff) return { ...overSsh, seconds: (Date.now() - startedAt) / 1000 };
  const sinceConsole = Date.now();
  const atConsole = await droplet.exec(['bash', '-lc', words], { timeoutMs });
  return { ...atConsole, seconds: (Date.now() - sinceConsole) / 1000 };
}

/**
 * The same in a terminal, with a person in front of it who signs in where that is asked, and says yes to what is
 * recommended. Throws with the last screen.
 */
export async function fixInDialogue(
  { droplet, internet, log }: FaultContext,
  codes: readonly string[],
  seconds: number,
): Promise<void> {
  const words = `otto-install fix ${codes.join(' ')}`;
  const terminal = new Terminal(droplet.sshArgv(['-tt'], [words]), { rows: 40 });
  const end = Date.now() + seconds * 1000;
  let answered = '';
  try {
    while (!terminal.isOver) {
      const screen = await terminal
        .waitFor(
          (shown) => asked(shown) !== undefined && asked(shown) !== answered,
          Math.max(1, end - Date.now()),
        )
        .catch((error) => {
          if (terminal.isOver) return undefined;
          throw error;
        });
      const what = screen === undefined ? undefined : asked(screen);
      if (screen === undefined || what === undefined) break;
      answered = what;
      log(`a person sees: ${what}`);
      if (what === A_KEY) {
        terminal.paste(VALID_API_KEY);
        await terminal.waitFor(/› •+/);
        await terminal.press('enter');
      } else if (what.startsWith('Code: ')) await internet.github.approve(githubCodeOn(screen));
      else if (what.startsWith('https://')) {
        terminal.paste(await internet.claude.authorize(claudeLinkOn(screen)));
        await terminal.waitFor(/› •+/);
        await terminal.press('enter');
      } else await terminal.press('enter');
    }
    const exitCode = await terminal.ended;
    if (exitCode !== 0)
      throw new Error(`'${words}' ended with ${exitCode}:\n${lastLines(terminal.history(), 40)}`);
  } finally {
    await terminal.close();
  }
}

/** The screen that asks for a key of Anthropic's API. */
const A_KEY = 'An API key for Claude';

/** What a screen asks of the person: a key, a code, a link, or a question; undefined when it asks nothing. */
function asked(screen: string): string | undefined {
  const code = /Code: \w{4}-\w{4,}/.exec(screen)?.[0];
  if (code !== undefined) return code;
  if (/^\s*https:\/\/claude/m.test(screen) && /›/.test(screen))
    return /https:\/\/claude\S+/.exec(screen)?.[0];
  if (screen.includes(A_KEY) && /›/.test(screen)) return A_KEY;
  if (/Enter (do it|leave)/.test(screen))
    return screen.split('\n').find((line) => /Needs you|▸|Enter leave/.test(line));
  return undefined;
}

function lastLines(text: string, most: number): string {
  return text
    .trimEnd()
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-most)
    .join('\n');
}
