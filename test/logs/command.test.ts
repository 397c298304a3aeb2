import { expect, it } from 'vitest';
import { runLogs } from '../../src/logs/command.ts';
import { createRehearsal } from '../../src/rehearsal/index.ts';
import { standIn } from '../../src/wizard/services.ts';

it.each([
  [130, false],
  [0, true],
])('ends with %i when it is stopped while a large log is read, follow: %s', async (exitCode, follow) => {
  const { host } = createRehearsal({ speed: Number.POSITIVE_INFINITY });
  const over = new AbortController();
  const exec = host.exec.bind(host);
  host.exec = (argv, options) => {
    if (argv[0] !== 'journalctl') return exec(argv, options);
    over.abort();
    return new Promise(() => {});
  };
  const request = {
    sources: ['hermes'],
    follow,
    search: '',
    errorsOnly: false,
    since: undefined,
    lines: undefined,
    json: false,
  };
  const quiet = () => {};
  const running = runLogs({
    request,
    host,
    answers: standIn({}),
    colours: false,
    print: quiet,
    warn: quiet,
    signal: over.signal,
  });
  expect(await running).toBe(exitCode);
});
