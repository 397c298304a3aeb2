import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reveal, Secret } from '../../../src/secret/secret.ts';
import { pythonJson } from '../../../src/system/python/python-literal.ts';
import { template } from '../../../src/system/templates.ts';

/** What a stand-in of Hermes does with the command that it is asked to run. */
type Terminal = (command: string) => Promise<void>;

let home = '';
let server: Server;
let terminal: Terminal = async () => {};

/** Runs it as Hermes's terminal would, with these programs. */
const running =
  (...programs: readonly string[]): Terminal =>
  async (command) => {
    const bin = join(home, 'inside');
    await mkdir(bin, { recursive: true });
    for (const name of programs) await program(bin, name);
    await new Promise((resolve) => {
      execFile('/bin/sh', ['-c', command], { env: { PATH: bin } }, resolve);
    });
  };

async function program(folder: string, name: string, script = 'exit 0'): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
}

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'otto-tool-call-'));
  await mkdir(join(home, 'outside'));
  for (const name of ['git', 'node']) await program(join(home, 'outside'), name);
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    response.setHeader('content-type', 'application/json');
    if (request.url === '/health') return void response.end('{"status":"ok"}');
    if (request.headers.authorization !== 'Bearer right') {
      response.statusCode = 401;
      return void response.end('{}');
    }
    const { messages } = JSON.parse(Buffer.concat(chunks).toString()) as { messages: { content: string }[] };
    await terminal(/```\n(.*)\n```/.exec(messages[0]?.content ?? '')?.[1] ?? '');
    response.end(JSON.stringify({ choices: [{ message: { content: 'Done,\nit works!' } }] }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});

afterEach(async () => {
  server.close();
  await rm(home, { recursive: true });
});

async function call(changes: object = {}) {
  const config = {
    home,
    port: (server.address() as AddressInfo).port,
    model: 'otto',
    key: new Secret('right'),
    path: `${home}/outside`,
    ask: true,
    confined: false,
    ...changes,
  };
  const child = spawn('python3', ['-I', '-'], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(reveal(template('hermes-tool-call.py', { config: pythonJson(config) })));
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk);
  });
  const exitCode = await new Promise((resolve) => child.on('close', resolve));
  const left = (await readdir(home)).filter((name) => name.startsWith('.otto'));
  return { exitCode, said: stdout.trim(), left };
}

test('what runs outside runs in a chat: proved; what is nowhere is not missed', async () => {
  terminal = running('git', 'node');
  expect(await call()).toEqual({ exitCode: 0, said: 'A chat ran a command: git, node.', left: [] });
});

test('a program that a chat can no longer start', async () => {
  terminal = running('git');
  expect(await call()).toEqual({
    exitCode: 1,
    said: 'A chat can no longer start: node (127)',
    left: [],
  });
});

test('the words prove nothing: without the file it is not proved, and no failure', async () => {
  terminal = async () => {};
  expect(await call()).toEqual({
    exitCode: 3,
    said: 'Not proved: the command was not run. The answer was: Done, it works!',
    left: [],
  });
});

test('a command that was cut off half-way', async () => {
  terminal = (command) => running('git', 'node')(command.replace('echo written', 'exit 1'));
  expect(await call()).toMatchObject({ exitCode: 3, left: [] });
});

test('Hermes refuses', async () => {
  terminal = running('git', 'node');
  const { exitCode, said } = await call({ key: new Secret('wrong') });
  expect([exitCode, said]).toEqual([3, expect.stringContaining('status 401')]);
});

test('it ran, and not in the sandbox', async () => {
  terminal = running('git', 'node');
  expect(await call({ confined: true })).toMatchObject({
    exitCode: 1,
    said: 'The command of a chat ran outside of the sandbox.',
  });
});

test('only whether Hermes answers', async () => {
  terminal = () => Promise.reject(new Error('nobody may ask'));
  expect(await call({ ask: false })).toMatchObject({ exitCode: 0, said: 'Hermes answers.' });
});
