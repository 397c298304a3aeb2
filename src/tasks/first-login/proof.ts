import type { Answers } from '../../answers/schema.ts';
import { STATE_DIR } from '../../engine/records/state-dir.ts';
import { object, parseJson, text } from '../../system/formats/json.ts';

/** That the whole chain answered once: the done screen shows it. Whether it answers now every look asks again. */
export interface Proof {
  /** ISO 8601. */
  readonly at: string;
  readonly domain: string;
  readonly model: string;
  /** Of Open WebUI. */
  readonly version: string;
  /** The whole way over https, or, without the administrator's password, Hermes alone. */
  readonly through: 'open-webui' | 'hermes';
  /** Who was signed in. */
  readonly account?: string;
  readonly question: string;
  readonly answer: string;
  /** From the question to the answer. */
  readonly ms: number;
}

export const PROOF_FILE = `${STATE_DIR}/verified.json`;

/** Reads the record; undefined when it is not one. The done screen shows it. */
export function parseProof(content: string | undefined): Proof | undefined {
  const found = object(parseJson(content ?? ''));
  if (text(found.at) === '' || text(found.answer) === '') return undefined;
  return found as unknown as Proof;
}

/** Whether the record is about this Otto: its address, its model's name and its release of Open WebUI (when known). */
export function isAbout(
  proof: Proof | undefined,
  answers: Pick<Answers, 'domain' | 'modelName'>,
  version: string | undefined,
): proof is Proof {
  if (proof === undefined || proof.domain !== answers.domain || proof.model !== answers.modelName)
    return false;
  return version === undefined || proof.version === version;
}

/** How long a proof that a run has just recorded counts, so that the next look need not ask again. */
const JUST_MS = 60_000;

/** Whether it was written down a moment ago. */
export function isRecent(proof: Proof, nowMs: number): boolean {
  const age = nowMs - Date.parse(proof.at);
  return age >= 0 && age < JUST_MS;
}
