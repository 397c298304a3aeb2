import { layout, USUAL_BRIDGE_ADDRESS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action, Run, WriteFile } from '../../engine/contracts/action.ts';
import { things } from '../../engine/contracts/thing.ts';
import type { SecretText } from '../../secret/secret.ts';
import { setAside } from '../../system/docker/container-anew.ts';
import { removeContainer, runContainer, startContainer } from '../../system/docker/docker.ts';
import { hideIn, parseDockerEnvFile, setInDockerEnvFile } from '../../system/docker/docker-env-file.ts';
import { DAEMON_FAILURES, RUN_FAILURES } from '../../system/docker/docker-failures.ts';
import { pythonBeside } from '../../system/python/python-beside.ts';
import { template } from '../../system/templates.ts';
import { OURS } from '../containers.ts';
import type { OpenWebuiFacts } from './facts.ts';
import type { KeyFacts } from './keys.ts';
import { DATA_INSIDE, hasOtherDatabase, INSIDE } from './making.ts';

/** The runbook's container (step 8), with its secrets in a file in place of the command line. */
export function deploy(facts: OpenWebuiFacts, answers: Answers): readonly Action[] {
  const elsewhere = hasOtherDatabase({ env: parseDockerEnvFile(facts.envFile ?? '') });
  return [
    ...prepare(facts, answers),
    // A database on another machine cannot be asked from here.
    ...(elsewhere ? [] : [proveClaimed(answers)]),
    run(answers),
  ];
}

/** What a container of Open WebUI needs on this machine: its folder, and its env file. */
export function prepare(facts: KeyFacts, answers: Answers): readonly Action[] {
  const place = layout(answers).openWebui;
  return [
    {
      kind: 'run',
      // Open WebUI runs as root inside its container; nobody else needs to read chats and accounts.
      argv: ['install', '-d', '-m', '0700', '-o', 'root', '-g', 'root', place.data],
      purpose: "Make the folder for Open WebUI's data",
      makes: things('folder', place.data),
      timeoutMs: 10_000,
    },
    ...writeEnvFile(facts, answers),
  ];
}

/**
 * Ends with an error while nobody administers what is in the data folder: asked at the very moment at which a container is to
 * be published, for whoever reaches it first would become its administrator.
 */
const proveClaimed = (answers: Answers): Run => ({
  kind: 'run',
  argv: pythonBeside(answers.openWebuiImage, layout(answers).openWebui.data),
  input: template('open-webui/has-administrator.py', {}),
  purpose: 'Make sure that it has an administrator before others can reach it',
  timeoutMs: 120_000,
  knownFailures: [
    {
      pattern: 'Nobody administers',
      because:
        'Open WebUI has no administrator yet. Published now, the first local user who asks would become one.',
      next: 'Let otto-install make the first account ("First account"); Open WebUI is started after that.',
    },
    ...RUN_FAILURES,
  ],
});

/** For a container that never ran: nothing is in it. */
export function makeAnew(facts: OpenWebuiFacts, answers: Answers): readonly Action[] {
  const { container } = layout(answers).openWebui;
  return [
    {
      kind: 'run',
      argv: removeContainer(container),
      purpose: 'Remove the container that never ran',
      timeoutMs: 60_000,
      knownFailures: DAEMON_FAILURES,
    },
    ...deploy(facts, answers),
  ];
}

export const start = (answers: Answers): Action => ({
  kind: 'run',
  argv: startContainer(layout(answers).openWebui.container),
  purpose: 'Start Open WebUI',
  timeoutMs: 60_000,
  knownFailures: RUN_FAILURES,
});

/** For a container that was set aside when a new one was to be made, and that was never put back. */
export function putBack(answers: Answers): readonly Action[] {
  const { container } = layout(answers).openWebui;
  return [
    {
      kind: 'run',
      argv: ['docker', 'rename', setAside(container), container],
      purpose: 'Give it its name back',
      timeoutMs: 30_000,
      knownFailures: DAEMON_FAILURES,
    },
    startsWithMachine(answers),
    start(answers),
  ];
}

export const restart = (answers: Answers): Action => ({
  kind: 'run',
  argv: ['docker', 'restart', '-t', '60', layout(answers).openWebui.container],
  purpose: 'Restart Open WebUI',
  timeoutMs: 180_000,
  knownFailures: RUN_FAILURES,
});

export const goOn = (answers: Answers): Action => ({
  kind: 'run',
  argv: ['docker', 'unpause', layout(answers).openWebui.container],
  purpose: 'Let Open WebUI go on',
  timeoutMs: 30_000,
  knownFailures: DAEMON_FAILURES,
});

export const startsWithMachine = (answers: Answers): Action => ({
  kind: 'run',
  argv: ['docker', 'update', '--restart', 'always', layout(answers).openWebui.container],
  purpose: 'Let Docker start it with the machine',
  timeoutMs: 30_000,
  knownFailures: DAEMON_FAILURES,
});

export const removeAside = (answers: Answers): Action => ({
  kind: 'run',
  argv: removeContainer(setAside(layout(answers).openWebui.container)),
  purpose: 'Remove the container that was set aside',
  timeoutMs: 60_000,
  knownFailures: DAEMON_FAILURES,
});

export const closeEnvFile = (answers: Answers): Action => ({
  kind: 'run',
  argv: ['chmod', '0600', layout(answers).openWebui.envFile],
  purpose: 'Let only root read the keys',
  timeoutMs: 10_000,
});

function run(answers: Answers): Run {
  const place = layout(answers).openWebui;
  return {
    kind: 'run',
    argv: runContainer({
      name: place.container,
      image: answers.openWebuiImage,
      publish: `127.0.0.1:${place.port}:${INSIDE}`,
      volume: `${place.data}:${DATA_INSIDE}`,
      envFile: place.envFile,
      labels: { [OURS]: 'open-webui' },
    }),
    purpose: 'Start Open WebUI',
    makes: things('container', place.container),
    timeoutMs: 300_000,
    knownFailures: RUN_FAILURES,
  };
}

function writeEnvFile(facts: KeyFacts, answers: Answers): readonly WriteFile[] {
  const content = envFile(facts, answers);
  if (content === undefined) return [];
  return [
    {
      kind: 'write-file',
      path: layout(answers).openWebui.envFile,
      content,
      mode: 0o600,
      owner: 'root:root',
      purpose: "Keep Open WebUI's settings and keys where only root reads them",
    },
  ];
}

/** A file that is there keeps its own settings; only the key and the way to Hermes are brought up to date. */
function envFile(facts: KeyFacts, answers: Answers): SecretText | undefined {
  const { hermes } = layout(answers);
  const secretKey = facts.secretKey ?? answers.webuiSecretKey;
  const apiKey = facts.apiKey ?? answers.apiKey;
  const bridge = facts.bridge ?? USUAL_BRIDGE_ADDRESS;
  if (facts.envFile === undefined)
    return template('open-webui.env', {
      secretKey,
      apiKey,
      domain: answers.domain,
      bridge,
      hermesPort: String(hermes.port),
      modelName: answers.modelName,
    });
  const kept = parseDockerEnvFile(facts.envFile);
  const wanted = setInDockerEnvFile(facts.envFile, {
    WEBUI_SECRET_KEY: secretKey.reveal(),
    OPENAI_API_KEY: apiKey.reveal(),
    OPENAI_API_BASE_URL: `http://${bridge}:${hermes.port}/v1`,
    // Where the plural names are set they win over the others.
    ...(kept.OPENAI_API_BASE_URLS === undefined
      ? {}
      : { OPENAI_API_BASE_URLS: `http://${bridge}:${hermes.port}/v1` }),
    ...(kept.OPENAI_API_KEYS === undefined ? {} : { OPENAI_API_KEYS: apiKey.reveal() }),
  });
  return wanted === facts.envFile ? undefined : hideIn(wanted, [secretKey, apiKey]);
}
