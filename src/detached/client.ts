import { connect, type Socket } from 'node:net';
import type { Event } from '../engine/contracts/event.ts';
import type { Detached, Run, RunSummary, Viewer, Watching } from '../engine/contracts/run.ts';
import { Listeners } from '../run/listeners.ts';
import { eachLine } from './lines.ts';
import { packWork, unpackWork } from './packed-work.ts';
import { withRunFolder } from './place.ts';
import { FromRun, type FromViewer, unpack } from './wire.ts';
import type { End, Work } from './work.ts';

/** A run in a process of its own, as this process sees it. */
export interface WatchedRun extends Run {
  readonly detached: Detached;
  /** What it is about, once the run has said it. Rejects when it ended before. */
  readonly work: Promise<Work>;
  /** Whether it has given the first account a password that nobody had chosen; known at its end. */
  gavePassword(): boolean;
}

export interface WatchOptions {
  readonly folder?: string;
  readonly viewer: Omit<Viewer, 'id'>;
  /** For a run that has just been started: what it is to do. */
  readonly work?: Work;
  /** What of our environment it needs. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly now: () => number;
}

/** Watches the run that is at work; undefined when there is none. */
export async function watchRun(options: WatchOptions): Promise<WatchedRun | undefined> {
  const connection = await withRunFolder(({ socket }) => connected(socket), options.folder);
  return connection === undefined ? undefined : watched(connection, options);
}

function connected(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const connection = connect(path);
    connection.once('connect', () => resolve(connection));
    connection.once('error', () => resolve(undefined));
  });
}

function watched(connection: Socket, { viewer, work, environment, now }: WatchOptions): WatchedRun {
  const events: Event[] = [];
  const listeners = new Set<(event: Event) => void>();
  const watchers = new Listeners();
  const about = Promise.withResolvers<Work>();
  // Nobody may ask for it.
  about.promise.catch(() => undefined);
  const result = Promise.withResolvers<RunSummary>();
  let watching: Watching = { viewers: [] };
  let gave = false;
  let left = false;
  let handles = 0;
  const say = (said: FromViewer) => {
    if (!connection.destroyed) connection.write(`${JSON.stringify(said)}\n`);
  };
  const happened = (event: Event) => {
    if (event.type !== 'action-output') events.push(event);
    for (const listener of listeners) listener(event);
  };
  const take = (text: string) => {
    const said = FromRun.parse(JSON.parse(text));
    if (said.say === 'event') happened(said.event);
    else if (said.say === 'work') about.resolve(unpackWork(said.work).work);
    else if (said.say === 'viewers') {
      watching = said;
      watchers.tell();
    } else {
      const { summary, gavePassword } = unpack(said.end) as End;
      gave = gavePassword;
      result.resolve(summary);
      connection.end();
    }
  };
  /** It ended without a word: it was killed, or the machine ran out of memory. */
  const lost = () => {
    about.reject(new Error(LOST));
    if (!left && events.at(-1)?.type !== 'run-ended')
      happened({ ...nothing(events), type: 'run-ended', outcome: 'failed', reason: LOST, at: now() });
    result.resolve(summaryOf(events, left ? LEFT : LOST));
  };
  connection.on('error', () => undefined).on('close', lost);
  eachLine(connection, take, () => connection.destroy());
  say({ say: 'hello', viewer });
  if (work !== undefined) say({ say: 'work', work: packWork(work, environment) });
  return {
    work: about.promise,
    subscribe(listener) {
      for (const event of events) listener(event);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    decide: (decision) => say({ say: 'decide', decision }),
    vault: {
      put(secret) {
        handles += 1;
        const handle = `h${handles}`;
        say({ say: 'secret', handle, value: secret.reveal() });
        return handle;
      },
    },
    stop: (reason = 'stopped by the operator') => say({ say: 'stop', reason }),
    result: result.promise,
    detached: {
      watching: {
        get: () => watching,
        subscribe: watchers.subscribe,
      },
      takeOver: () => say({ say: 'take-over' }),
      leave() {
        left = true;
        connection.end();
      },
    },
    gavePassword: () => gave,
  };
}

const LOST =
  'The process that did the work ended unexpectedly. What was done is kept: start otto-install again to continue from here.';
const LEFT = 'It goes on without this window.';

const nothing = (events: readonly Event[]) => {
  const began = events[0]?.at ?? 0;
  return {
    ms: (events.at(-1)?.at ?? began) - began,
    commandMs: 0,
    actions: events.filter(({ type }) => type === 'action-ended').length,
  };
};

function summaryOf(events: readonly Event[], reason: string): RunSummary {
  const begin = events.find((event) => event.type === 'run-started');
  return {
    run: begin?.run ?? '',
    mode: begin?.mode ?? 'install',
    outcome: reason === LEFT ? 'stopped' : 'failed',
    left: reason === LEFT,
    reason,
    ...nothing(events),
    log: begin?.log,
    tasks: [],
  };
}
