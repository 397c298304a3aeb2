import { createHash } from 'node:crypto';
import type { Host } from '../../../src/host/host.ts';
import type { Machine } from '../../../src/rehearsal/machine.ts';
import { chance, shuffled } from '../../droplet/runner/faults/chance.ts';
import { thorough } from '../../thorough.ts';

/** What of a host can change a machine. */
const CHANGES = ['exec', 'converse', 'writeFile', 'removeFile'];

/**
 * Where a process that works on a machine is killed: at its nth call that can change something, before or after that had its
 * effect; or while a daemon is at it, which goes on.
 */
export interface Death {
  readonly call: number;
  readonly when: 'before' | 'during' | 'after';
}

export interface Mortal {
  readonly host: Host;
  /** What it called so far that can change something. */
  readonly calls: readonly string[];
  /** Resolves when it was killed. */
  readonly died: Promise<void>;
}

/**
 * A host for one process, which is killed (SIGKILL) at a moment: from then on nothing that it asks for happens, and nothing
 * answers it. What it had started goes on. `onDone`: told of each call that has had its effect.
 */
export function mortal(host: Host, death?: Death, onDone: (call: number) => void = () => {}): Mortal {
  const calls: string[] = [];
  const killed = Promise.withResolvers<void>();
  const never = new Promise<never>(() => {});
  let dead = false;
  const die = () => {
    dead = true;
    killed.resolve();
    return never;
  };
  const called = (name: string, call: () => unknown, args: readonly unknown[]): unknown => {
    if (dead) return never;
    const number = CHANGES.includes(name) ? calls.push(wordsOf(name, args)) : undefined;
    const isLast = death !== undefined && number === death.call;
    if (isLast && death.when === 'before') return die();
    const answer = call();
    if (isLast && death.when === 'during') return die();
    if (!(answer instanceof Promise)) return answer;
    return answer.finally(() => {
      if (isLast || dead) return die();
      if (number !== undefined) onDone(number);
      return undefined;
    });
  };
  const wrapped = new Proxy(host, {
    get(target, name) {
      const own: unknown = Reflect.get(target, name);
      if (typeof own !== 'function') return own;
      if (name === 'now') return own.bind(target);
      return (...args: unknown[]) => called(String(name), () => own.apply(target, args), args);
    },
  });
  return { host: wrapped, calls, died: killed.promise };
}

function wordsOf(name: string, [first]: readonly unknown[]): string {
  return `${name} ${Array.isArray(first) ? first.join(' ') : String(first)}`.slice(0, 120);
}

/** Everything that is on a machine, by name. */
export function contentOf({ files, ...machine }: Machine): Readonly<Record<string, string>> {
  const seen: Record<string, string> = {};
  for (const path of files.below('')) {
    const { kind, mode, owner } = files.stat(path) ?? {};
    seen[path] = [kind, mode?.toString(8), owner, files.target(path) ?? files.read(path)].join(' ');
  }
  for (const [name, { enabled, active }] of machine.units) seen[`unit ${name}`] = `${enabled} ${active}`;
  for (const [name, { image, env, ports, mounts, running }] of machine.containers)
    seen[`container ${name}`] = JSON.stringify([image, env, ports, mounts, running]);
  for (const [name, { digest }] of machine.images) seen[`image ${name}`] = digest;
  const { active, rules, tables } = machine.firewall;
  seen.firewall = JSON.stringify([active, rules, [...tables]]);
  seen.packages = [...machine.packages].toSorted().join(' ');
  seen.users = JSON.stringify([...machine.users]);
  return seen;
}

/** Notes which calls of a process change a machine: those are where it is worth to be killed. */
export function watchChanges(machine: Machine): {
  readonly onDone: (call: number) => void;
  readonly changing: readonly number[];
} {
  const digest = () =>
    createHash('sha256')
      .update(JSON.stringify(contentOf(machine)))
      .digest('hex');
  const changing: number[] = [];
  let before = digest();
  const onDone = (call: number) => {
    const now = digest();
    if (now !== before) changing.push(call);
    before = now;
  };
  return { onDone, changing };
}

/** What a daemon goes on with, whatever becomes of who has asked it. What a command of ours does itself is waited for (src/engine/left-at-work.ts). */
const DAEMONS = /^exec (?:docker (?:stop|start|restart)|systemctl (?:stop|start|restart|reload)) /;

/** As test/host/hostile: the same few each time, others and more when there is time, everything on request. */
const SEED = process.env.OTTO_SEED ?? (thorough ? String(Math.floor(Date.now() / 1000)) : '');
const ALL = process.env.OTTO_KILLED === 'all';

/**
 * Before and after each of these calls; as many of them as there is time for, which differ by name. OTTO_SEED repeats what
 * `npm run test:slow` drew, OTTO_KILLED=all takes all of them.
 */
export function deathsAt(
  changing: readonly number[],
  name: string,
  few: number,
  calls: readonly string[],
): readonly Death[] {
  const all = changing.flatMap((call): readonly Death[] => [
    { call, when: 'before' },
    ...(DAEMONS.test(calls[call - 1] ?? '') ? [{ call, when: 'during' } as const] : []),
    { call, when: 'after' },
  ]);
  if (ALL) return all;
  if (thorough) console.log(`OTTO_SEED=${SEED} ${name}`);
  return shuffled(all, chance(`${name}${SEED}`)).slice(0, thorough ? few * 5 : few);
}
