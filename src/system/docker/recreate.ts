import type { Command, KnownFailure } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { foundAs, replaces } from '../../engine/contracts/effect.ts';
import { things } from '../../engine/contracts/thing.ts';
import { template } from '../templates.ts';
import { type CreationSpec, connections, runWords } from './creation-spec.ts';
import { RUN_FAILURES } from './docker-failures.ts';
import { withoutUnspoken } from './unspoken.ts';

/** How to tell that the new one works. */
export interface ProofOfLife {
  readonly url: string;
  /** A text in the answer. */
  readonly expected: string;
  /** After this many seconds the old one is restored. */
  readonly patienceSeconds: number;
}

/** What the old container is called until the new one answers. */
export const backupName = (name: string): string => `${name}-before`;

/**
 * Replaces the container of this name by a new one: the old one is stopped and kept until the new one answers,
 * and comes back when it does not. The data must be outside of it. Interrupts what it serves. `part`: of the Otto, as which it was
 * found.
 */
export function recreateContainer(
  spec: CreationSpec,
  proof: ProofOfLife,
  purpose: string,
  part: string,
): Command {
  const { url, expected, patienceSeconds } = proof;
  return command(
    ['sh', '-s', '--', spec.name, String(patienceSeconds), url, expected, spec.restart, ...runWords(spec)],
    `${purpose}${withoutUnspoken(spec.createdWith?.unspoken)}`,
    {
      input: template('recreate-container.sh', {
        networks: connections(spec)
          .map((words) => `join ${words.join(' ')} || return 1`)
          .join('\n'),
      }),
      effects: replaces(`the container ${spec.name}`, foundAs(part)),
      makes: things('container', spec.name), // Stopping, and starting the old one again, take their time too.
      timeoutMs: (patienceSeconds + 240) * 1000,
      knownFailures: RECREATE_FAILURES, // If it were stopped half-way, neither of the two would run.
      uninterruptible: true,
    },
  );
}

const RECREATE_FAILURES: readonly KnownFailure[] = [
  {
    pattern: 'did not answer\\. The container from before runs again',
    reason: 'The new container started but never answered. The previous one runs again.',
    next: 'Its last lines, above, say why. Nothing was lost.',
  },
  {
    pattern: 'could not be made\\. The container from before runs again',
    reason: 'Docker refused to create the new container. The previous one runs again.',
    next: "Docker's message is above. Nothing was lost.",
  },
  {
    pattern: 'The container from before could not be started',
    reason: 'Neither the new container nor the previous one could be started.',
    next: 'Look again: otto-install then checks what is there. The data is outside of both.',
  },
  ...RUN_FAILURES,
];
