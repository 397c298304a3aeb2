import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { ATTEMPTS, attributed } from './attempts.ts';
import { documentedStart } from './documented-start.ts';
import { controlsIn, effectsOf, type Looked, obeyed } from './effects.ts';
import { FLOWS } from './flows.ts';
import { installUnderAttack } from './install.ts';
import { wanted } from './select.ts';
import { type Passage, rowsOf, table, wrongWith } from './table.ts';

const folder = mkdtempSync(join(tmpdir(), 'attacker-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const programs = fileURLToPath(new URL('watch/', import.meta.url));

const nothing: Looked = {
  changes: [],
  marked: [],
  owned: [],
  open: [],
  setuid: [],
  victims: [],
  pwned: [],
  processes: [],
  containers: [],
};
const quiet = { leaks: [], controls: [] };

/** Runs a few lines of Python beside the watchers' modules. */
const python = (lines: string): string =>
  execFileSync(
    'python3',
    ['-I', '-B', '-c', `import sys; sys.path.insert(0, ${JSON.stringify(programs)})\n${lines}`],
    {
      encoding: 'utf8',
      env: { HOME: folder, PATH: process.env.PATH ?? '', USER: 'cleo' },
    },
  );

describe('the catalogue of attempts', () => {
  it('has a watcher for each attempt of a flow, and a flow for each watcher', () => {
    const watched = [...readFileSync(join(programs, 'watch.py'), 'utf8').matchAll(/^ {4}"([\w-]+)":/gm)].map(
      ([, name]) => name,
    );
    const flows = [...FLOWS, installUnderAttack(true)];
    const used = new Set(flows.flatMap(({ cleo = [], mallory = [] }) => [...cleo, ...mallory]));
    expect([...used].filter((name) => !watched.includes(name))).toEqual([]);
    expect(watched.filter((name) => !used.has(name ?? ''))).toEqual([]);
    const own = flows.flatMap((flow) => flow.own ?? []);
    const known = ATTEMPTS.map(({ name }) => name).filter((name) => name !== 'anything-else');
    expect([...used, ...own].sort().filter((name, index, all) => all[index - 1] !== name)).toEqual(
      [...known].sort(),
    );
  });

  it('tells an effect of the attempt that was at work, and what nobody’s signs tell of anything else', () => {
    const effects = [
      "x.tar.gz holds a secret of root's",
      'root ran what was planted: /root/pwned-git-hook',
      'something new',
    ];
    expect(attributed(effects, ['hard-links', 'pipes-and-devices'])).toEqual(
      new Map([
        ['pipes-and-devices', [effects[0]]],
        ['git-config', [effects[1]]],
        ['anything-else', [effects[2]]],
      ]),
    );
  });
});

describe('effects', () => {
  it('has none when nothing is otherwise', () => {
    expect(effectsOf('check', nothing, quiet)).toEqual([]);
  });

  it.each<[string, Partial<Looked>, RegExp]>([
    ['a victim that is gone', { victims: ['/etc/victim-journal is gone'] }, /victim-journal is gone/],
    ['a plant that root ran', { pwned: ['/root/pwned-unit'] }, /root ran what was planted/],
    ['a file of cleo’s among root’s', { owned: [['/etc/systemd/system/.env', 'cleo']] }, /owned by cleo/],
    [
      'a changed file of the system',
      { changes: [['/etc/passwd', 'file 0644 0:0 1 a', 'file 0644 0:0 2 b']] },
      /^changed: \/etc\/passwd/,
    ],
    [
      'a new file of the system',
      { changes: [['/etc/cron.d/x', null, 'file 0644 0:0 2 b']] },
      /^new: \/etc\/cron.d\/x/,
    ],
    ['a folder that everybody may write', { open: ['/usr/lib/ufw'] }, /everybody may write/],
    ['a set-uid program of no package', { setuid: ['/usr/bin/x'] }, /set-uid/],
    ['a container that runs as a person', { containers: ['paperclip runs as cleo'] }, /runs as cleo/],
  ])('tells %s', (_, looked, words) => {
    expect(effectsOf('check', { ...nothing, ...looked }, quiet)).toEqual([expect.stringMatching(words)]);
  });

  it('lets a flow change what it is for, and nothing beside it', () => {
    const unit = [
      '/etc/systemd/system/hermes-gateway.service',
      'file 0644 0:0 1 a',
      'file 0644 0:0 2 b',
    ] as const;
    const other = ['/etc/systemd/system/evil.service', null, 'file 0644 0:0 2 b'] as const;
    expect(effectsOf('restore', { ...nothing, changes: [unit] }, quiet)).toEqual([]);
    expect(effectsOf('check', { ...nothing, changes: [unit] }, quiet)).toHaveLength(1);
    expect(
      effectsOf(
        'install',
        { ...nothing, changes: [unit, ['/usr/bin/docker', null, 'file 0755 0:0 1']] },
        quiet,
      ),
    ).toEqual([]);
    expect(effectsOf('install', { ...nothing, changes: [other] }, quiet)).toHaveLength(1);
  });

  it('tells a tree of hundreds by its first few', () => {
    const owned = Array.from(
      { length: 300 },
      (_, number) => [`/etc/systemd/system/${number}`, 'cleo'] as const,
    );
    expect(effectsOf('restore', { ...nothing, owned }, quiet)).toHaveLength(4);
  });

  it('knows the attackers’ sequences on a terminal, and every control character elsewhere', () => {
    expect(obeyed('check', '\u001b[1mbold\u001b[0m')).toEqual([]);
    expect(obeyed('check', 'a\u001b]0;PWNED\u0007')).toEqual(['check shows a title raw']);
    expect(controlsIn('status', 'line\n\tnext')).toEqual([]);
    expect(controlsIn('status', 'a\u009bb\u202ec\u009b')).toEqual([
      'status shows U+009B raw',
      'status shows U+202E raw',
    ]);
  });
});

describe('the table', () => {
  const passage = (
    tries: readonly (readonly [string, number])[],
    effects: readonly string[] = [],
  ): Passage => ({
    flow: 'backup',
    sysctls: 'off',
    seconds: 1,
    ended: 'exit 0',
    tries: new Map(tries),
    effects,
  });

  it('fails by an effect, and by an attempt that was never made', () => {
    expect(wrongWith(rowsOf([passage([['swap-hermes', 3]])]))).toEqual([]);
    expect(wrongWith(rowsOf([passage([['swap-hermes', 0]])]))).toEqual(['swap-hermes (off) was never tried']);
    const rows = rowsOf([
      passage([['forged-journal', 2]], ['/etc/victim-journal is gone']),
      passage([['forged-journal', 1]], ['/etc/victim-journal is gone']),
    ]);
    expect(rows).toEqual([
      expect.objectContaining({
        attempt: 'forged-journal',
        tries: 3,
        effects: ['backup: /etc/victim-journal is gone'],
      }),
    ]);
    expect(wrongWith(rows)).toHaveLength(1);
  });

  it('shows nothing raw of what the attackers wrote', () => {
    const text = table(
      rowsOf([passage([['odd-names', 1]], ['everybody may write /etc/\u001b]0;x|\u202e'])]),
      [],
    );
    expect(text).toContain('/etc/U+001B]0;x\\|U+202E');
  });
});

describe('the flows that are wanted', () => {
  it('are all, those of a name, in one pass, or a sample of many names', () => {
    const seed = { seed: 'x' };
    expect(wanted(FLOWS, seed, 'on')).toEqual({ flows: FLOWS, installs: true });
    expect(wanted(FLOWS, { ...seed, only: ['off:backup', 'install'] }, 'on')).toEqual({
      flows: [],
      installs: true,
    });
    expect(wanted(FLOWS, { ...seed, only: ['backup'] }, 'off').flows.map(({ name }) => name)).toEqual(
      Array(4).fill('backup'),
    );
    const drawn = wanted(FLOWS, { ...seed, sample: 6 }, 'on').flows;
    expect(new Set(drawn.map(({ name }) => name)).size).toBe(6);
    expect(() => wanted(FLOWS, { ...seed, only: ['bakup'] }, 'on')).toThrow(/no flow 'bakup'/);
  });
});

describe('the attacks are real', () => {
  it('a forged journal has whoever opens its database remove the victim', () => {
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'a victim\n');
    python(`
import plants, sqlite3
database = sqlite3.connect("${folder}/notes.db"); database.execute("CREATE TABLE note (text)"); database.commit(); database.close()
plants.forge("${folder}/notes.db", "${victim}")
sqlite3.connect("${folder}/notes.db").execute("SELECT * FROM note").fetchall()`);
    expect(existsSync(victim)).toBe(false);
  });

  it('a swap is one step, and is healed whatever moment it was stopped in', () => {
    mkdirSync(join(folder, '.hermes'), { recursive: true });
    python(`
import os, swaps
from common import exchange
os.symlink("/etc", swaps.HERMES + ".otherwise")
exchange(swaps.HERMES, swaps.HERMES + ".otherwise")
assert os.path.islink(swaps.HERMES)
swaps.heal(swaps.HERMES, swaps.HERMES + ".otherwise")
swaps.heal(swaps.HERMES, swaps.HERMES + ".otherwise")`);
    expect(lstatSync(join(folder, '.hermes')).isDirectory()).toBe(true);
  });

  it('the README says how otto-install is started', async () => {
    expect(await documentedStart()).toMatch(/npx -y otto-install$/);
  });
});
