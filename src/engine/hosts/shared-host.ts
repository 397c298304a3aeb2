import type { Argv, ExecOptions, ExecResult, Host } from '../../host/host.ts';
import { stopwatch } from './stopwatch.ts';

/** Commands that only read, by the words that they begin with. Many parts run the same ones at the same moment. */
const READS: readonly (readonly string[])[] = [
  ['docker', 'inspect'],
  ['docker', 'image', 'inspect'],
  ['docker', 'network', 'inspect'],
  ['systemctl', 'show'],
  ['iptables', '-S'],
  ['ufw', 'status'],
  ['ss'],
  ['ip'],
];

/** How long an answer is reused, ms: parts that look side by side start within it, and no two looks of one part do. */
const STAYS_MS = 200;

/**
 * The same host for parts that look side by side: a command that only reads, and that was asked just now, is not run
 * again. `changes` counts what was started and what was ended on the machine: no answer from before a change is used
 * after it.
 */
export function sharedHost(host: Host, changes: () => number): Host {
  const asked = new Map<string, { readonly answer: Promise<ExecResult>; until: number }>();
  const exec = (argv: Argv, options: ExecOptions = {}): Promise<ExecResult> => {
    if (!isShareable(argv, options)) return host.exec(argv, options);
    const key = JSON.stringify([changes(), argv, options.user, options.cwd, options.env]);
    const known = asked.get(key);
    if (known !== undefined && stopwatch(host) <= known.until) return known.answer;
    const entry = { answer: host.exec(argv, options), until: Number.POSITIVE_INFINITY };
    asked.set(key, entry);
    entry.answer.then(
      () => {
        entry.until = stopwatch(host) + STAYS_MS;
      },
      () => asked.delete(key),
    );
    return entry.answer;
  };
  return new Proxy(host, {
    get(target, name) {
      if (name === 'exec') return exec;
      const own = Reflect.get(target, name);
      // The host's methods look at their own fields.
      return typeof own === 'function' ? own.bind(target) : own;
    },
  });
}

function isShareable(argv: Argv, { input, onLine, signal }: ExecOptions): boolean {
  if (input !== undefined || onLine !== undefined || signal !== undefined) return false;
  return READS.some((words) => words.every((word, index) => argv[index] === word));
}
