import type { Event, TaskState } from '../contracts/event.ts';
import type { TaskId } from '../contracts/task.ts';

/** States in which a task works by itself, and does not need anybody yet. */
const BUSY: ReadonlySet<TaskState> = new Set<TaskState>(['looking', 'acting']);

/**
 * Who lets whom go first. A task that asks a person something should come to its question while the person is still there: what
 * goes on for minutes by itself waits until then, and not for the answer.
 */
export class Turns {
  readonly #passed = new Set<TaskId>();
  readonly #waiting = new Set<() => void>();

  /** Hears what happens in the run. */
  readonly take = (event: Event): void => {
    if (event.type === 'question') this.pass(event.task);
    // A dialogue begins without anything to be done: its program is still being asked for a link.
    if (event.type === 'dialogue' && (event.view.url !== undefined || event.view.ask !== undefined))
      this.pass(event.task);
    if (event.type === 'task-state' && event.state !== 'waiting' && !BUSY.has(event.state))
      this.pass(event.task);
  };

  /** It has ended, or cannot begin: nobody waits for it any more. */
  pass(task: TaskId): void {
    this.#passed.add(task);
    for (const look of [...this.#waiting]) look();
  }

  /** Resolves when all of them need somebody, have ended, or cannot begin. */
  async after(tasks: readonly TaskId[]): Promise<void> {
    const isTurn = () => tasks.every((task) => this.#passed.has(task));
    if (isTurn()) return;
    await new Promise<void>((resolve) => {
      const look = () => {
        if (!isTurn()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
    });
  }
}
