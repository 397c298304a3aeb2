import { type ChildProcess, spawn } from 'node:child_process';
import type { Droplet } from '../machine/droplet.ts';

/** Where the watchers' programs are in the droplet: for everybody to read. */
export const PROGRAMS = '/opt/attacker';

/** What a watcher is told to look for: a secret's name and its value. */
export type Wanted = readonly (readonly [name: string, value: string])[];

/** What came of a watch. */
export interface Watched {
  readonly tries: ReadonlyMap<string, number>;
  readonly effects: readonly string[];
}

/**
 * Becomes the user as a login would, with nothing of root's left, as soon as there is such a user with a home. The secrets that it
 * looks for come in by a pipe: nobody else is to find them in its command line.
 */
const BECOME = `until [ -d "/home/$1" ] && id "$1" >/dev/null 2>&1 && [ "$(stat -c %U "/home/$1")" = "$1" ]; do sleep 0.05; done
user=$1; shift
exec setpriv --reuid="$user" --regid="$user" --init-groups --inh-caps=-all --bounding-set=-all \\
  env -i --chdir="/home/$user" HOME="/home/$user" USER="$user" PATH="/home/$user/.local/bin:/usr/local/bin:/usr/bin:/bin" LANG=C.UTF-8 /usr/bin/python3 -I ${PROGRAMS}/watch.py "$@"`;

/** A program of the attacker's that runs beside a flow. */
export class Watcher {
  private readonly child: ChildProcess;
  private readonly user: string;
  private readonly ended: Promise<void>;
  private readonly names: readonly string[];
  private text = '';

  private constructor(child: ChildProcess, user: string, names: readonly string[]) {
    this.child = child;
    this.user = user;
    this.names = names;
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      this.text += chunk;
    });
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      this.text += chunk;
    });
    child.stdin?.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      child.once('close', () => resolve());
      child.once('error', () => resolve());
    });
  }

  static async start(
    droplet: Droplet,
    user: 'cleo' | 'mallory',
    flow: string,
    names: readonly string[],
    secrets: Wanted,
  ): Promise<Watcher> {
    const [file = '', ...args] = [
      ...(await droplet.enter()),
      'sh',
      '-c',
      BECOME,
      'become',
      user,
      flow,
      ...names,
    ];
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.write(`${JSON.stringify({ secrets })}\n`);
    return new Watcher(child, user, names);
  }

  /** Resolves when it has begun, so that a quick flow is not over before. */
  async begun(patienceMs: number): Promise<void> {
    const end = Date.now() + patienceMs;
    while (Date.now() < end && !this.text.includes('"tries"'))
      await new Promise((resolve) => setTimeout(resolve, 50));
  }

  /** Ends it; a power cut may have done so before. Throws when the watcher itself is broken. */
  async stop(): Promise<Watched> {
    this.child.stdin?.end('\n');
    const late = setTimeout(() => this.child.kill('SIGKILL'), 15_000);
    await this.ended;
    clearTimeout(late);
    const tries = new Map<string, number>(this.names.map((name) => [name, 0]));
    const effects: string[] = [];
    for (const line of this.text.split('\n').filter((one) => one !== '')) {
      if (!line.startsWith('{')) {
        // What Python says when it is killed in a power cut is no news.
        if (/Error/.test(line))
          throw new Error(`the watcher of ${this.user} is broken: ${this.text.slice(-1500)}`);
        continue;
      }
      const told = JSON.parse(line) as {
        readonly tries?: Readonly<Record<string, number>>;
        readonly effect?: string;
        readonly broken?: string;
        readonly attempt?: string;
      };
      if (told.broken !== undefined) throw new Error(`the attempt ${told.attempt} is broken: ${told.broken}`);
      if (told.effect !== undefined) effects.push(told.effect);
      for (const [name, count] of Object.entries(told.tries ?? {})) tries.set(name, count);
    }
    return { tries, effects };
  }
}
