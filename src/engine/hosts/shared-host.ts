import type { Argv, ExecOptions, ExecResult, Host } from '../../host/host.ts';
import { stopwatch } from './stopwatch.ts';

/** Commands that only read, by the words that they begin with. Many parts run the same ones at the same moment. */
const READS: readonly (readonly string[])[] = [
  ['docker', 'inspect'],
  ['docker', 'image', 'inspect'],
  ['docker', 'network', 'inspect'],
  ['docker', 'ps'],
  ['dpkg-query'],
  ['nginx', '-T'],
  ['systemctl', 'show'],
  ['iptables', '-S'],
  ['ufw', 'status'],
  ['df'],
  ['ss'],
  ['stat'],
  ['ip'],
];

/** How long whoever asked may be given the same answer again, ms: questions of one look start within it, and no two looks do. */
const STAYS_MS = 200;

/**
 * How long it may be given to a part that has not been given it before, ms: parts that look side by side, on a machine that takes
 * seconds for all that they ask.
 */
const STAYS_FOR_OTHERS_MS = 2_000;

/** What one of the parts asks through a shared host. */
type ExecFor = (part: string, argv: Argv, options?: ExecOptions) => Promise<ExecResult>;

interface Answer {
  readonly given: Promise<ExecResult>;
  readonly to: Set<string>;
  /** By the stopwatch; undefined while it is awaited. */
  since?: number;
}

const parts = new WeakMap<Host, ExecFor>();

/**
 * The same host for parts that look side by side: a command that only reads, and that was asked just now, is not run
 * again. `changes` counts what was started and what was ended on the machine: no answer from before a change is used
 * after it. Parts share more when each asks through {@link asPart}.
 */
export function sharedHost(host: Host, changes: () => number): Host {
  const asked = new Map<string, Answer>();
  const isFresh = ({ since, to }: Answer, part: string): boolean => {
    if (since === undefined) return true;
    const age = stopwatch(host) - since;
    return age <= STAYS_MS || (age <= STAYS_FOR_OTHERS_MS && !to.has(part));
  };
  const exec: ExecFor = (part, argv, options = {}) => {
    if (!isShareable(argv, options)) return host.exec(argv, options);
    const key = JSON.stringify([changes(), argv, options.user, options.cwd, options.env]);
    const known = asked.get(key);
    if (known !== undefined && isFresh(known, part)) {
      known.to.add(part);
      return known.given;
    }
    const answer: Answer = { given: host.exec(argv, options), to: new Set([part]) };
    asked.set(key, answer);
    answer.given.then(
      () => {
        answer.since = stopwatch(host);
      },
      () => asked.delete(key),
    );
    return answer.given;
  };
  const shared = withExec(host, (argv, options) => exec('', argv, options));
  parts.set(shared, exec);
  return shared;
}

/**
 * A {@link sharedHost} as one part uses it that looks side by side with others, and is never given an answer twice; any other host as
 * it is. Not for parts that look one after the other: what one has waited for, the next must not be told to be missing.
 */
export function asPart(host: Host, part: string): Host {
  const exec = parts.get(host);
  return exec === undefined ? host : withExec(host, (argv, options) => exec(part, argv, options));
}

function withExec(host: Host, exec: Host['exec']): Host {
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
