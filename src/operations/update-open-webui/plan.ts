import type { Answers } from '../../answers.ts';
import type { Action, KnownFailure } from '../../engine/action.ts';
import type { OperationPlan } from '../../engine/operation.ts';
import type { SecretText } from '../../engine/secret.ts';
import { likeContainer, runWords } from '../../system/container-anew.ts';
import { DAEMON_FAILURES } from '../../system/docker.ts';
import { pythonString } from '../../system/python-literal.ts';
import { OURS } from '../../tasks/containers.ts';
import { layout } from '../../tasks/layout.ts';
import { databaseProgram } from '../../tasks/open-webui/database-program.ts';
import { envFileFor, INSIDE, keepEnvFile } from '../../tasks/open-webui/making.ts';
import { template } from '../../templates.ts';
import { clearAside, swapContainer } from '../container-swap.ts';
import { pythonBeside } from '../python-beside.ts';
import { stamp } from '../stamp.ts';
import type { UpdateFacts } from './facts.ts';

const FAILURES: readonly KnownFailure[] = [
  {
    pattern: 'No space left|database or disk is full',
    because: 'The disk is full.',
    next: 'Make room and update again; nothing was changed.',
  },
  ...DAEMON_FAILURES,
];

/** Pure. The backup, then the new container in the place of the old one; nothing when that image runs already. */
export function planUpdate(facts: UpdateFacts, answers: Answers): OperationPlan {
  const { container, making, envFile, imageId, nowMs } = facts;
  if (
    container === undefined ||
    making === undefined ||
    imageId === undefined ||
    imageId === container.imageId
  )
    return { steps: [] };
  const place = layout(answers).openWebui;
  const backup = `otto-install-backups/before-update-${stamp(nowMs)}.db`;
  // The release that made the database also copies it, and puts it back.
  const python = pythonBeside(container.imageId, place.data);
  const program = (input: SecretText, purpose: string): Action => ({
    kind: 'run',
    argv: python,
    input,
    purpose,
    timeoutMs: 900_000,
    knownFailures: FAILURES,
  });
  const wish = likeContainer(container, {
    name: place.container,
    envFile: place.envFile,
    labels: { [OURS]: 'open-webui' },
    port: { inside: INSIDE, at: `127.0.0.1:${place.port}` },
  });
  const swap = {
    name: place.container,
    restart: container.restartPolicy === '' ? 'always' : container.restartPolicy,
    title: 'Open WebUI',
    // By its name, so that the next update knows what to fetch; what is fetched is checked before.
    runWords: runWords({ ...wish, image: facts.image }),
  };
  const copied = {
    do: program(
      databaseProgram('backup-database', { path: pythonString(backup) }),
      'Back up the database, and check the copy',
    ),
    undo: program(
      template('open-webui/restore-database.py', { backup: pythonString(backup) }),
      'Put the database back as it was',
    ),
  };
  // What the container was given on the command line, and a key that it made for itself, are carried over: nobody is signed
  // out. The file serves only containers to come, so it can stay whatever happens.
  const carried = keepEnvFile(envFileFor({ container, making, envFile }), envFile, answers);
  return {
    steps: [...carried.map((action) => ({ do: action })), ...swapContainer(swap, [copied])],
    afterwards: [clearAside(place.container)],
  };
}
