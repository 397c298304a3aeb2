import { expect, test } from 'vitest';
import type { Argv, ExecOptions, Host } from '../../../src/host/host.ts';
import { lookAtStatus } from '../../../src/status/look.ts';
import { answersWith } from '../../tasks/answers.ts';
import { freshDroplet, run } from './runs.ts';

/** Words that only look like a path of the user's: what they name is compared, and never opened. */
const NOT_OPENED: readonly RegExp[] = [
  // Links of /proc that read like this.
  /^find \/proc .* -lname /,
  // Command lines of processes.
  /^pgrep /,
];

/** Every command that root is given with a path below the deploy user's home. */
function asRootBelowHome(host: Host): { readonly host: Host; readonly found: Set<string> } {
  const found = new Set<string>();
  const exec = (argv: Argv, options: ExecOptions = {}) => {
    const line = argv.join(' ');
    const inside = [...argv, options.cwd ?? '', options.inputFile ?? ''].some((word) =>
      word.includes('/home/cleo'),
    );
    if (inside && options.user === undefined && !NOT_OPENED.some((pattern) => pattern.test(line)))
      found.add(line);
    return host.exec(argv, options);
  };
  const watched = new Proxy(host, {
    get(target, name) {
      if (name === 'exec') return exec;
      const own = Reflect.get(target, name);
      return typeof own === 'function' ? own.bind(target) : own;
    },
  });
  return { host: watched, found };
}

test('installing, checking and the status give root no path below the deploy user’s home', async () => {
  const droplet = freshDroplet();
  const { host, found } = asRootBelowHome(droplet.host);
  await run({ ...droplet, host: host as typeof droplet.host });
  await run({ ...droplet, host: host as typeof droplet.host }, 'check');
  await lookAtStatus(host, answersWith());
  expect([...found]).toEqual([]);
});
