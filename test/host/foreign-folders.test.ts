import { describe, expect, test } from 'vitest';
import { ALLOWED, type Carried, foreignPath } from '../../src/host/foreign-folders.ts';
import type { Argv } from '../../src/host/host.ts';
import { operations } from '../../src/operations/index.ts';
import { createRehearsal, type Rehearsal } from '../../src/rehearsal/index.ts';
import { template } from '../../src/system/templates.ts';
import { tasks } from '../../src/tasks/index.ts';
import { answersWith } from '../tasks/answers.ts';
import { installedDroplet } from './rehearsal/runs.ts';

const isForeign = (folder: string) => folder.startsWith('/home/cleo') || folder === '/opt/cleo/paperclip';
const found = (argv: Argv, more: Partial<Carried> = {}) => foreignPath({ argv, ...more }, isForeign);

describe('a command of root', () => {
  test.each<[Argv, string]>([
    [['rm', '-f', '--', '/home/cleo/.hermes/x'], '/home/cleo/.hermes/x'],
    [['chown', '--no-dereference', 'cleo:cleo', '/home/cleo/.hermes/.env'], '/home/cleo/.hermes/.env'],
    [['chown', '-Rh', '1000:1000', '--', '/opt/cleo/paperclip'], '/opt/cleo/paperclip'],
    [['cp', '-a', '--', '/opt/cleo/paperclip', '/root/copy'], '/opt/cleo/paperclip'],
    [['mv', '-T', '--', '/home/cleo/a', '/root/a'], '/home/cleo/a'],
    [['ln', '-s', '--', '/etc', '/home/cleo/etc'], '/home/cleo/etc'],
    [['tar', '-C', '/home/cleo', '-cf', '-', '.'], '/home/cleo'],
    [['find', '/home/cleo/.hermes', '!', '-user', 'cleo'], '/home/cleo/.hermes'],
    [['git', '--git-dir=/home/cleo/.hermes/.git', 'status'], '/home/cleo/.hermes/.git'],
    [['du', '-s', '/home/../home/cleo/.hermes'], '/home/../home/cleo/.hermes'],
    [['docker', 'run', '-v', '/home/cleo/data:/data', 'image'], '/home/cleo/data'],
    [['/home/cleo/.hermes/venv/bin/python', '--version'], '/home/cleo/.hermes/venv/bin/python'],
    [['sh', '-s', '--', '/home/cleo/.hermes'], '/home/cleo/.hermes'],
    [
      ['setpriv', '--reuid=0', '--regid=0', '--clear-groups', '--', 'cat', '/home/cleo/.hermes/.env'],
      '/home/cleo/.hermes/.env',
    ],
  ])('%j', (argv, path) => {
    expect(found(argv)).toBe(path);
    expect(found(argv, { user: 'cleo' }), 'as the user it may be done').toBeUndefined();
    expect(found(argv, { user: 'root' })).toBe(path);
  });

  test('also where it works, and in the program that it is given', () => {
    expect(found(['git', 'status'], { cwd: '/home/cleo/.hermes' })).toBe('/home/cleo/.hermes/.');
    expect(found(['sh', '-s'], { input: 'rm -f /home/cleo/.hermes/x' })).toBe('/home/cleo/.hermes/x');
    expect(found(['docker', 'exec', '-i', 'x', 'sh'], { input: 'cat /home/cleo/x' })).toBeUndefined();
  });

  test.each<[Argv]>([
    [['chown', '--no-dereference', '1000:1000', '/home/cleo']],
    [['install', '-d', '-o', '1000', '/opt/cleo/paperclip']],
    [['usermod', '--home', '/home/cleo', '--move-home', 'cleo']],
    [['docker', 'run', '-v', '/opt/cleo/paperclip:/paperclip', 'image']],
    [['find', '/proc', '-maxdepth', '3', '-lname', '/home/cleo/.hermes/gateway.lock']],
    [['pgrep', '-f', '^git clone .*/home/cleo/.hermes']],
    [['setpriv', '--reuid=999', '--regid=999', '--clear-groups', '--', 'find', '/home/cleo/.hermes']],
    [['systemctl', 'restart', 'hermes-gateway.service']],
  ])('%j keeps to folders of root', (argv) => {
    expect(found(argv)).toBeUndefined();
  });

  test('programs that work from descriptors may be given such paths; each is there, and says so first', () => {
    for (const [name, reason] of Object.entries(ALLOWED)) {
      expect(reason).not.toBe('');
      expect(
        found(['python3', '-I', '-', '/home/cleo/.hermes'], { input: `# otto-install: ${name}\n` }),
      ).toBe(undefined);
      if (!name.startsWith('folders/')) continue;
      const chapters = ['descriptors', 'trees', 'tree'];
      const values = Object.fromEntries(chapters.map((chapter) => [chapter, '']));
      expect(String(template(`${name}.py`, values))).toMatch(new RegExp(`^# otto-install: ${name}\\n`));
    }
    expect(found(['python3', '-I', '-', '/home/cleo/.hermes'], { input: '# otto-install: another\n' })).toBe(
      '/home/cleo/.hermes',
    );
  });
});

/** Every command that is given to the droplet in memory as root, with what stands in its way. */
function refused({ host }: Rehearsal): { readonly words: string[]; readonly host: Rehearsal['host'] } {
  const words: string[] = [];
  const watching = Object.create(host, {
    exec: {
      value: (...given: Parameters<typeof host.exec>) =>
        host.exec(...given).catch((error: unknown) => {
          if (/^Root may not use/.test(String((error as Error).message))) words.push(String(error));
          throw error;
        }),
    },
  });
  return { words, host: watching };
}

describe('the looks of a healthy droplet', () => {
  test('no task and no operation has root look below a user’s folder', async () => {
    const { words, host } = refused(await installedDroplet());
    for (const { look } of [...tasks, ...operations])
      await (look as (...given: unknown[]) => Promise<unknown>)(host, answersWith()).catch(() => undefined);
    expect(words).toEqual([]);
  });

  test('the droplet in memory refuses it', async () => {
    const { host } = await installedDroplet();
    const look = host.exec(['find', '/home/cleo/.hermes', '!', '-user', 'cleo', '-print', '-quit']);
    await expect(look).rejects.toThrow('Root may not use /home/cleo/.hermes');
    const { machine, host: bare } = createRehearsal({ speed: Number.POSITIVE_INFINITY, startMs: 0 });
    machine.files.makeDirectory('/srv/open', { mode: 0o777 });
    await expect(bare.exec(['rm', '-f', '--', '/srv/open/x'])).rejects.toThrow('Root may not use');
  });
});
