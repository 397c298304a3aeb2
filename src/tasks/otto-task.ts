import type { Answers } from '../answers/schema.ts';
import type { AnyTask, Task } from '../engine/contracts/task.ts';
import type { Found } from './finding.ts';

/** One part of an Otto, with its own type of facts and the findings that it declares (findings.ts beside it). */
export type OttoTask<Facts, Finding extends Found> = Task<Facts, Answers, Finding>;

/** A part of an Otto in a list of different parts. */
export type AnyOttoTask = AnyTask<Answers>;
