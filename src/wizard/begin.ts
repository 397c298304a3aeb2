import type { Resolution } from '../answers/resolve.ts';
import { typedSecrets } from '../answers/typed-secrets.ts';
import { keepHealthy } from '../changes/healthy.ts';
import { inThisProcess, type StartWork } from '../detached/work.ts';
import type { Run } from '../engine/contracts/run.ts';
import type { Scope } from '../engine/contracts/scope.ts';
import type { Host } from '../host/host.ts';
import { startOtto } from '../otto/start.ts';
import { keepLearned } from './keep-learned.ts';

/** Where a run works, and whom it tells what is no part of it. */
export interface Place {
  readonly host: Host;
  readonly version: string;
  readonly warn: (text: string) => void;
  /** How runs that change the machine are started; without it in this process. */
  readonly start?: StartWork;
}

/** Answers that are complete, and where each comes from; without that no password counts as generated. */
export type Known = Pick<Extract<Resolution, { ok: true }>, 'answers'> &
  Partial<Extract<Resolution, { ok: true }>>;

interface Limits {
  /** What it is confined to. */
  readonly only?: Scope;
  /** false: it leaves no log of its own. */
  readonly log?: boolean;
  /** Compares with how things stood when all was healthy; that is replaced only afterwards. */
  readonly comparing?: Promise<unknown>;
}

/** A run that was begun, with what is kept of it besides its records. */
export interface Begun {
  readonly run: Run;
  /** Whether this run gave the first account a generated password. */
  readonly gavePassword: () => boolean;
  /** Resolves when it has ended and all is kept. */
  readonly kept: Promise<void>;
}

/**
 * Begins a run over all parts of an Otto, and keeps what must not get lost: a generated password at the moment at which it
 * counts, and how things stood when all was healthy.
 */
export function begin(
  mode: 'install' | 'check' | 'plan',
  { host, version, warn, start = inThisProcess({ host, version, onProblem: warn }) }: Place,
  { answers, origins }: Known,
  { only, log, comparing }: Limits = {},
): Begun {
  const passwordGenerated = origins?.adminPassword === 'generated';
  const typed = only === undefined ? typedSecrets(origins ?? {}) : [];
  const { run, gavePassword } =
    mode === 'install'
      ? start({ kind: 'install', answers, only, passwordGenerated, typed })
      : { run: startOtto(mode, host, answers, version, { only, log }), gavePassword: () => false };
  const keep = async () => {
    const [{ outcome }] = await Promise.all([run.result, comparing]);
    if (outcome === 'healthy' && mode === 'check') await keepHealthy(host, answers);
  };
  return { run, gavePassword, kept: mode === 'install' ? keepLearned(run, host, answers, typed) : keep() };
}
