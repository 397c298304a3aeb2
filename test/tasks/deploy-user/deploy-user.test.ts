import { expect, test } from 'vitest';
import type { FileStat } from '../../../src/host/host.ts';
import { type DeployUserFacts, deployUserTask } from '../../../src/tasks/deploy-user/index.ts';
import { answersWith } from '../answers.ts';

const folder = (changes: Partial<FileStat> = {}): FileStat => ({
  kind: 'directory',
  mode: 0o755,
  uid: 0,
  gid: 0,
  owner: 'root',
  group: 'root',
  size: 4096,
  modifiedMs: 0,
  ...changes,
});
const cleo = { name: 'cleo', uid: 1000, gid: 1000, home: '/home/cleo', shell: '/bin/bash' };
const healthy: DeployUserFacts = {
  user: cleo,
  groupExists: true,
  groups: ['cleo'],
  password: 'locked',
  sudo: false,
  home: folder({ uid: 1000, gid: 1000, owner: 'cleo' }),
  opt: folder(),
  above: [],
};
const judge = (facts: Partial<DeployUserFacts>) =>
  deployUserTask.judge({ ...healthy, ...facts }, answersWith());

test('the user is there, without powers: nothing to do', () => {
  expect(judge({})).toEqual([]);
  expect(judge({ password: 'set' }), 'a password somebody set by hand').toEqual([]);
});

test('a bare machine: user and folder are made unasked', () => {
  const findings = judge({
    user: undefined,
    groupExists: false,
    groups: [],
    home: undefined,
    opt: undefined,
  });
  expect(findings.map(({ code }) => code)).toEqual(['deploy-user-missing', 'opt-missing']);
  expect(findings.flatMap(({ fixes }) => fixes[0]?.actions ?? [])).toMatchObject([
    { argv: expect.arrayContaining(['useradd', '--create-home', '/bin/bash', 'cleo']) },
    { argv: ['install', '-d', '-m', '0755', '-o', 'root', '-g', 'root', '/opt/cleo'] },
  ]);
  expect(findings.every(({ fixes }) => fixes[0]?.consequence === undefined)).toBe(true);
});

test.each<[string, Partial<DeployUserFacts>, string, boolean]>([
  ['in sudo', { groups: ['cleo', 'sudo'], sudo: true }, 'risk deploy-user-in-sudo', true],
  ['in docker', { groups: ['cleo', 'docker'] }, 'risk deploy-user-in-docker', true],
  ['in admin', { groups: ['cleo', 'admin'] }, 'risk deploy-user-in-admin', true],
  ['in wheel', { groups: ['cleo', 'wheel'] }, 'risk deploy-user-in-wheel', true],
  ['in lxd', { groups: ['cleo', 'lxd'] }, 'risk deploy-user-in-lxd', true],
  ['in root', { groups: ['cleo', 'root'] }, 'risk deploy-user-in-root', true],
  ['in disk', { groups: ['cleo', 'disk'] }, 'risk deploy-user-in-disk', true],
  ['a file in sudoers.d', { sudo: true }, 'risk deploy-user-may-sudo', false],
  ['an empty password', { password: 'empty' }, 'broken deploy-user-password-empty', false],
  ['no shell', { user: { ...cleo, shell: '/usr/sbin/nologin' } }, 'risk deploy-user-shell', true],
  ['root by another name', { user: { ...cleo, uid: 0 } }, 'blocked deploy-user-is-root', false],
  ['no group of its name', { groupExists: false }, 'broken deploy-user-group-missing', false],
  [
    'a home in another place',
    { user: { ...cleo, home: '/srv/cleo' }, home: undefined },
    'blocked deploy-user-home-elsewhere',
    true,
  ],
  ['no home', { home: undefined }, 'missing deploy-user-home-missing', false],
  ["the home is root's", { home: folder() }, 'broken deploy-user-home-owner', true],
  [
    "/opt/cleo is the user's",
    { opt: folder({ uid: 1000, owner: 'cleo' }) },
    'broken opt-writable-by-others',
    true,
  ],
  ['/opt/cleo is open to all', { opt: folder({ mode: 0o777 }) }, 'broken opt-writable-by-others', true],
  [
    '/opt is open to all',
    { above: [{ path: '/opt', owner: 'root', kind: 'mode', data: '/opt/cleo' }] },
    'broken data-below-open-folder',
    true,
  ],
  [
    'the data is in a home',
    { above: [{ path: '/home/ann', owner: 'ann', kind: 'owner', data: '/home/ann/webui' }] },
    'risk data-below-open-folder',
    false,
  ],
  [
    'above the data is a link of the user’s',
    { above: [{ path: '/srv/otto', owner: 'cleo', kind: 'link', data: '/srv/otto/webui' }] },
    'risk data-below-open-folder',
    false,
  ],
  ['/opt/cleo is a file', { opt: folder({ kind: 'file' }) }, 'blocked opt-not-a-folder', false],
])('%s', (_, facts, expected, asks) => {
  const findings = judge(facts);
  expect(findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual([expected]);
  expect(findings[0]?.fixes[0]?.consequence !== undefined).toBe(asks);
});

test('a folder that has a finding of its own is not named twice', () => {
  const above = [{ path: '/opt/cleo', owner: 'cleo', kind: 'owner', data: '/opt/cleo/open-webui' }] as const;
  expect(judge({ above })).toEqual([]);
});
