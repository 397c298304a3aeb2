import type { Answers } from '../answers/schema.ts';
import type { AnyTask, Finding, Task } from '../engine/contracts/task.ts';

/** One part of an Otto, with facts of its own shape, and findings that its catalogue has (findings.ts beside it). */
export type OttoTask<Facts, One extends Finding = Finding> = Task<Facts, Answers, One>;

/** A part of an Otto in a list of different parts. */
export type AnyOttoTask = AnyTask<Answers>;
