import type { KnownCode } from './known-codes.ts';

/** Filled when the program is built, from the source of src/tasks (scripts/codes/). */
export const CODES: readonly KnownCode[] = [];
