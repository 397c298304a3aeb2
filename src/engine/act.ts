import type { Host } from '../host/host.ts';
import { STARTED_BY } from '../host/started-by.ts';
import { redactUntrusted } from '../secret/masking.ts';
import { reveal } from '../secret/secret.ts';
import { messageOf } from '../text/error-message.ts';
import type { Action, Command, Converse, WriteFile } from './contracts/action.ts';
import type { ActionView } from './contracts/action-view.ts';
import type { Dialogue } from './contracts/dialogue.ts';
import type { FailureView } from './contracts/event.ts';
import type { ProgressReader } from './contracts/progress.ts';
import type { Presence, Provenance } from './contracts/thing.ts';
import type { DialogueDesk } from './dialogue-desk.ts';
import type { Emit } from './emit.ts';
import { failureOfRun, plainFailure } from './failure.ts';
import { Busy } from './hosts/busy.ts';
import { stopwatch } from './hosts/stopwatch.ts';
import type { Journal, JournalEntry } from './records/journal.ts';
import type { Ledger } from './records/ledger.ts';
import { makePrivateFolders } from './records/state-dir.ts';
import { runDialogue } from './run-dialogue.ts';
import { viewAction } from './view.ts';

/** How often an action that takes long is reported to be at work: whoever reads lines sees no clock that moves. */
const SIGN_OF_LIFE_MS = 60_000;

/** What an actor works with. */
interface ActorOptions {
  readonly host: Host;
  readonly emit: Emit;
  /** Aborted when the run is stopped. */
  readonly stop: AbortSignal;
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly desk: DialogueDesk;
  readonly dialogues: Readonly<Record<string, Dialogue>>;
  readonly progress: Readonly<Record<string, ProgressReader>>;
  /** Says which of the things that an action makes already exist. */
  readonly presence: Presence;
  /** Where the files that this run replaces are kept. */
  readonly replacedDir: string;
}

/**
 * Carries out actions: the single place where the wizard changes a machine. Shows, times, limits, redacts and journals
 * each of them, and turns whatever goes wrong into a {@link FailureView}.
 */
export class Actor {
  readonly busy: Busy;
  readonly #options: ActorOptions;
  #count = 0;
  #ended = 0;
  #atWork = 0;

  constructor(options: ActorOptions) {
    this.#options = options;
    this.busy = new Busy(() => stopwatch(options.host));
  }

  /** How many actions were started and how many have ended: it changes whenever the machine may have changed. */
  get changes(): number {
    return this.#count + this.#ended;
  }

  /** How many actions were started. */
  get count(): number {
    return this.#count;
  }

  /** Whether no action is running. */
  get isIdle(): boolean {
    return this.#atWork === 0;
  }

  /** Carries out one action for a task. Returns why it did not succeed, or undefined. Never throws. */
  async act(task: string, action: Action): Promise<FailureView | undefined> {
    const { host, emit, journal, ledger, presence } = this.#options;
    this.#count += 1;
    this.#atWork += 1;
    const id = `a${this.#count}`;
    const view = await viewAction(action, { host, origin: (path) => ledger.origin(path) });
    emit({ type: 'action-started', task, action: id, view });
    const started = stopwatch(host);
    const provenance: Provenance = action.kind === 'write-file' ? {} : action;
    const failure = await this.busy.during(async () => {
      try {
        const replaced = action.kind === 'write-file' ? await this.#keepOld(action) : undefined;
        await journal.note({
          phase: 'before',
          at: this.#time(),
          task,
          action: id,
          view,
          makes: [...(provenance.makes ?? [])],
          replaced,
        });
        return await ledger.making(provenance, presence, () => this.#carryOut(task, id, action, view));
      } catch (error) {
        return plainFailure(view, messageOf(error));
      }
    });
    this.#atWork -= 1;
    this.#ended += 1;
    await journal.note({ phase: 'after', at: this.#time(), action: id, ok: failure === undefined });
    emit({
      type: 'action-ended',
      task,
      action: id,
      ok: failure === undefined,
      ms: stopwatch(host) - started,
      failure,
    });
    return failure;
  }

  #carryOut(task: string, id: string, action: Action, view: ActionView): Promise<FailureView | undefined> {
    switch (action.kind) {
      case 'run':
        return this.#run(task, id, action, view);
      case 'write-file':
        return this.#write(task, id, action, view);
      case 'converse':
        return this.#converse(task, action, view);
    }
  }

  async #run(task: string, id: string, action: Command, view: ActionView): Promise<FailureView | undefined> {
    const { host, emit, stop } = this.#options;
    const read = action.progress === undefined ? undefined : this.#options.progress[action.progress]?.();
    const lines: string[] = [];
    let shown = '';
    const onLine = (raw: string) => {
      const line = redactUntrusted(raw);
      lines.push(line);
      // Only the end is ever shown again.
      if (lines.length > 200) lines.splice(0, 100);
      const progress = read?.(raw);
      if (progress?.replacesLine !== true) emit({ type: 'action-output', task, action: id, line });
      if (progress === undefined) return;
      const { done, total, unit } = progress;
      // A pull says the same several times a second.
      if (`${done}/${total}` === shown) return;
      shown = `${done}/${total}`;
      emit({
        type: 'action-progress',
        task,
        action: id,
        done,
        unit,
        total,
      });
    };
    const { user, cwd, env, input, timeoutMs } = action;
    const started = stopwatch(host);
    const signs = setInterval(() => {
      emit({ type: 'action-goes-on', task, action: id, ms: stopwatch(host) - started });
    }, SIGN_OF_LIFE_MS);
    const result = await host
      .exec(action.argv, {
        timeoutMs,
        onLine,
        user,
        cwd,
        env: host.kind === 'local' ? { ...env, [STARTED_BY]: String(process.pid) } : env,
        input,
        ...(action.uninterruptible === true ? {} : { signal: stop }),
      })
      .finally(() => clearInterval(signs));
    return failureOfRun(action, result, lines, view);
  }

  async #write(
    task: string,
    id: string,
    { path, content, mode, owner, proof, afterPutBack = [] }: WriteFile,
    view: ActionView,
  ): Promise<FailureView | undefined> {
    const { host, ledger } = this.#options;
    const write = () => ledger.writing(path, content, () => host.writeFile(path, content, { mode, owner }));
    if (proof === undefined) {
      await write();
      return undefined;
    }
    const putBack = await this.#rememberFile(path);
    await write();
    for (const one of [proof].flat()) {
      const failure = await this.#run(task, id, one, view);
      if (failure === undefined) continue;
      await putBack();
      // Even when the run is being stopped: half undone is worse than either.
      for (const back of afterPutBack) await this.#run(task, id, { ...back, uninterruptible: true }, view);
      return failure;
    }
    return undefined;
  }

  /** Remembers the file as it is; returns a function that restores it, or removes the new one. */
  async #rememberFile(path: string): Promise<() => Promise<void>> {
    const { host, ledger } = this.#options;
    const [content, stat, forget] = await Promise.all([
      host.readFile(path),
      host.stat(path),
      ledger.remember(path),
    ]);
    return async () => {
      if (content === undefined || stat === undefined) await host.removeFile(path);
      // Written through a link, the file behind it has the permissions, which writing leaves to us.
      else
        await host.writeFile(path, content, {
          mode: stat.kind === 'symlink' ? 0o644 : stat.mode,
          owner: `${stat.owner}:${stat.group}`,
        });
      await forget();
    };
  }

  /** Copies the file that is about to be replaced; undefined when there is none or its content stays the same. */
  async #keepOld(
    action: WriteFile,
  ): Promise<Extract<JournalEntry, { phase: 'before' }>['replaced'] | undefined> {
    const { host, replacedDir } = this.#options;
    const [content, stat] = await Promise.all([host.readFile(action.path), host.stat(action.path)]);
    if (content === undefined || stat === undefined || content === reveal(action.content)) return undefined;
    const keptAt = await this.#freePlace(`${replacedDir}${action.path}`);
    await makePrivateFolders(host, [replacedDir, keptAt.slice(0, keptAt.lastIndexOf('/'))]);
    await host.writeFile(keptAt, content, { mode: 0o600 });
    const mode = stat.mode.toString(8).padStart(4, '0');
    return { path: action.path, keptAt, mode, owner: `${stat.owner}:${stat.group}` };
  }

  /** A run may replace a file more than once; what it found first must not be lost to what it wrote itself. */
  async #freePlace(path: string): Promise<string> {
    for (let count = 1; ; count += 1) {
      const place = count === 1 ? path : `${path}.${count}`;
      if ((await this.#options.host.stat(place)) === undefined) return place;
    }
  }

  async #converse(task: string, action: Converse, view: ActionView): Promise<FailureView | undefined> {
    const { host, desk, stop } = this.#options;
    const dialogue = this.#options.dialogues[action.dialogue];
    if (dialogue === undefined)
      return plainFailure(view, `This program does not know the dialogue '${action.dialogue}'.`);
    const { ui, close } = desk.open(task, stop);
    const { outcome, result } = await runDialogue(action, dialogue, ui, host);
    close(outcome.ok);
    if (outcome.ok) return undefined;
    const failure = plainFailure(view, outcome.reason, outcome.next);
    if (outcome.cancelled === true) return { ...failure, cancelled: true };
    return { ...failure, exitCode: result.exitCode, timedOut: result.timedOut };
  }

  #time(): string {
    return new Date(this.#options.host.now()).toISOString();
  }
}
