import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Said {
  /** As a shell says it, but a signal is its negative number. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Server {
  readonly requests: number;
  readonly answers: number;
}

let server: Server | undefined;

/** `python3 -I - WORDS` with the program on stdin, by a process that is started once; nothing else happens meanwhile. */
export function python(program: string, words: readonly string[] = []): Said {
  server ??= start();
  writeSync(server.requests, `${JSON.stringify({ program, words })}\n`);
  return JSON.parse(lineOf(server.answers)) as Said;
}

function start(): Server {
  const folder = mkdtempSync(join(tmpdir(), 'otto-python-'));
  const [requests, answers] = [join(folder, 'requests'), join(folder, 'answers')];
  spawnSync('mkfifo', ['-m', '600', requests, answers]);
  const words = ['-I', new URL('server.py', import.meta.url).pathname, requests, answers];
  spawn('python3', words, { stdio: ['ignore', 'inherit', 'inherit'] }).unref();
  // Each opens when the other side does, and the server ends when these are closed, at the end of the tests.
  const opened = { requests: openSync(requests, 'w'), answers: openSync(answers, 'r') };
  rmSync(folder, { recursive: true });
  return opened;
}

function lineOf(fd: number): string {
  const pieces: Buffer[] = [];
  for (;;) {
    const piece = Buffer.alloc(1 << 16);
    const length = readSync(fd, piece);
    if (length === 0) throw new Error('the Python that runs the programs of the tests has ended');
    pieces.push(piece.subarray(0, length));
    if (piece[length - 1] === 10) return Buffer.concat(pieces).toString('utf8');
  }
}
