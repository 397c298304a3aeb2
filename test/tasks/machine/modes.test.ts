import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reveal } from '../../../src/secret/secret.ts';
import { parseOwners, whoOwns } from '../../../src/system/packages/dpkg.ts';
import { judgeModes, lookAtModes } from '../../../src/tasks/machine/modes.ts';
import { FakeHost } from '../../engine/fake-host.ts';

const hostThatSees = (open: readonly string[], owned = '') => {
  const host = new FakeHost();
  host.commands.find = () => ({ stdout: open.map((path) => `${path}\0`).join('') });
  host.commands['dpkg-query'] = () => ({ exitCode: 1, stdout: owned });
  return host;
};

describe('what of the system everybody may write', () => {
  test('nothing: nobody asks dpkg, and nothing is found', async () => {
    const host = hostThatSees([]);
    const facts = await lookAtModes(host);
    expect(judgeModes(facts)).toEqual([]);
    expect(host.ran).toHaveLength(1);
  });

  test('what packages brought, and what was made in a folder of theirs, is closed unasked', async () => {
    const facts = await lookAtModes(
      hostThatSees(
        ['/usr/lib/ufw', '/usr/lib/ufw/ufw-init', '/etc/ufw/user.rules'],
        'ufw: /lib/ufw\nufw: /lib/ufw/ufw-init\nnginx-common, ufw: /etc/ufw\n',
      ),
    );
    expect(facts.other).toEqual([]);
    const [finding, ...more] = judgeModes(facts);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ code: 'system-files-writable', severity: 'broken' });
    expect(finding?.evidence).toContain('/usr/lib/ufw, /usr/lib/ufw/ufw-init');
    expect(finding?.fixes[0]?.consequence).toBeUndefined();
  });

  test('what somebody put there is asked about', async () => {
    const facts = await lookAtModes(
      hostThatSees(['/usr/local/bin/report', '/etc/app'], 'base-files, apt: /etc\n'),
    );
    const [finding, ...more] = judgeModes(facts);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ code: 'own-files-writable', severity: 'risk' });
    expect(finding?.fixes[0]?.consequence).toMatch(/another user/);
  });
});

test('dpkg is asked for paths, not for patterns, and under both names of a merged folder', () => {
  expect(whoOwns(['/usr/lib/a*[b]'])).toEqual([
    ...['dpkg-query', '--search', '--'],
    ...['/usr/lib/a\\*\\[b\\]', '/lib/a\\*\\[b\\]'],
  ]);
  expect(parseOwners('ufw:amd64, x: /lib/ufw\ndpkg-query: no path found\n').get('/usr/lib/ufw')).toEqual([
    'ufw:amd64',
    'x',
  ]);
});

describe('closing', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'otto-modes-'));
    chmodSync(folder, 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const mode = (path: string) => (statSync(path).mode & 0o7777).toString(8);
  function close(...paths: string[]) {
    const action = judgeModes({ system: paths, other: [] })[0]?.fixes[0]?.actions[0];
    if (action?.kind !== 'run') throw new Error('nothing to run');
    const [file, ...args] = action.argv;
    return spawnSync(file, args, { input: reveal(action.input ?? ''), encoding: 'utf8' });
  }

  test('takes away what others have, and nothing else, whatever the names are', () => {
    const odd = join(folder, '-rf "x"\n\\{{y}}');
    mkdirSync(join(folder, 'open'));
    writeFileSync(join(folder, 'open/file'), '');
    writeFileSync(odd, '');
    chmodSync(join(folder, 'open'), 0o777);
    chmodSync(join(folder, 'open/file'), 0o4766);
    chmodSync(odd, 0o666);
    expect(close(join(folder, 'open/file'), join(folder, 'open'), odd, join(folder, 'gone')).status).toBe(0);
    expect([mode(join(folder, 'open')), mode(join(folder, 'open/file')), mode(odd)]).toEqual([
      '755',
      '4744',
      '644',
    ]);
  });

  test('a link that stands where a file or a folder was is not followed', () => {
    const victim = join(folder, 'victim');
    mkdirSync(victim);
    writeFileSync(join(victim, 'file'), '');
    chmodSync(join(victim, 'file'), 0o666);
    symlinkSync(join(victim, 'file'), join(folder, 'link'));
    symlinkSync(victim, join(folder, 'folder'));
    const { status, stdout } = close(join(folder, 'link'), join(folder, 'folder/file'));
    expect(status).toBe(1);
    expect(stdout).toContain('0 of 2 closed');
    expect(mode(join(victim, 'file'))).toBe('666');
  });
});
