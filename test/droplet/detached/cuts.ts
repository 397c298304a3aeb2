import { join } from 'node:path';
import type { Laptop } from '../machine/laptop.ts';
import { pause, until } from '../machine/shell.ts';
import type { ScenarioContext } from '../runner/scenario.ts';
import { Terminal } from '../terminal.ts';

export const UNIT = 'otto-install-run.service';

/** A line of the table. */
export interface CutRow {
  readonly moment: string;
  readonly cut: string;
  readonly seen: string;
}

/** The sessions from which one run is watched, one after the other, and how each of them is lost. */
export class Cuts {
  readonly rows: CutRow[] = [];
  readonly #context: ScenarioContext;
  readonly #laptop: Laptop;
  readonly #sessions: Terminal[] = [];

  constructor(context: ScenarioContext, laptop: Laptop) {
    this.#context = context;
    this.#laptop = laptop;
  }

  /** Logs in with a terminal and runs otto-install there; from the laptop, whose network can fall silent, or from elsewhere. */
  session(words: string, name: string, from?: Laptop): Terminal {
    const { droplet, artefacts } = this.#context;
    const argv = droplet.sshArgv(['-tt'], [`otto-install ${words}`], from?.namespace);
    const folder = join(artefacts, `${this.#sessions.length + 1} ${name}`);
    const session = new Terminal(argv, { keepIn: folder });
    this.#sessions.push(session);
    return session;
  }

  /** Ends whatever is still open: after a failure that is what this process would wait for. */
  async end(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.hangup()));
  }

  /**
   * Cuts ssh in both ways at a moment at which the run is held: kills the client of the one who watches; attaches in lines from the
   * laptop, where the run is told from its beginning, and lets its network fall silent. `begins`: how what is told begins.
   * Resolves to the silent session, which nobody has told anything.
   */
  async bothWays(watching: Terminal, moment: string, begins: RegExp): Promise<Terminal> {
    const { check } = this.#context;
    await watching.hangup();
    await this.#goesOn(moment);
    const silent = this.session('attach --plain', `${moment}, laptop`, this.#laptop);
    await silent.waitFor(() => begins.test(silent.history()), 180_000);
    await silent.keep('told from its beginning');
    this.rows.push({ moment, cut: 'client killed', seen: 'goes on; told from its beginning' });
    await this.#laptop.silence();
    await pause(1_500);
    check.that('the silent ssh has heard nothing of it', !silent.isOver);
    await this.#goesOn(moment);
    return silent;
  }

  /** The next session: watches while the silent one decides, then takes over. The network of the silent one comes back, and it ends. */
  async takesOver(silent: Terminal, moment: string): Promise<Terminal> {
    const next = this.session('attach', `${moment}, takes over`);
    await next.waitFor(/decides, you watch\. Ctrl-T/, 180_000);
    await next.keep('who decides');
    next.type('\u0014');
    await next.waitFor(/you decide here/, 60_000);
    await this.#laptop.restore();
    await silent.hangup();
    this.rows.push({ moment, cut: 'network silent', seen: 'goes on; another session takes over' });
    return next;
  }

  /** Whether its process is there, and nobody can have an Open WebUI that has no administrator yet. */
  async #goesOn(moment: string): Promise<void> {
    const { droplet, check } = this.#context;
    await pause(1_500);
    check.equal(`the run at '${moment}', after its session went`, await stateOf(this.#context), 'active');
    const signUp = ['-d', '{"name":"M","email":"m@elsewhere.example","password":"Mallory-was-here-1"}'];
    const { stdout } = await droplet.exec([
      ...['curl', '-s', '-m', '5', '-o', '/dev/null', '-w', '%{http_code}'],
      ...['-H', 'Content-Type: application/json', ...signUp, 'http://127.0.0.1:8080/api/v1/auths/signup'],
    ]);
    check.that('nobody can sign up while it waits', ['000', '403'].includes(stdout), stdout);
  }
}

export async function stateOf({ droplet }: Pick<ScenarioContext, 'droplet'>): Promise<string> {
  return (await droplet.exec(['systemctl', 'is-active', UNIT])).stdout.trim();
}

/** Waits for the end of a run that nobody watches. */
export async function endsAlone(context: ScenarioContext, what: string): Promise<void> {
  await until(`the ${what} to end by itself`, 15 * 60_000, async () =>
    (await stateOf(context)) === 'active' ? undefined : true,
  );
}

/** The rows as markdown. */
export function table(rows: readonly CutRow[]): string {
  const lines = [
    ['Moment', 'Cut', 'Seen'],
    ['---', '---', '---'],
  ].concat(rows.map(({ moment, cut, seen }) => [moment, cut, seen]));
  return `${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}
