import { createServer, type Server, type Socket } from 'node:net';
import type { Run, Viewer } from '../engine/contracts/run.ts';
import { redactDeep } from '../secret/masking.ts';
import { Secret } from '../secret/secret.ts';
import { eachLine } from './lines.ts';
import { unpackWork } from './packed-work.ts';
import { ENDED_FILE, SOCKET, withRunFolder } from './place.ts';
import { type FromRun, FromViewer, pack } from './wire.ts';
import type { End, StartedWork, Work } from './work.ts';

/** Somebody who asked for a run is there within this time, or nobody is. */
const PATIENCE_MS = 60_000;

/** A viewer that takes nothing any more (a dead connection, a stopped process) is let go before it costs memory. */
const MOST_WAITING = 32 * 1024 * 1024;

interface ServeOptions {
  readonly folder: string;
  /** Starts it; `environment`: of whoever asked for it. */
  readonly start: (work: Work, environment: Readonly<Record<string, string>>) => StartedWork;
  readonly now: () => number;
  readonly patienceMs?: number;
  /** Gets what may end the run from outside: a TERM of systemd. */
  readonly onStarted?: (run: Run) => void;
}

/**
 * The process that a run has for itself: takes the work from whoever started it, carries it out, tells everybody who watches,
 * and lets one of them decide. Resolves when the run has ended and was told; to false when nobody came with any work.
 */
export async function serveRun(options: ServeOptions): Promise<boolean> {
  return withRunFolder(async ({ socket, write, remove }) => {
    remove(ENDED_FILE);
    // Of one that was killed.
    remove(SOCKET);
    const room = new ViewingRoom(options);
    const server = createServer((connection) => room.enter(connection));
    await listening(server, socket);
    try {
      return await room.untilOver((lines) => write(ENDED_FILE, lines));
    } finally {
      server.close();
    }
  }, options.folder);
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => resolve());
  });
}

interface Seat {
  readonly connection: Socket;
  readonly viewer: Viewer;
}

/** Everybody who watches one run. */
class ViewingRoom {
  readonly #options: ServeOptions;
  readonly #seats: Seat[] = [];
  readonly #started = Promise.withResolvers<StartedWork | undefined>();
  /** What is to be done, as it came. */
  #work: string | undefined;
  #run: Run | undefined;
  /** Id of the viewer who decides. */
  #decides: string | undefined;
  #visitors = 0;
  /** Of typed secrets: what a viewer calls them → what the run does. */
  readonly #handles = new Map<string, string>();

  constructor(options: ServeOptions) {
    this.#options = options;
    const { patienceMs = PATIENCE_MS } = options;
    setTimeout(() => this.#started.resolve(undefined), patienceMs).unref();
  }

  /** Waits for the work, then for its end, and tells it. `keep` gets the events when nobody watches at the end. */
  async untilOver(keep: (lines: string) => void): Promise<boolean> {
    const started = await this.#started.promise;
    if (started === undefined) return false;
    const { run, gavePassword } = started;
    const history: string[] = [];
    run.subscribe((event) => {
      if (event.type !== 'action-output') history.push(line({ say: 'event', event }));
    });
    const summary = await run.result;
    const end: End = { summary, gavePassword: gavePassword() };
    if (this.#seats.length === 0) {
      keep([...history, line({ say: 'end', end: pack(redactDeep(end)) })].join(''));
      return true;
    }
    await Promise.all(this.#seats.map((seat) => this.#last(seat, { say: 'end', end: pack(end) })));
    return true;
  }

  enter(connection: Socket): void {
    this.#visitors += 1;
    const id = `v${this.#visitors}`;
    let seat: Seat | undefined;
    const leave = () => {
      connection.destroy();
      const at = this.#seats.findIndex(({ viewer }) => viewer.id === id);
      if (at < 0) return;
      this.#seats.splice(at, 1);
      if (this.#decides === id) this.#decides = this.#seats[0]?.viewer.id;
      this.#tellWhoWatches();
    };
    connection.on('error', leave).on('close', leave);
    const take = (text: string) => {
      const said = FromViewer.safeParse(parsed(text));
      // Of another release, or no viewer of ours.
      if (!said.success) return leave();
      if (said.data.say === 'hello') seat ??= this.#sit(id, connection, said.data.viewer);
      else if (seat !== undefined) this.#hear(seat, said.data);
    };
    eachLine(connection, take, leave);
  }

  #sit(id: string, connection: Socket, viewer: Omit<Viewer, 'id'>): Seat {
    const seat = { connection, viewer: { ...viewer, id } };
    this.#seats.push(seat);
    this.#decides ??= id;
    if (this.#work !== undefined) this.#follow(seat);
    this.#tellWhoWatches();
    return seat;
  }

  #hear({ viewer: { id } }: Seat, said: FromViewer): void {
    if (said.say === 'work') this.#begin(said.work);
    else if (said.say === 'take-over') {
      this.#decides = id;
      this.#tellWhoWatches();
      // Two who decide would each see the other's answers come from nowhere.
    } else if (this.#run !== undefined && this.#decides === id) this.#obey(id, this.#run, said);
  }

  #obey(id: string, run: Run, said: FromViewer): void {
    if (said.say === 'stop') run.stop(said.reason);
    else if (said.say === 'secret')
      this.#handles.set(`${id} ${said.handle}`, run.vault.put(new Secret(said.value)));
    else if (said.say === 'decide') {
      const { decision } = said;
      if (decision.kind !== 'answer') run.decide(decision);
      else run.decide({ ...decision, handle: this.#handles.get(`${id} ${decision.handle}`) ?? '' });
    }
  }

  #begin(text: string): void {
    if (this.#work !== undefined) return;
    const { work, environment } = unpackWork(text);
    this.#work = text;
    const started = this.#options.start(work, environment);
    this.#run = started.run;
    this.#options.onStarted?.(started.run);
    for (const seat of this.#seats) this.#follow(seat);
    this.#started.resolve(started);
  }

  #follow(seat: Seat): void {
    this.#tell(seat, { say: 'work', work: this.#work ?? '' });
    const unsubscribe = this.#run?.subscribe((event) => this.#tell(seat, { say: 'event', event }));
    seat.connection.on('close', () => unsubscribe?.());
  }

  #tellWhoWatches(): void {
    const viewers = this.#seats.map(({ viewer }) => viewer);
    for (const seat of this.#seats)
      this.#tell(seat, { say: 'viewers', you: seat.viewer.id, decides: this.#decides, viewers });
  }

  #tell({ connection }: Seat, said: FromRun): void {
    if (connection.destroyed) return;
    connection.write(line(said));
    if (connection.writableLength > MOST_WAITING) connection.destroy();
  }

  /** Says the last thing, and waits until it is on its way: not for one who takes nothing any more. */
  #last(seat: Seat, said: FromRun): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, 5_000).unref();
      seat.connection.once('close', () => resolve());
      seat.connection.end(line(said), () => resolve());
    });
  }
}

const line = (said: FromRun): string => `${JSON.stringify(said)}\n`;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
