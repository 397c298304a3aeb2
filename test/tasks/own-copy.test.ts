import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Action } from '../../src/engine/contracts/action.ts';
import { ownProgram, programIn } from '../../src/system/own-program.ts';
import { keepActions } from '../../src/tasks/own-copy/actions.ts';
import type { OwnCopyFacts } from '../../src/tasks/own-copy/facts.ts';
import { judgeOwnCopy } from '../../src/tasks/own-copy/judge.ts';
import { commandFor, compareVersions, versionOf, versionsAmong } from '../../src/tasks/own-copy/places.ts';

const running = {
  version: '1.2.0',
  root: '/root/.npm/_npx/1/node_modules/otto-install',
  manifest: 'aa  bin/otto-install\nbb  node\n',
  node: '/var/lib/otto-install/node/24.21.0-x64/node',
  fetch: {
    argv: ['/usr/bin/node', '/root/.npm/_npx/1/node_modules/otto-install/bin/fetch-node.js'],
    node: '/var/lib/otto-install/node/24.21.0-x64/node',
  },
} as const;
const kept = { version: '1.2.0', manifest: running.manifest };
const healthy: OwnCopyFacts = {
  running,
  standing: [kept],
  whole: true,
  command: commandFor('1.2.0'),
  otto: 'absent',
};
const fresh: OwnCopyFacts = { running, standing: [], whole: false, command: undefined, otto: 'absent' };
const codes = (facts: OwnCopyFacts) => judgeOwnCopy(facts).map(({ code }) => code);
const shown = (actions: readonly Action[] = []) =>
  actions.map((action) =>
    action.kind === 'write-file'
      ? `write ${action.path}`
      : action.kind === 'run'
        ? action.argv.join(' ')
        : '',
  );
const fixesOf = (facts: OwnCopyFacts) => judgeOwnCopy(facts).flatMap(({ fixes }) => fixes);

describe('the copy that stays', () => {
  test('healthy: this very version, whole, and the command starts it; or nothing that could stay runs', () => {
    expect(codes(healthy)).toEqual([]);
    expect(codes({ ...healthy, standing: [kept, { version: '1.1.0', manifest: '' }] })).toEqual([]);
    expect(codes({ ...fresh, running: undefined })).toEqual([]);
    expect(codes({ ...healthy, running: { ...running, root: '/usr/local/lib/otto-install/1.2.0' } })).toEqual(
      [],
    );
  });

  test('the command alone is missing: it is written again, also by the copy itself', () => {
    const facts = {
      ...healthy,
      command: undefined,
      running: { ...running, root: '/usr/local/lib/otto-install/1.2.0' },
    };
    expect(codes(facts)).toEqual(['own-copy-missing']);
    expect(shown(fixesOf(facts)[0]?.actions)).toContain('write /usr/local/bin/otto-install');
  });

  test('missing: is put there with its Node, and noted as made', () => {
    const [finding] = judgeOwnCopy(fresh);
    expect(finding).toMatchObject({ code: 'own-copy-missing', severity: 'missing' });
    const [fix] = fixesOf(fresh);
    expect(fix?.consequence).toBeUndefined();
    expect(shown(fix?.actions)).toEqual([
      'install -d -m 0755 /usr/local/lib/otto-install',
      `sh -s -- ${running.root} ${running.node} /usr/local/lib/otto-install/1.2.0`,
      'write /usr/local/bin/otto-install',
    ]);
    expect(fix?.actions.flatMap((action) => ('makes' in action ? (action.makes ?? []) : []))).toEqual([
      { kind: 'folder', name: '/usr/local/lib/otto-install' },
      { kind: 'folder', name: '/usr/local/lib/otto-install/1.2.0' },
    ]);
  });

  test('another Node runs it: the one that it is published with is fetched first', () => {
    const [fix] = fixesOf({ ...fresh, running: { ...running, node: undefined } });
    expect(shown(fix?.actions)[0]).toBe(running.fetch.argv.join(' '));
    expect(shown(fix?.actions)[2]).toContain(running.fetch.node);
  });

  test('on an Otto that otto-install did not make, only after a question', () => {
    const facts = { ...fresh, otto: 'not-ours' } as const;
    expect(judgeOwnCopy(facts)).toMatchObject([{ code: 'own-copy-missing', severity: 'risk' }]);
    expect(fixesOf(facts)[0]?.consequence).toMatch(/130 MB/);
    // One that it made works without it, and gets it without a question.
    expect(judgeOwnCopy({ ...fresh, otto: 'ours' })).toMatchObject([{ severity: 'risk' }]);
    expect(fixesOf({ ...fresh, otto: 'ours' })[0]?.consequence).toBeUndefined();
  });

  test('an older one is replaced; it stays for the way back, and what is older still goes', () => {
    const older = ['1.1.0', '1.0.1', '1.0.0'].map((version) => ({ version, manifest: 'x' }));
    const facts = { ...healthy, standing: older, whole: false, command: commandFor('1.1.0') };
    expect(judgeOwnCopy(facts)).toMatchObject([
      {
        code: 'own-copy-outdated',
        severity: 'risk',
        evidence: '`otto-install` starts version 1.1.0; this is 1.2.0.',
      },
    ]);
    const removes = fixesOf(facts)[0]?.actions.flatMap((one) =>
      'removes' in one ? (one.removes ?? []) : [],
    );
    expect(removes?.map(({ name }) => name)).toEqual([
      '/usr/local/lib/otto-install/1.0.1',
      '/usr/local/lib/otto-install/1.0.0',
    ]);
  });

  test('another build of the same version is replaced', () => {
    expect(codes({ ...healthy, standing: [{ ...kept, manifest: 'other' }] })).toEqual(['own-copy-outdated']);
    // What came as one file has npm beside it, what npx fetched has not: the program is the same.
    const withNpm = 'aa  bin/otto-install\ncc  npm.tgz\nbb  node\n';
    expect(codes({ ...healthy, standing: [{ ...kept, manifest: withNpm }] })).toEqual([]);
  });

  test('damaged: is put there again by another one, and cannot repair itself', () => {
    expect(codes({ ...healthy, whole: false })).toEqual(['own-copy-damaged']);
    expect(fixesOf({ ...healthy, whole: false })).toHaveLength(1);
    const itself = {
      ...healthy,
      whole: false,
      running: { ...running, root: '/usr/local/lib/otto-install/1.2.0', manifest: 'as it is now' },
    };
    expect(codes(itself)).toEqual(['own-copy-damaged']);
    expect(fixesOf(itself)).toEqual([]);
    expect(judgeOwnCopy(itself)[0]?.reason).toMatch(/cannot repair itself/);
  });

  test('an older one says that a newer one is here, and changes nothing', () => {
    const facts = {
      ...healthy,
      standing: [{ version: '1.10.0', manifest: 'x' }],
      command: commandFor('1.10.0'),
    };
    expect(judgeOwnCopy(facts)).toMatchObject([
      {
        code: 'own-copy-newer-here',
        evidence: 'This is otto-install 1.2.0, and 1.10.0 is kept on this server.',
        fixes: [],
      },
    ]);
  });

  test('a command of that name which is not ours is left alone', () => {
    expect(judgeOwnCopy({ ...fresh, command: '#!/usr/bin/env node\n' })).toMatchObject([
      { code: 'own-copy-name-taken', fixes: [] },
    ]);
    expect(versionOf(`${commandFor('1.2.0')}rm -rf /\n`)).toBeUndefined();
  });

  test('versions in the order of semver; other names are none', () => {
    expect(
      versionsAmong(['1.9.0', 'backup.py', '1.10.0', '1.10.0-rc.2', '1.10.0-rc.10', '1.10.0.incoming', '2']),
    ).toEqual(['1.10.0', '1.10.0-rc.10', '1.10.0-rc.2', '1.9.0']);
    expect(compareVersions('1.0.0', '1.0.0')).toBe(0);
  });

  test('what runs from a checkout does not stay', async () => {
    expect(await ownProgram()).toBeUndefined();
  });
});

describe('copying', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  let folder: string;
  let program: string;
  let to: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'otto-own-copy-'));
    program = join(folder, 'program');
    to = join(folder, '1.2.0');
    mkdirSync(join(program, 'dist/templates/deep'), { recursive: true });
    cpSync(join(root, 'bin'), join(program, 'bin'), { recursive: true });
    writeFileSync(join(program, 'package.json'), '{"version":"1.2.0"}');
    writeFileSync(join(program, 'dist/templates/deep/a b.sh'), 'x');
    writeFileSync(join(folder, 'node'), '#!/bin/sh\necho started "$@"\n');
    chmodSync(join(folder, 'node'), 0o700);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** As if the stand-in were the Node that is published. */
  const read = async () => {
    const runtime = join(program, 'bin/runtime.js');
    const sum = createHash('sha256')
      .update(readFileSync(join(folder, 'node')))
      .digest('hex');
    writeFileSync(
      runtime,
      readFileSync(runtime, 'utf8').replace(/(x64|arm64): '[0-9a-f]{64}'/g, `$1: '${sum}'`),
    );
    const found = await programIn(`${program}/`, join(folder, 'node'));
    if (found === undefined) throw new Error('nothing that could be copied');
    return found;
  };
  const copy = (found: Awaited<ReturnType<typeof read>>, node = found.node ?? '') => {
    const action = keepActions(found, []).find((one) => one.kind === 'run' && one.argv[0] === 'sh');
    if (action?.kind !== 'run') throw new Error('there is no such action');
    return spawnSync('sh', ['-s', '--', found.root, node, to], {
      input: String(action.input),
      encoding: 'utf8',
    });
  };

  test('brings exactly what runs, with modes of its own, over what was there before', async () => {
    const found = await read();
    expect(found.node).toBe(join(folder, 'node'));
    mkdirSync(to);
    writeFileSync(join(to, 'left'), '');
    mkdirSync(`${to}.incoming`);
    writeFileSync(join(`${to}.incoming`, 'half'), '');
    expect(copy(found)).toMatchObject({ status: 0, stderr: '' });
    const names = readdirSync(to, { recursive: true, encoding: 'utf8' });
    expect(names).toContain('dist/templates/deep/a b.sh');
    expect(names).not.toContain('left');
    expect(existsSync(`${to}.incoming`)).toBe(false);
    const mode = (name: string) => (statSync(join(to, name)).mode & 0o777).toString(8);
    expect(['node', 'bin/otto-install', 'bin/runtime.js', 'bin'].map(mode)).toEqual([
      '755',
      '755',
      '644',
      '755',
    ]);
    expect(readFileSync(join(to, 'SHA256SUMS'), 'utf8')).toBe(found.manifest);
    const command = commandFor('1.2.0').replaceAll('/usr/local/lib/otto-install/1.2.0', to);
    const started = spawnSync('sh', ['-c', command, 'otto-install', 'check', 'two words'], {
      encoding: 'utf8',
    });
    expect(started.stdout).toBe(`started ${to}/bin/otto-install check two words\n`);
  });

  test('something else than what was looked at never gets the name', async () => {
    const found = await read();
    writeFileSync(join(program, 'dist/templates/deep/a b.sh'), 'changed');
    expect(copy(found).status).not.toBe(0);
    expect(existsSync(to)).toBe(false);
    writeFileSync(join(program, 'dist/templates/deep/a b.sh'), 'x');
    writeFileSync(join(folder, 'other'), 'another Node');
    expect(copy(found, join(folder, 'other')).status).not.toBe(0);
    expect(existsSync(to)).toBe(false);
    expect(copy(found).status).toBe(0);
  });

  test('a copy reads itself as what it was copied from; another Node is none of ours', async () => {
    const found = await read();
    copy(found);
    const again = await programIn(`${to}/`, join(to, 'node'));
    expect(again).toMatchObject({ manifest: found.manifest, root: to, node: join(to, 'node') });
    expect((await programIn(`${to}/`, '/bin/sh'))?.node).toBeUndefined();
    mkdirSync(join(to, 'src'));
    expect(await programIn(`${to}/`, '/bin/sh')).toBeUndefined();
  });
});
