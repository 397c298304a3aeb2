import type { FindingView, TaskState } from './contracts/event.ts';
import type { TaskSummary } from './contracts/run.ts';
import type { AnyTask, Finding } from './contracts/task.ts';
import type { Emit } from './emit.ts';
import { type Present, viewFinding } from './view.ts';

interface Row {
  state: TaskState;
  note: string | undefined;
  findings: readonly FindingView[];
  skipped: readonly string[];
}

/** The state of every task; tells the listeners what changes, and only that. */
export class Board {
  readonly #emit: Emit;
  readonly #present: Present;
  readonly #rows = new Map<string, Row>();

  constructor(emit: Emit, present: Present) {
    this.#emit = emit;
    this.#present = present;
  }

  state(task: string, state: TaskState, note?: string): void {
    const row = this.#row(task);
    if (row.state === state && row.note === note) return;
    Object.assign(row, { state, note });
    this.#emit({ type: 'task-state', task, state, note });
  }

  async findings(task: string, findings: readonly Finding[]): Promise<void> {
    const row = this.#row(task);
    const views = await Promise.all(findings.map((finding) => this.view(finding)));
    if (JSON.stringify(views) === JSON.stringify(row.findings)) return;
    row.findings = views;
    this.#emit({ type: 'findings', task, findings: views });
  }

  view(finding: Finding): Promise<FindingView> {
    return viewFinding(finding, this.#present);
  }

  skipped(task: string, codes: readonly string[]): void {
    this.#row(task).skipped = codes;
  }

  /** Every task as it is now. */
  summary(tasks: readonly Pick<AnyTask<never>, 'id' | 'title' | 'step'>[]): readonly TaskSummary[] {
    return tasks.map(({ id, title, step }) => {
      const { state, note, findings, skipped } = this.#row(id);
      return { id, title, step, state, note, findings, skipped };
    });
  }

  #row(task: string): Row {
    const known = this.#rows.get(task);
    if (known !== undefined) return known;
    const row: Row = { state: 'waiting', note: undefined, findings: [], skipped: [] };
    this.#rows.set(task, row);
    return row;
  }
}
