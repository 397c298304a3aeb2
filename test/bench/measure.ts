import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { spawn as spawnOnTerminal } from '@lydell/node-pty';
import { freshScript } from '../droplet/script/fresh.ts';
import { play } from '../droplet/script/play.ts';
import { Terminal } from '../droplet/terminal.ts';

/** The checkout. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const launcher = `${root}bin/otto-install`;

/** The middle one of several measurements. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** How long `otto-install --help` takes from its start to its end, ms. */
export function helpMs(): number {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, [launcher, '--help'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`--help ended with ${status}`);
  return performance.now() - started;
}

export interface FirstFrame {
  /** From the start of the process until the first screen is on the terminal, ms. */
  readonly ms: number;
  /** The highest resident memory of the process until then, MB. */
  readonly peakMb: number;
}

/** Starts the wizard as a rehearsal on a terminal of 80x24 and waits for its first screen. */
export async function firstFrame(): Promise<FirstFrame> {
  const started = performance.now();
  const terminal = spawnOnTerminal(process.execPath, [launcher, '--rehearse'], { cols: 80, rows: 24 });
  let text = '';
  try {
    const ms = await new Promise<number>((resolve, reject) => {
      const limit = setTimeout(
        () => reject(new Error(`no first screen within 20 s: ${text.slice(0, 500)}`)),
        20_000,
      );
      terminal.onData((data) => {
        text += data;
        // The title line is part of every first screen.
        if (!text.includes('otto-install')) return;
        clearTimeout(limit);
        resolve(performance.now() - started);
      });
    });
    return { ms, peakMb: peakMb(terminal.pid) };
  } finally {
    terminal.kill('SIGKILL');
  }
}

/** The highest resident memory that a process has had so far, MB. */
function peakMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

/** The size of the packed npm package, KB. */
export function packedKb(): number {
  const { stdout } = spawnSync('npm', ['run', '--silent', 'package:npm'], { cwd: root, encoding: 'utf8' });
  return Number(/(\d+) KB packed/.exec(stdout)?.[1]);
}

export interface RehearsedRun {
  /** Over the whole run, KB/s. */
  readonly meanKbPerSecond: number;
  /** In its busiest second, KB. */
  readonly peakKbPerSecond: number;
}

/** Plays the `fresh` script on a rehearsal at 80x24 and counts what goes to the terminal. */
export async function rehearsedRun(): Promise<RehearsedRun> {
  const started = performance.now();
  const terminal = new Terminal([process.execPath, launcher, '--rehearse'], { columns: 80, rows: 24 });
  try {
    await play(terminal, freshScript, {
      run: async (errand) =>
        errand === 'authorize-claude-link' ? 'rehearsed-code#rehearsed-state' : undefined,
    });
    const seconds = (performance.now() - started) / 1000;
    return {
      meanKbPerSecond: terminal.raw().length / 1000 / seconds,
      peakKbPerSecond: terminal.peakBytesPerSecond() / 1000,
    };
  } finally {
    terminal.close();
  }
}
