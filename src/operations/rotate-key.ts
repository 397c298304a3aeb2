import { type Answers, apiKeyProblem } from '../answers.ts';
import type { Action } from '../engine/action.ts';
import type { OperationPlan } from '../engine/operation.ts';
import { Secret } from '../engine/secret.ts';
import type { Finding } from '../engine/task.ts';
import type { Host } from '../host/host.ts';
import { likeContainer, runWords } from '../system/container-anew.ts';
import { type Container, DAEMON_FAILURES } from '../system/docker.ts';
import { parseDockerEnvFile } from '../system/docker-env-file.ts';
import { dotenvValue, parseDotenv } from '../system/dotenv.ts';
import { pythonJson, pythonString } from '../system/python-literal.ts';
import { systemctl } from '../system/systemd.ts';
import { lookAtContainer, OURS } from '../tasks/containers.ts';
import { changedEnv } from '../tasks/hermes-config/env.ts';
import { lookAtHermesConfig, type SettingsFile } from '../tasks/hermes-config/look.ts';
import { layout } from '../tasks/layout.ts';
import { databaseProgram } from '../tasks/open-webui/database-program.ts';
import { envFileFor, INSIDE, keepEnvFile, lookAtMaking, type Making } from '../tasks/open-webui/making.ts';
import { template } from '../templates.ts';
import { clearAside, swapContainer } from './container-swap.ts';
import type { Asked, Given, OttoOperation } from './otto-operation.ts';
import { pythonBeside } from './python-beside.ts';
import { stamp } from './stamp.ts';

interface RotateFacts {
  readonly env: SettingsFile | undefined;
  /** API_SERVER_KEY as Hermes reads it. */
  readonly key: Secret | undefined;
  readonly container: Container | undefined;
  readonly making: Making | undefined;
  /** Open WebUI's env file. */
  readonly envFile: string | undefined;
  readonly nowMs: number;
}

interface RotateChoice {
  readonly key: Secret;
}

/** A new key between Open WebUI and Hermes, on both sides. */
export const rotateKey: OttoOperation<RotateFacts, RotateChoice> = {
  id: 'rotate-key',
  command: 'rotate-key',
  title: 'Change the key between Open WebUI and Hermes',
  help: 'a new API key between Open WebUI and Hermes, on both sides',
  flags: { how: 'generated|typed' },
  secretFlags: ['apiKey'],
  why:
    'Both sides get the new key while both are stopped, so that at no moment one uses the new and the other the old one. The old key ' +
    'stays good until then, and comes back on both sides when Otto does not answer with the new one.',
  look,
  refuses,
  next: ask,
  consequence: () => 'Nobody can chat for about half a minute; nobody is signed out.',
  plan,
  verifies: ['hermes-config', 'hermes-service', 'open-webui', 'bridge', 'first-login'],
  told: () => [
    'Both sides use the new key; nobody needs to know it. Other programs that ask Hermes with the old key are refused now.',
  ],
};

async function look(host: Host, answers: Answers): Promise<RotateFacts> {
  const place = layout(answers).openWebui;
  const [{ env }, container, envFile] = await Promise.all([
    lookAtHermesConfig(host, answers),
    lookAtContainer(host, place.container),
    host.readFile(place.envFile),
  ]);
  const key = dotenvValue(parseDotenv(env?.text ?? ''), 'API_SERVER_KEY');
  return {
    env,
    key: key === undefined || key === '' ? undefined : new Secret(key),
    container,
    making: container === undefined ? undefined : await lookAtMaking(host, container),
    envFile,
    nowMs: host.now(),
  };
}

/** Pure. */
function refuses({ env, key, container }: RotateFacts): readonly Finding[] {
  const blocked = (code: string, saw: string, because: string): readonly Finding[] => [
    { code, severity: 'blocked', saw, because, fixes: [] },
  ];
  if (env === undefined || key === undefined)
    return blocked(
      'rotate-no-key',
      'Hermes’s .env holds no API_SERVER_KEY.',
      '`otto-install` says what is wrong with Hermes’s settings and mends it; then change the key.',
    );
  if (container === undefined)
    return blocked(
      'rotate-no-container',
      'There is no container named open-webui.',
      'The key has two sides, and one of them is not there. `otto-install` makes it.',
    );
  if (/^(?!sqlite:)./.test(container.env.DATABASE_URL ?? ''))
    return blocked(
      'rotate-other-database',
      'Open WebUI keeps its settings in another database than SQLite.',
      'The key stands in that database too, and it cannot be changed and put back from here. Change it in Admin Panel → Settings → Connections, and in Hermes’s .env, one right after the other.',
    );
  return [];
}

/** Pure. */
function ask(_: RotateFacts, given: Given): Asked<RotateChoice> {
  const how = given.how ?? (given.apiKey === undefined ? undefined : 'typed');
  if (how === 'generated' && given.generatedKey instanceof Secret)
    return { choice: { key: given.generatedKey } };
  if (how === 'typed' && given.apiKey instanceof Secret) return { choice: { key: given.apiKey } };
  if (how === 'typed')
    return { ask: { kind: 'secret', id: 'apiKey', question: 'The new key?', problem: apiKeyProblem } };
  return {
    ask: {
      kind: 'choose',
      id: 'how',
      question: 'Which key shall it be?',
      options: [
        { value: 'generated', label: 'A generated one', note: 'Nobody needs to know it.' },
        { value: 'typed', label: 'One that you type', note: 'At least 16 characters.' },
      ],
    },
  };
}

/** Pure. */
function plan(facts: RotateFacts, { key: fresh }: RotateChoice, answers: Answers): OperationPlan {
  const { env, key: old, container, making, envFile, nowMs } = facts;
  if (env === undefined || old === undefined || container === undefined || making === undefined)
    return { steps: [] };
  const { hermes, openWebui: place, user, owner } = layout(answers);
  const keptEnv = `${hermes.envFile}.before-rotation`;
  const keptEnvFile = `${place.envFile}.before-rotation`;
  const backup = `otto-install-backups/before-rotation-${stamp(nowMs)}.db`;
  const python = pythonBeside(container.imageId, place.data);
  const asUser = (argv: readonly [string, ...string[]], purpose: string): Action => ({
    kind: 'run',
    argv,
    purpose,
    // Root would follow the links that this user can make.
    user,
    cwd: hermes.home,
    timeoutMs: 30_000,
  });
  const asRoot = (argv: readonly [string, ...string[]], purpose: string): Action => ({
    kind: 'run',
    argv,
    purpose,
    timeoutMs: 30_000,
  });
  const inDatabase = (input: Extract<Action, { kind: 'run' }>['input'], purpose: string): Action => ({
    kind: 'run',
    argv: python,
    ...(input === undefined ? {} : { input }),
    purpose,
    timeoutMs: 600_000,
    knownFailures: DAEMON_FAILURES,
  });
  const content = envFileFor(
    { container, making, envFile },
    { changes: keysIn(envFile, container, fresh.reveal()) },
  );
  const [writeEnvFile] = keepEnvFile(content, envFile, answers);
  const like = likeContainer(container, {
    name: place.container,
    envFile: place.envFile,
    labels: { [OURS]: 'open-webui' },
    port: { inside: INSIDE, at: `127.0.0.1:${place.port}` },
  });
  const stopHermes = systemctl('Stop Hermes', ['stop', hermes.unitName], 240_000);
  const startHermes = systemctl('Start Hermes', ['start', hermes.unitName]);
  return {
    steps: swapContainer(
      {
        name: place.container,
        restart: container.restartPolicy === '' ? 'always' : container.restartPolicy,
        title: 'Open WebUI',
        runWords: runWords({ ...like, image: making.image }),
      },
      [
        { do: stopHermes, undo: startHermes },
        {
          do: asUser(['cp', '-p', '--', hermes.envFile, keptEnv], 'Keep Hermes’s .env as it is'),
        },
        {
          do: {
            kind: 'write-file',
            path: hermes.envFile,
            content: changedEnv(env.text, { API_SERVER_KEY: fresh }),
            mode: 0o600,
            owner,
            purpose: 'Give Hermes the new key',
          },
          undo: asUser(['cp', '-p', '--', keptEnv, hermes.envFile], 'Give Hermes back the old key'),
        },
        ...(writeEnvFile === undefined
          ? []
          : [
              ...(envFile === undefined
                ? []
                : [
                    {
                      do: asRoot(
                        ['cp', '-p', '--', place.envFile, keptEnvFile],
                        'Keep Open WebUI’s env file as it is',
                      ),
                    },
                  ]),
              {
                do: writeEnvFile,
                ...(envFile === undefined
                  ? {}
                  : {
                      undo: asRoot(
                        ['cp', '-p', '--', keptEnvFile, place.envFile],
                        'Give back the old env file',
                      ),
                    }),
              },
            ]),
        {
          do: inDatabase(
            databaseProgram('backup-database', { path: pythonString(backup) }),
            'Back up the database, and check the copy',
          ),
          undo: inDatabase(
            template('open-webui/restore-database.py', { backup: pythonString(backup) }),
            'Put the database back as it was',
          ),
        },
        {
          do: inDatabase(
            template('open-webui/replace-key.py', { keys: pythonJson({ old, new: fresh }) }),
            'Give Open WebUI the new key, wherever its settings hold the old one',
          ),
        },
        { do: startHermes, undo: stopHermes },
      ],
    ),
    afterwards: [
      clearAside(place.container),
      asUser(['rm', '-f', '--', keptEnv], 'Remove the copy of the old .env'),
      asRoot(['rm', '-f', '--', keptEnvFile], 'Remove the copy of the old env file'),
      // It holds the old key, and everything else is in the database that was just verified.
      asRoot(['rm', '-f', '--', `${place.data}/${backup}`], 'Remove the backup that holds the old key'),
    ],
  };
}

/** Where the plural name is set it wins over the other, and so it has to follow. */
function keysIn(
  envFile: string | undefined,
  container: Container,
  fresh: string,
): Readonly<Record<string, string>> {
  const kept = parseDockerEnvFile(envFile ?? '');
  const plural = kept.OPENAI_API_KEYS ?? container.env.OPENAI_API_KEYS;
  return { OPENAI_API_KEY: fresh, ...(plural === undefined ? {} : { OPENAI_API_KEYS: fresh }) };
}
