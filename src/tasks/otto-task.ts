import type { Answers } from '../answers/schema.ts';
import type { AnyTask, Task } from '../engine/contracts/task.ts';

/** One part of an Otto, with facts of its own shape. */
export type OttoTask<Facts> = Task<Facts, Answers>;

/** A part of an Otto in a list of different parts. */
export type AnyOttoTask = AnyTask<Answers>;
