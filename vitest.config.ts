import { dirname, join } from 'node:path';
import { defineConfig } from 'vitest/config';

const never = ['test/droplet/scenarios/**'];
/** Components by themselves, without a terminal, and whole screens on one. */
const components = 'test/components/**/*.test.tsx';
const screens = 'test/screens/**/*.test.tsx';
/**
 * What starts programs of ours, looks at what the process itself holds, or has so many secrets that hiding them all would make
 * the files after it slow: each file on its own.
 */
const alone = [
  'test/answers/**',
  'test/bin/**',
  'test/commands/cli.test.ts',
  'test/commands/completion.test.ts',
  'test/engine/{lock,records,secrets}.test.ts',
  'test/host/**',
  'test/scripts/run-file.test.ts',
  'test/house/outputs.test.ts',
  'test/system/parsers.test.ts',
  'test/droplet/*.test.ts',
];
/** What goes further when there is time for it (test/thorough.ts). */
const thorough = [
  'test/host/swaps.test.ts',
  'test/host/rehearsal/{claim,killed,killed-operations}.test.ts',
  'test/scripts/reproducible.test.ts',
  'test/operations/backup/{attacks,make,restore}.test.ts',
  'test/house/outputs.test.ts',
  'test/screens/{keys,layout}.test.tsx',
  'test/system/parsers.test.ts',
];

export default defineConfig({
  // As it is built: React's development build takes twice as long.
  oxc: { jsx: { runtime: 'automatic', development: false } },
  test: {
    testTimeout: 20_000,
    // Most of the time goes by waiting for terminals and processes; one worker, the default on two cores, waits for each in turn.
    maxWorkers: 3,
    env: {
      NODE_ENV: 'production',
      // Programs of ours that tests start again and again need not be compiled each time.
      NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/compiled'),
      // The machine's programs before those that a developer keeps beside them, as the program itself looks for them
      // (src/host/environment.ts): a version manager's Python is not the droplet's, and takes ten times as long to start.
      PATH: [
        dirname(process.execPath),
        '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        process.env.PATH,
      ].join(':'),
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'alone',
          include: alone.map((path) => path.replace(/\*\*$/, '**/*.test.ts')),
          exclude: never,
        },
      },
      {
        extends: true,
        test: {
          name: 'components',
          include: [components],
          env: {
            // Colours are a part of what is drawn, whether or not somebody looks at the tests on a terminal.
            FORCE_COLOR: '1',
            // ink-testing-library has no height, so for each frame Ink would ask other programs (tput) how high a terminal is.
            COLUMNS: '100',
            LINES: '24',
          },
          isolate: false,
          pool: 'threads',
        },
      },
      {
        // One after the other on a terminal of its own; React and Ink are loaded once.
        extends: true,
        test: {
          name: 'screens',
          include: [screens],
          // Colours are a part of the pictures.
          env: { FORCE_COLOR: '1' },
          isolate: false,
        },
      },
      {
        // Judgement and parsing: a thousand cases that need no process of their own.
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [...never, ...alone, components, screens],
          // What tasks and operations would do is looked at in every table test.
          setupFiles: ['test/foreign-folders.ts'],
          isolate: false,
          pool: 'threads',
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: thorough,
          setupFiles: ['test/foreign-folders.ts'],
          env: { OTTO_TESTS: 'thorough' },
          testTimeout: 300_000,
        },
      },
    ],
  },
});
