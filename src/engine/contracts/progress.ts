/** The progress of a command: 41 of 68 packages. */
export interface Progress {
  readonly done: number;
  readonly total?: number;
  /** 'MB', 'packages' */
  readonly unit: string;
  /** The line that it was read from says nothing else to a person: it is neither shown nor logged. */
  readonly replacesLine?: true;
}

/**
 * Makes a reader for one run of a command. The reader gets every line that the command prints and returns how far it
 * is, or undefined when the line says nothing about that. It may remember what it saw.
 */
export type ProgressReader = () => (line: string) => Progress | undefined;
