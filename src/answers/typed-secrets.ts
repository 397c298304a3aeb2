import { STATE_DIR } from '../engine/records/state-dir.ts';
import type { Host } from '../host/host.ts';
import type { Resolution } from './resolve.ts';
import type { AnswerKey } from './schema.ts';

/** Those that are generated when nobody gives one: nothing else tells a later start that there was one. */
const REPLACEABLE: readonly AnswerKey[] = ['adminPassword', 'apiKey'];

/** Their names, never their values. */
const FILE = `${STATE_DIR}/typed-secrets.json`;

/** Secrets that somebody gave although they could have been generated. */
export function typedSecrets(
  origins: Partial<Extract<Resolution, { ok: true }>['origins']>,
): readonly AnswerKey[] {
  return REPLACEABLE.filter((key) => ['flags', 'environment', 'file'].includes(origins[key] ?? ''));
}

/**
 * Remembers that a run was given secrets of its own: they are only in its memory, and a start after a power cut asks for them
 * again instead of generating others. With none, nothing is asked. Fails silently.
 */
export async function keepTyped(host: Host, typed: readonly AnswerKey[]): Promise<void> {
  if (typed.length === 0 && (await typedBefore(host)).size === 0) return;
  await host.writeFile(FILE, `${JSON.stringify(typed)}\n`, { mode: 0o600 }).catch(() => undefined);
}

/** Which of them a run was given that did not come to a healthy end. Never rejects. */
export async function typedBefore(host: Host): Promise<ReadonlySet<AnswerKey>> {
  try {
    const names: unknown = JSON.parse((await host.readFile(FILE)) ?? '[]');
    return new Set(REPLACEABLE.filter((key) => Array.isArray(names) && names.includes(key)));
  } catch {
    return new Set();
  }
}
