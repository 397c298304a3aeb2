import type { Mark } from './wording.ts';

/** A line of the first look: what was seen, with its mark. */
export interface SeenLine {
  readonly mark: Mark;
  readonly text: string;
}

/** A paragraph of the last screen. */
export interface EndingLine {
  readonly mark?: Mark;
  readonly text: string;
  readonly strong?: boolean;
  /** Blanks before it. */
  readonly indent?: number;
  /** A blank line comes before it. */
  readonly apart?: boolean;
  /** Shown on the screen and not left behind in the terminal. */
  readonly once?: boolean;
}
