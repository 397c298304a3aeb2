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
  /** For copying: broken only where the screen ends, and never at a blank. */
  readonly command?: boolean;
  /** Shown on the screen and not left behind in the terminal. */
  readonly once?: boolean;
  /** What of it can be copied: a secret. */
  readonly copy?: string;
  /** It is kept nowhere else: the screen stays until it is saved. */
  readonly onlyHere?: boolean;
}
