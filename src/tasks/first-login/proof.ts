import type { Answers } from '../../answers.ts';
import { object, parseJson, text } from '../../system/json.ts';
import { STATE_FOLDER } from '../layout.ts';

/** That the whole chain answered once: kept, so that not every look costs a chat. */
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

export const PROOF_FILE = `${STATE_FOLDER}/verified.json`;

/** A chat costs money and time, so one a day is enough. */
const FRESH_MS = 24 * 3_600_000;

/** Reads the record; undefined when it is none. The done screen shows it. */
export function parseProof(content: string | undefined): Proof | undefined {
  const found = object(parseJson(content ?? ''));
  if (text(found.at) === '' || text(found.answer) === '') return undefined;
  return found as unknown as Proof;
}

/** Whether the record is about this Otto and not older than a day. */
export function isFresh(proof: Proof | undefined, answers: Answers, nowMs: number): boolean {
  if (proof === undefined || proof.domain !== answers.domain || proof.model !== answers.modelName)
    return false;
  const age = nowMs - Date.parse(proof.at);
  return age >= 0 && age < FRESH_MS;
}
