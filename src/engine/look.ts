import type { Host } from '../host/host.ts';
import { messageOf } from '../text/error-message.ts';
import type { AnyTask, Finding, Witness } from './contracts/task.ts';
import { asPart } from './hosts/shared-host.ts';
import { askedAbout } from './unasked.ts';

/** Long enough for an overloaded machine: "could not look" does not help anyone with a slow droplet. */
const DEFAULT_LIMIT_MS = 40_000;

/** The code of the finding for a failed look. */
export const COULD_NOT_LOOK = 'could-not-look';
export const COULD_NOT_LOOK_REASON =
  'What could not be checked is not called healthy. Either this machine had a passing problem, and a second look helps, or this program has a fault.';

/**
 * Looks and judges. Never throws: a look or a judgement that crashes or takes too long is a finding of its own, never a
 * healthy task.
 */
export async function findingsOf<Answers>(
  task: AnyTask<Answers>,
  host: Host,
  answers: Answers,
): Promise<readonly Finding[]> {
  return (await lookedAt(task, host, answers)).findings;
}

/** A look that has begun: what it will have found wrong, and what it will have seen at work. */
export interface BegunLook {
  readonly findings: Promise<readonly Finding[]>;
  readonly witness: Promise<Witness | undefined>;
}

/** Begins to look, side by side with others that begin at the same moment: what one of them has just asked, the others need not ask. */
export function beginLook<Answers>(task: AnyTask<Answers>, host: Host, answers: Answers): BegunLook {
  const looked = lookedAt(task, asPart(host, task.id), answers);
  return {
    findings: looked.then(({ findings }) => findings),
    witness: looked.then(({ witness }) => witness),
  };
}

interface Looked {
  readonly findings: readonly Finding[];
  readonly witness?: Witness | undefined;
}

async function lookedAt<Answers>(task: AnyTask<Answers>, host: Host, answers: Answers): Promise<Looked> {
  const limitMs = task.lookTimeoutMs ?? DEFAULT_LIMIT_MS;
  try {
    const facts = await withinTime(task.look(host, answers), limitMs);
    const findings = await askedAbout(toldApart(task.judge(facts, answers)), host);
    return { findings, witness: task.witness?.(facts, answers) };
  } catch (error) {
    return { findings: [couldNotLook(task.title, messageOf(error))] };
  }
}

/** Real time, also in a rehearsal: this guards against a look that hangs. */
async function withinTime<Result>(work: Promise<Result>, ms: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`it was not finished after ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}

/** A consent names a fix by its id: two of the same would be one consent to both. */
function toldApart(findings: readonly Finding[]): readonly Finding[] {
  for (const { code, fixes } of findings) {
    const ids = fixes.map(({ id }) => id);
    const twice = ids.find((id, index) => ids.indexOf(id) !== index);
    if (twice !== undefined) throw new Error(`${code} offers two fixes with the id ${twice}`);
  }
  return findings;
}

function couldNotLook(title: string, reason: string): Finding {
  return {
    code: COULD_NOT_LOOK,
    severity: 'broken',
    evidence: `otto-install could not check "${title}": ${reason}`,
    reason: COULD_NOT_LOOK_REASON,
    fixes: [],
    impact: `Nobody knows whether "${title}" works. The steps that need it are tried anyway.`,
  };
}
