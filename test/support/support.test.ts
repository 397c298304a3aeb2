import { execFileSync } from 'node:child_process';
import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LocalHost } from '../../src/host/local.ts';
import { holdsSecret, Secret } from '../../src/secret/secret.ts';
import { anonymous, withoutChats } from '../../src/support/anonymous.ts';
import { leaks, writeBundle } from '../../src/support/bundle.ts';
import { maskedEnv, maskedVariables } from '../../src/support/settings.ts';
import { tarOf } from '../../src/support/tar.ts';

describe('a text for somebody else', () => {
  const own = new Set(['203.0.113.10', '2001:db8::10']);
  it.each([
    ['198.51.100.77 "GET /"', '198.51.100.x "GET /"'],
    [
      'from 203.0.113.10:443 and 127.0.0.1 and 172.17.0.1',
      'from 203.0.113.10:443 and 127.0.0.1 and 172.17.0.1',
    ],
    ['0.0.0.0:8642', '0.0.0.0:8642'],
    ['version 1.0.300.2 and 0.12.4', 'version 1.0.300.2 and 0.12.4'],
    ['2001:db8:1:2:3:4:5:6 came', '2001:db8:1:2:x came'],
    ['at 12:30:45 fe80::1 listens', 'at 12:30:45 fe80::1 listens'],
    ['authenticate_user: bob.smith@client.example', 'authenticate_user: b…@client.example'],
    ['git@github.com:x/y.git', 'g…@github.com:x/y.git'],
    ['a@b and sha256@digest', 'a@b and sha256@digest'],
  ])('%s', (text, expected) => {
    expect(anonymous(text, own)).toBe(expected);
  });

  it.each([
    [
      "inbound message: user=bob msg='how are you, it\\'s me' len=3",
      "inbound message: user=bob msg='(left out)' len=3",
    ],
    ["{'role': 'user', 'content': 'my secret plan'}", "{'role': 'user', 'content': '(left out)'}"],
    ['{"msg":"Server listening"}', '{"msg":"Server listening"}'],
    ['INFO message queue is empty', 'INFO message queue is empty'],
  ])('has no chats: %s', (text, expected) => {
    expect(withoutChats(text)).toBe(expected);
  });
});

describe('settings', () => {
  it.each([
    ['API_SERVER_KEY=abcdef123456', 'API_SERVER_KEY=(12 characters)'],
    ['#API_SERVER_KEY=abcdef123456', '#API_SERVER_KEY=(12 characters)'],
    ["export SMTP_PASSWORD='x y'", 'export SMTP_PASSWORD=(3 characters)'],
    ['SOMETHING=whatever-it-is', 'SOMETHING=(14 characters)'],
    ['API_SERVER_PORT=8642', 'API_SERVER_PORT=8642'],
    ['API_SERVER_HOST=0.0.0.0', 'API_SERVER_HOST=0.0.0.0'],
    ['AUTH_COOKIE_SECURE=True', 'AUTH_COOKIE_SECURE=True'],
    ['OPENAI_API_BASE_URL=http://172.17.0.1:8642/v1', 'OPENAI_API_BASE_URL=http://172.17.0.1:8642/v1'],
    ['DATABASE_URL=postgres://u:p@h/d', 'DATABASE_URL=(18 characters)'],
    ['PIN_TOKEN=1234', 'PIN_TOKEN=(4 characters)'],
    ['EMPTY=', 'EMPTY=(empty)'],
    ['# a comment', '# a comment'],
  ])('%s', (line, expected) => {
    expect(maskedEnv(line)).toBe(expected);
  });

  it('of a container', () => {
    expect(maskedVariables({ OPENAI_API_KEY: 'abcdef', PORT: '8080' })).toEqual({
      OPENAI_API_KEY: '(6 characters)',
      PORT: '8080',
    });
  });
});

describe('the last look for secrets', () => {
  new Secret('the-secret/of+this machine');
  it.each([
    ['as it is', 'x the-secret/of+this machine y'],
    ['for an address', `?q=${encodeURIComponent('the-secret/of+this machine')}`],
    ...[0, 1, 2, 3].map((before): [string, string] => [
      `as base64 behind ${before} bytes`,
      Buffer.from(`${'u'.repeat(before)}the-secret/of+this machine, and more`).toString('base64'),
    ]),
    ['as base64 for addresses', Buffer.from('the-secret/of+this machine').toString('base64url')],
  ])('finds it %s', (_, text) => {
    expect(holdsSecret(text)).toBe(true);
  });

  it('finds nothing in what has none', () => {
    expect(holdsSecret('the secret of this machine •••• and more')).toBe(false);
  });
});

describe('an archive', () => {
  const files = [
    { path: 'x/a.txt', content: 'one\n' },
    { path: 'x/empty', content: '' },
    { path: 'x/unicode.log', content: '● ü\n'.repeat(300) },
  ];
  it('is what tar reads', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tar-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, 'a.tar'), tarOf(files, 1_795_389_077_000));
    const listed = execFileSync('tar', ['-tvf', join(folder, 'a.tar')], { encoding: 'utf8' });
    expect(listed).toContain('-rw------- root/root         4 2026-11-2');
    expect(execFileSync('tar', ['-xOf', join(folder, 'a.tar'), 'x/unicode.log'], { encoding: 'utf8' })).toBe(
      files[2]?.content,
    );
    expect(() => tarOf([{ path: 'x'.repeat(101), content: '' }], 0)).toThrow('no name for an archive');
  });
});

describe('a bundle', () => {
  const item = (content: string) => ({ name: 'logs/a.log', what: 'a log', content });
  const written = async (content: string, folder: string) =>
    writeBundle(new LocalHost(), { name: 'b', atMs: 0, items: [item(content)] }, join(folder, 'b.tar.gz'));

  it('is written for its owner alone, and nothing is left beside it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const result = await written('fine\n', folder);
    expect(result).toMatchObject({ ok: true, path: join(folder, 'b.tar.gz') });
    expect(statSync(join(folder, 'b.tar.gz')).mode & 0o777).toBe(0o600);
    expect(execFileSync('ls', [folder], { encoding: 'utf8' })).toBe('b.tar.gz\n');
    expect(
      execFileSync('tar', ['-xzOf', join(folder, 'b.tar.gz'), 'b/logs/a.log'], { encoding: 'utf8' }),
    ).toBe('fine\n');
  });

  it('is not written with a secret in it', async () => {
    new Secret('a-secret-that-stayed-in');
    const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const text = `x ${Buffer.from('a-secret-that-stayed-in').toString('base64')}`;
    expect(leaks([item(text)])).toEqual(['logs/a.log']);
    expect(await written(text, folder)).toMatchObject({ ok: false });
    expect(execFileSync('ls', ['-A', folder], { encoding: 'utf8' })).toBe('');
  });

  it.runIf(process.getuid?.() === 0)('goes through no link in the folder of another user', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, 'outside'));
    mkdirSync(join(folder, 'home'));
    for (const name of ['home/b.tar.gz', 'home/b.tar.gz.part'])
      symlinkSync(join(folder, 'outside/file'), join(folder, name));
    chownSync(join(folder, 'home'), 12_345, 12_345);
    expect(await written('fine\n', join(folder, 'home'))).toMatchObject({ ok: false });
    expect(readdirSync(join(folder, 'outside'))).toEqual([]);
  });

  it.each([
    ['cut off', (packed: Uint8Array) => packed.slice(0, -9)],
    ['another one', () => gzipSync(tarOf([{ path: 'b/logs/a.log', content: 'fine?' }], 0))],
  ])('is read back, and removed when it is %s', async (_, damaged) => {
    const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const host = new LocalHost();
    const write = host.writeFile.bind(host);
    host.writeFile = (path, content, options) => write(path, damaged(content as Uint8Array), options);
    const bundle = { name: 'b', atMs: 0, items: [item('fine\n')] };
    expect(await writeBundle(host, bundle, join(folder, 'b.tar.gz'))).toMatchObject({ ok: false });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says why it could not be written', async () => {
    expect(await written('fine\n', '/nowhere/at/all')).toMatchObject({ ok: false });
  });
});
