import { randomBytes } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VALID_API_KEY } from '../internet/claude/claude.ts';
import { control } from '../internet/control.ts';
import { GITHUB_TOKENS } from '../internet/github/accounts.ts';
import type { Droplet } from '../machine/droplet.ts';
import type { Outcome } from '../machine/shell.ts';
import { installWizard } from '../runner/faults/wizard.ts';
import { Terminal } from '../terminal.ts';
import { administrators } from './administrators.ts';
import { controlsIn, effectsOf, type Leaked, type Looked, obeyed } from './effects.ts';
import type { Flow, Sysctls } from './flow.ts';
import type { Passage } from './table.ts';
import { PROGRAMS, type Wanted, Watcher } from './watcher.ts';

export const PASSWORD = 'correct-horse-battery-9';
const programs = fileURLToPath(new URL('watch/', import.meta.url));

/** Outside of those that useradd counts on from, so that the deploy user gets the number that it has on a fresh droplet. */
const MALLORY = 70_001;

/**
 * The homes on a file system where a rename is a rename (the droplet's root is an overlay, where that of a folder may be a copy),
 * also after a power cut; and the other user.
 */
const SET_UP = `
set -eu
real=/var/lib/docker/homes-of-the-droplet
if ! findmnt /home >/dev/null; then
  systemctl stop hermes-gateway 2>/dev/null || true
  mkdir -p "$real"; chmod 755 "$real"; cp -a /home/. "$real"/
  printf '[Unit]\\nDescription=The homes of the test droplet\\n[Mount]\\nWhat=%s\\nWhere=/home\\nType=none\\nOptions=bind\\n[Install]\\nWantedBy=local-fs.target\\n' "$real" >/etc/systemd/system/home.mount
  systemctl daemon-reload; systemctl enable --quiet --now home.mount
  systemctl start hermes-gateway 2>/dev/null || true
fi
id mallory >/dev/null 2>&1 || useradd --create-home --uid ${MALLORY} --shell /bin/bash mallory
`;

/** A droplet that is under attack, and what came of it so far. */
export class Scene {
  readonly droplet: Droplet;
  readonly sysctls: Sysctls;
  readonly passages: Passage[] = [];
  /** Where screens are kept. */
  private readonly folder: string;
  private readonly log: (text: string) => void;
  private readonly sentinel = `SENTINEL-${randomBytes(12).toString('hex')}`;
  private printed = 0;
  private readonly counted = new Map<string, number>();
  private readonly seen: string[] = [];
  private wanted: { readonly cleo: Wanted; readonly mallory: Wanted };

  constructor(droplet: Droplet, sysctls: Sysctls, folder: string, log: (text: string) => void) {
    this.droplet = droplet;
    this.sysctls = sysctls;
    this.folder = folder;
    this.log = log;
    const ofRoot: Wanted = [
      ['a sentinel of root’s', this.sentinel],
      ['the first account’s password', PASSWORD],
    ];
    this.wanted = {
      cleo: ofRoot,
      mallory: [
        ...ofRoot,
        ['the key of Anthropic’s API', VALID_API_KEY],
        ['GitHub’s token', GITHUB_TOKENS.classic],
      ],
    };
  }

  get internet() {
    return control(this.droplet.places.runDir);
  }

  /** The wizard, the homes, the other user, the watchers' programs, and what must survive. */
  async setUp(packagePath: string): Promise<void> {
    await installWizard(this.droplet, packagePath);
    await this.droplet.must(['sh', '-c', SET_UP], { timeoutMs: 180_000 });
    for (const name of await readdir(programs))
      if (name.endsWith('.py')) await this.droplet.copyIn(join(programs, name), `${PROGRAMS}/${name}`);
    await this.canary('place');
  }

  /** Does a flow with its attempts beside it, and notes what came of it. */
  async play(flow: Flow): Promise<void> {
    await this.learn();
    this.counted.clear();
    for (const name of flow.own ?? []) this.counted.set(name, 0);
    await flow.prepare?.(this);
    await this.canary('note');
    const startedAt = Date.now();
    await this.watch(flow);
    const ended = await flow.run(this);
    const seconds = (Date.now() - startedAt) / 1000;
    await this.rest();
    const effects = [...this.seen.splice(0), ...(await this.look(flow))];
    await flow.after?.(this);
    const tries = new Map(this.counted);
    if (!tries.has('anything-else')) tries.set('anything-else', 1);
    this.passages.push({
      flow: flow.name,
      sysctls: this.sysctls,
      seconds,
      ended,
      tries,
      effects: [...new Set(effects)],
    });
    this.log(
      `${seconds.toFixed(1).padStart(7)} s  ${flow.name} (${this.sysctls}): ${ended}; ${[...tries].map(([name, count]) => `${name} ${count}`).join(', ')}`,
    );
    for (const effect of new Set(effects)) this.log(`           EFFECT ${JSON.stringify(effect)}`);
    // What an effect has left lying is not told again of the next flow.
    if (effects.length > 0) await this.heal();
  }

  private readonly watchers: Watcher[] = [];
  private flow: Flow | undefined;

  /** Starts the flow's watchers; again after a power cut. */
  async watch(flow: Flow | undefined = this.flow): Promise<void> {
    this.flow = flow;
    for (const user of ['cleo', 'mallory'] as const) {
      const names = flow?.[user] ?? [];
      if (names.length === 0 || flow === undefined) continue;
      const watcher = await Watcher.start(this.droplet, user, flow.name, names, this.wanted[user]);
      this.watchers.push(watcher);
      // On a bare droplet there is no deploy user yet.
      if (!(flow.name === 'install' && user === 'cleo')) await watcher.begun(10_000);
    }
  }

  /** Ends the watchers and counts what they tried. */
  async rest(): Promise<void> {
    for (const watcher of this.watchers.splice(0)) {
      const { tries, effects } = await watcher.stop();
      for (const [name, count] of tries) this.tried(name, count);
      this.seen.push(...effects);
    }
  }

  /** Counts tries of an attempt that the flow itself makes. */
  tried(name: string, times = 1): void {
    this.counted.set(name, (this.counted.get(name) ?? 0) + times);
  }

  /** An effect that the flow itself saw. */
  effect(words: string): void {
    this.seen.push(words);
  }

  /** Runs otto-install over ssh without a terminal; looks at what it printed, and that it ends at all. */
  async otto(words: string, { limitS = 120, before = '' } = {}): Promise<Outcome> {
    return this.run(`${before}otto-install ${words}`, limitS);
  }

  async run(command: string, limitS: number): Promise<Outcome> {
    const outcome = await this.droplet.ssh([command], { timeoutMs: limitS * 1000 });
    const name = command.replace(/^.*?(otto-install|npx)/s, '$1').slice(0, 60);
    if (outcome.timedOut) this.effect(`'${name}' was not done after ${limitS} s`);
    await this.keep(name, `${outcome.stdout}\n${outcome.stderr}\n`);
    // It may refuse; but then in its own words.
    const [, crash] = /made a mistake and had to end: (.*)/.exec(outcome.stderr) ?? [];
    if (crash !== undefined || /^Node\.js v\d/m.test(outcome.stderr))
      this.effect(`'${name}' crashed: ${crash?.slice(0, 200) ?? 'see what it printed'}`);
    // ssh's own words when the power is cut end with a carriage return.
    const own = outcome.stderr.replace(/^Connection to \S+ closed(?: by remote host)?\.\r$/gm, '');
    for (const text of [outcome.stdout, own]) {
      for (const one of controlsIn(`'${name}'`, text)) this.effect(one);
      if (text.includes(this.sentinel)) this.effect(`what '${name}' printed holds a secret of root's`);
    }
    return outcome;
  }

  /** All that was printed, for whoever looks into an effect. */
  private async keep(name: string, text: string): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const file = `${String(this.printed).padStart(3, '0')} ${name.replace(/[^\w. -]+/g, '_')}.txt`;
    this.printed += 1;
    await writeFile(join(this.folder, file), text, { mode: 0o600 });
  }

  /** The same in a terminal; `leave` is typed when it shows `until`. */
  async inTerminal(words: string, until?: RegExp, leave = 'q'): Promise<string> {
    const terminal = new Terminal(this.droplet.sshArgv(['-tt'], [`otto-install ${words}`]), {
      keepIn: this.folder,
      columns: 120,
      rows: 40,
    });
    try {
      if (until !== undefined) {
        await terminal.waitFor(until, 60_000).catch(() => undefined);
        terminal.type(leave);
      }
      const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), 60_000).unref());
      const ended = await Promise.race([terminal.ended, late]);
      for (const one of obeyed(`a terminal with '${words}'`, terminal.raw())) this.effect(one);
      return ended === 'late' ? 'left' : `ended with ${ended}`;
    } finally {
      await terminal.close();
    }
  }

  private async look(flow: Flow): Promise<readonly string[]> {
    const looked = JSON.parse(await this.canary('look')) as Looked;
    const leaked = JSON.parse(await this.canary('leaks')) as Leaked;
    return [...effectsOf(flow.name, looked, leaked), ...(await administrators(this.droplet))];
  }

  private canary(what: 'place' | 'note' | 'look' | 'leaks'): Promise<string> {
    const input = JSON.stringify({ sentinel: this.sentinel });
    return this.droplet.must(['python3', '-I', `${PROGRAMS}/canary.py`, what], { input, timeoutMs: 180_000 });
  }

  /** Secrets that came into being since: generated keys. */
  private async learn(): Promise<void> {
    const found: (readonly [string, string])[] = [];
    for (const [path, name, pattern] of GENERATED) {
      const { stdout } = await this.droplet.exec(['cat', path]);
      const value = pattern.exec(stdout)?.[1];
      if (value !== undefined && value.length > 7) found.push([name, value]);
    }
    const { cleo, mallory } = this.wanted;
    const known = new Set(mallory.map(([, value]) => value));
    const fresh = found.filter(([, value]) => !known.has(value));
    this.wanted = {
      // Its own key and its own sign-ins it may well know.
      cleo: [...cleo, ...fresh.filter(([name]) => !name.includes('Hermes'))],
      mallory: [...mallory, ...fresh],
    };
  }

  /** Removes what the attackers achieved, so that each flow is told its own. */
  private async heal(): Promise<void> {
    const script = `
rm -rf /root/pwned-* /etc/created-by-* /root/for-support* /var/log/otto-install/*
grep -rlsZ PLANTED-BY-AN-ATTACKER /etc /root /usr/local | xargs -0r rm -f
find /etc /root /usr/local -xdev -depth \\( -user cleo -o -user mallory \\) -delete 2>/dev/null
for archive in /var/backups/*/*.tar.gz; do zcat "$archive" 2>/dev/null | grep -qa SENTINEL- && rm -f "$archive"; done
systemctl daemon-reload`;
    await this.droplet.exec(['sh', '-c', script], { timeoutMs: 120_000 });
    await this.canary('place');
  }
}

const GENERATED: readonly (readonly [path: string, name: string, pattern: RegExp])[] = [
  ['/home/cleo/.hermes/.env', 'the key of Hermes’s API', /^API_SERVER_KEY=(\S+)$/m],
  ['/opt/cleo/open-webui.env', 'the key of Open WebUI’s sessions', /^WEBUI_SECRET_KEY=(\S+)$/m],
  ['/opt/cleo/paperclip.env', 'Paperclip’s secret', /^BETTER_AUTH_SECRET=(\S+)$/m],
];
