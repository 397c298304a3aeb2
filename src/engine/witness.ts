import type { AnyTask, Finding, Witness } from './contracts/task.ts';

/** What a question needs that is answered; beyond that nothing is proved, and what was found stands. */
const PATIENCE_MS = 20_000;

/** Pure. Whether this claims that something is not there or does not work, and the witness has just seen it at work. */
const isRefuted = ({ severity, refutedBy }: Finding, witness: Witness | undefined): boolean =>
  severity !== 'risk' && refutedBy !== undefined && witness?.stations.includes(refutedBy) === true;

/**
 * Pure. Findings as they are beside what was seen at work: what works cannot be broken, so it is only noted. Nothing is done about it
 * either: what would be made in the place of something that works is a second one.
 */
export function besideWitness(
  findings: readonly Finding[],
  witness: Witness | undefined,
  refuted: (finding: Finding) => boolean = (finding) => isRefuted(finding, witness),
): readonly Finding[] {
  return findings.map((finding) =>
    refuted(finding) && witness !== undefined
      ? {
          ...finding,
          severity: 'risk',
          evidence: `${finding.evidence} ${witness.evidence}`,
          reason: `${finding.reason} It works all the same, otherwise than otto-install would have made it, so nothing is changed here.`,
          fixes: [],
          impact: undefined,
          watch: undefined,
        }
      : finding,
  );
}

/** A look at the start of a run, before anything was done. */
interface FirstLook {
  readonly task: Pick<AnyTask<never>, 'id' | 'witness'>;
  readonly findings: Promise<readonly Finding[]>;
  readonly witness: Promise<Witness | undefined>;
}

/** What the looks at the start of a run have seen at work. What was refuted then stays so for the whole run, and nothing else is. */
export class Witnesses {
  readonly #witness: Promise<Witness | undefined>;
  readonly #refuted: ReadonlyMap<string, Promise<ReadonlySet<string>>>;

  constructor(looks: readonly FirstLook[]) {
    const seen = looks.find(({ task }) => task.witness !== undefined)?.witness;
    this.#witness = seen === undefined ? Promise.resolve(undefined) : seenInTime(seen);
    this.#refuted = new Map(
      looks.map(({ task, findings }) => [task.id, findings.then((all) => this.#refutedIn(all))]),
    );
  }

  /** The findings of a task as they are beside it. */
  async beside(task: string, findings: readonly Finding[]): Promise<readonly Finding[]> {
    const refuted = await this.#refuted.get(task);
    if (refuted === undefined || refuted.size === 0) return findings;
    return besideWitness(findings, await this.#witness, ({ code }) => refuted.has(code));
  }

  /** Only for what could be refuted anybody waits. */
  async #refutedIn(findings: readonly Finding[]): Promise<ReadonlySet<string>> {
    if (!findings.some(({ severity, refutedBy }) => severity !== 'risk' && refutedBy !== undefined))
      return new Set();
    const witness = await this.#witness;
    return new Set(findings.filter((one) => isRefuted(one, witness)).map(({ code }) => code));
  }
}

/** Real time: what does not answer for so long proves nothing. */
async function seenInTime(look: Promise<Witness | undefined>): Promise<Witness | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
  });
  try {
    return await Promise.race([look, late]);
  } finally {
    clearTimeout(timer);
  }
}
