import { defineConfig } from 'vitest/config';

const never = ['test/droplet/scenarios/**'];
/** Components by themselves, without a terminal. */
const components = 'test/components/**/*.test.tsx';
/** What starts programs, draws on terminals or looks at what the process itself holds: each file on its own. */
const alone = [
  'test/*.test.ts',
  'test/answers/**',
  'test/bin/**',
  'test/engine/**',
  'test/host/**',
  'test/screens/**',
  'test/system/parsers.test.ts',
  'test/droplet/*.test.ts',
];

export default defineConfig({
  test: {
    testTimeout: 20_000,
    // Most of the time goes by waiting for terminals and processes; one worker, the default on two cores, waits for each in turn.
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        test: {
          name: 'alone',
          include: alone.map((path) => path.replace(/\*\*$/, '**/*.test.{ts,tsx}')),
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
        // Judgement and parsing: a thousand cases that need no process of their own.
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [...never, ...alone, components],
          // What tasks and operations would do is looked at in every table test.
          setupFiles: ['test/foreign-folders.ts'],
          isolate: false,
          pool: 'threads',
        },
      },
    ],
  },
});
