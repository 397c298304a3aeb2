import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { LocalHost } from '../../src/host/local.ts';

/**
 * What execa does otherwise than we need it: the reasons for what command.ts does itself. When one of these fails, execa has
 * got better, and what stands there for it may go.
 */

const host = new LocalHost({ killAfterMs: 500 });

describe('a command that prints more than may be kept', () => {
  const script = ['-c', 'printf 123456; sleep 3; echo on'] as const;

  test('is ended by execa', async () => {
    const result = await execa('sh', script, { maxBuffer: 3, reject: false });
    expect(result).toMatchObject({ isMaxBuffer: true, signal: 'SIGTERM' });
  });

  test('comes to its end here', async () => {
    const more = 33 * 1024 * 1024;
    const { exitCode, stdout } = await host.exec(['sh', '-c', `head -c ${more} /dev/zero; exit 3`]);
    expect(exitCode).toBe(3);
    expect(stdout.length).toBeGreaterThanOrEqual(32 * 1024 * 1024);
    expect(stdout.length).toBeLessThan(more);
  });
});

test('what a command leaves behind with its pipes is waited for by execa, as long as it lives', async () => {
  const { durationMs } = await execa('sh', ['-c', 'sleep 2 & echo done'], { killDescendants: true });
  expect(durationMs).toBeGreaterThan(1_900);
});

describe('a program that ends while Ink has a screen', () => {
  const SHOW_CURSOR = '\x1b[?25h';
  const program = new URL('programs/ends-in-the-middle.ts', import.meta.url).pathname;
  const ending = async (way: string) => (await execa(process.execPath, [program, way])).stdout;

  test('gives the terminal back', async () => {
    expect(await ending('without cleanup')).toContain(SHOW_CURSOR);
  });

  test('does not after execa has ended a command together with us', async () => {
    expect(await ending('with cleanup')).not.toContain(SHOW_CURSOR);
  });

  test('does after a command of ours that ends together with us', async () => {
    expect(await ending('our own')).toContain(SHOW_CURSOR);
  });
});
