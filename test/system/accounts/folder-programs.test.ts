import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Command } from '../../../src/engine/contracts/action.ts';
import { reveal } from '../../../src/secret/secret.ts';
import { giveBack, measureFolder, removeFolders } from '../../../src/system/accounts/folder-programs.ts';
import { python } from '../../python/index.ts';

/** The programs of templates/folders, as root over a folder of somebody else who does what users are not meant to. */

/** A user that no account belongs to. */
const CLEO = 54_321;
const asRoot = process.geteuid?.() === 0;

let folder: string;
let home: string;
const outside = () => join(folder, 'outside');
const secret = () => join(outside(), 'shadow');
const at = (name: string) => join(home, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'folders-'));
  chmodSync(folder, 0o755);
  home = join(folder, 'cleo');
  mkdirSync(home);
  mkdirSync(outside());
  writeFileSync(secret(), 'root:$y$', { mode: 0o600 });
  mkdirSync(at('hermes/logs'), { recursive: true });
  writeFileSync(at('hermes/.env'), 'KEY=1', { mode: 0o600 });
  writeFileSync(at('hermes/logs/agent.log'), 'a line');
  if (asRoot) execFileSync('chown', ['-R', `${CLEO}:${CLEO}`, home]);
});
afterEach(() => rmSync(folder, { recursive: true }));

function carryOut({ argv, input = '' }: Pick<Command, 'argv' | 'input'>) {
  expect(argv.slice(0, 3)).toEqual(['python3', '-I', '-']);
  const { code, stdout, stderr } = python(reveal(input), argv.slice(3));
  return { status: code, said: `${stdout}${stderr}` };
}

const give = (below = true, ...paths: readonly string[]) =>
  carryOut(giveBack(`${CLEO}:${CLEO}`, paths.length === 0 ? [at('hermes')] : paths, '', { below }));
const remove = (...paths: readonly string[]) => carryOut(removeFolders(paths, ''));
const isOutside = () =>
  existsSync(secret()) && statSync(secret()).uid === 0 && readFileSync(secret(), 'utf8') === 'root:$y$';
const owner = (name: string) => lstatSync(at(name)).uid;

describe.runIf(asRoot)('given back', () => {
  test('files, folders and links of root, and nothing else changes', () => {
    mkdirSync(at('hermes/sessions'), { mode: 0o700 });
    writeFileSync(at('hermes/sessions/one.json'), '{}', { mode: 0o664 });
    chmodSync(at('hermes/sessions/one.json'), 0o664);
    symlinkSync(secret(), at('hermes/to-shadow'));
    execFileSync('mkfifo', [at('hermes/pipe')]);
    lchownSync(at('hermes/logs/agent.log'), 0, 0);
    expect(give()).toEqual({ status: 0, said: '' });
    expect(
      ['sessions', 'sessions/one.json', 'to-shadow', 'pipe', 'logs/agent.log'].map((name) =>
        owner(`hermes/${name}`),
      ),
    ).toEqual([CLEO, CLEO, CLEO, CLEO, CLEO]);
    expect(lstatSync(at('hermes/sessions/one.json')).mode & 0o777).toBe(0o664);
    expect(isOutside()).toBe(true);
    expect(give(), 'a second time').toEqual({ status: 0, said: '' });
  });

  test('what only root may read, where hard links are guarded: else it may have been a file of the system', () => {
    lchownSync(at('hermes/.env'), 0, 0);
    const guarded = readFileSync('/proc/sys/fs/protected_hardlinks', 'utf8').trim() === '1';
    const { status, said } = give();
    expect([status, owner('hermes/.env')]).toEqual(guarded ? [0, CLEO] : [1, 0]);
    expect(said).toMatch(guarded ? /^$/ : /fs\.protected_hardlinks is off/);
  });

  test('one alone, without what is in it', () => {
    lchownSync(at('hermes'), 0, 0);
    lchownSync(at('hermes/.env'), 0, 0);
    expect(give(false).status).toBe(0);
    expect([owner('hermes'), owner('hermes/.env')]).toEqual([CLEO, 0]);
  });

  test('a second name of a file of the system stays root’s, and is named', () => {
    linkSync(secret(), at('hermes/mine'));
    const { status, said } = give();
    expect([status, said]).toEqual([
      1,
      expect.stringMatching(/^Left alone: .*\/hermes\/mine has a second name/),
    ]);
    expect(isOutside()).toBe(true);
    expect(give(false, at('hermes/mine')).status, 'asked for alone').toBe(1);
    expect(isOutside()).toBe(true);
  });

  test.each(['hermes', 'hermes/logs'])(
    'a link in the place of a folder on the way leads nowhere: %s',
    (name) => {
      rmSync(at(name), { recursive: true });
      symlinkSync(outside(), at(name));
      lchownSync(at(name), CLEO, CLEO);
      const { status, said } = give(false, `${at(name)}/shadow`);
      expect([status, said]).toEqual([
        1,
        expect.stringContaining('is a link that not only root can have made'),
      ]);
      give(true, at(name));
      expect(isOutside()).toBe(true);
    },
  );

  test('names of every kind, and folders in each other without end', () => {
    const names = ['-rf', '--reference=x', 'a\nb', '\u001b[2J', '\u202e', '*', '$(id)', ' '];
    for (const name of names) writeFileSync(at(`hermes/${name}`), '');
    writeFileSync(Buffer.concat([Buffer.from(at('hermes/')), Buffer.from([0xff, 0xfe, 0x80])]), '');
    expect(give()).toEqual({ status: 0, said: '' });
    for (const name of names) expect(owner(`hermes/${name}`)).toBe(CLEO);
    linkSync(secret(), at('hermes/\u001b[2J\nhello\u202e'));
    expect(give().said).toContain('\\x1b[2J\\nhello\\u202e has a second name');
    deep(150);
    expect(give().said).toContain('is too deep');
  });
});

/** Folders in each other, deeper than anybody needs. */
function deep(count: number): void {
  const program = `import os
os.chdir(${JSON.stringify(at('hermes'))})
for _ in range(${count}):
    os.mkdir("d"); os.chdir("d")
open("end", "w").close()`;
  expect(python(program).code).toBe(0);
}

describe.runIf(asRoot)('while the user swaps a folder for a link', () => {
  /** As cleo, again and again: logs is a folder, then a link to outside, then a folder. */
  async function watcher(name: string) {
    const swapping = spawn(
      'setpriv',
      [
        ...['--reuid', String(CLEO), '--regid', String(CLEO), '--clear-groups', 'python3', '-c'],
        `import os
os.chdir(${JSON.stringify(home)})
print("begun", flush=True)
name, other = ${JSON.stringify(name)}, ${JSON.stringify(`${name}.other`)}
while True:
    try:
        os.rename(name, other); os.symlink(${JSON.stringify(outside())}, name); os.unlink(name); os.rename(other, name)
    except OSError:
        for one in (name, other):
            try: os.unlink(one)
            except OSError: pass
        try: os.rename(other, name)
        except OSError: pass
`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(swapping.stdout, 'data');
    return swapping;
  }

  test.each(['hermes', 'hermes/logs'])(
    'nothing outside is given or removed: %s',
    async (name) => {
      mkdirSync(join(outside(), 'logs'));
      writeFileSync(join(outside(), 'logs', 'agent.log'), 'of root', { mode: 0o600 });
      const swapping = await watcher(name);
      try {
        for (let round = 0; round < 3; round += 1) {
          give();
          give(false, at('hermes/logs/agent.log'), at('hermes/shadow'));
          remove(at('hermes/logs/agent.log'), at('hermes/shadow'));
          carryOut(measureFolder(at('hermes')));
        }
        remove(at('hermes'));
      } finally {
        swapping.kill('SIGKILL');
      }
      expect(isOutside()).toBe(true);
      expect(statSync(join(outside(), 'logs/agent.log')).uid).toBe(0);
      expect(readFileSync(join(outside(), 'logs/agent.log'), 'utf8')).toBe('of root');
    },
    60_000,
  );
});

describe('removed', () => {
  test('with everything in it, links as links, any depth, and a second time', () => {
    symlinkSync(outside(), at('hermes/to-outside'));
    writeFileSync(at('hermes/-rf'), '');
    deep(700);
    expect(remove(at('hermes'))).toEqual({ status: 0, said: '' });
    expect([existsSync(at('hermes')), existsSync(secret())]).toEqual([false, true]);
    expect(remove(at('hermes'), at('nothing/there'))).toEqual({ status: 0, said: '' });
  });

  test('a link at its end is removed, and one on the way is not followed', () => {
    symlinkSync(outside(), at('link'));
    if (asRoot) lchownSync(at('link'), CLEO, CLEO);
    expect(remove(`${at('link')}/shadow`).status).toBe(asRoot ? 1 : 0);
    if (asRoot) expect(existsSync(secret())).toBe(true);
    expect([remove(at('link')).status, existsSync(at('link')), existsSync(outside())]).toEqual([
      0,
      false,
      true,
    ]);
  });
});

test('how much room a folder takes', () => {
  writeFileSync(at('hermes/big'), Buffer.alloc(3_000_000));
  linkSync(at('hermes/big'), at('hermes/big-too'));
  symlinkSync('/usr', at('hermes/usr'));
  const { bytes, free } = JSON.parse(carryOut(measureFolder(at('hermes'))).said);
  expect(bytes).toBeGreaterThan(3_000_000);
  expect(bytes).toBeLessThan(4_000_000);
  expect(free).toBeGreaterThan(0);
});
