import { layout, USUAL_BRIDGE_ADDRESS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action, Command, WriteFile } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { things } from '../../engine/contracts/thing.ts';
import type { SecretText } from '../../secret/secret.ts';
import type { Container } from '../../system/docker/docker.ts';
import { RUN_FAILURES } from '../../system/docker/docker-failures.ts';
import { envIn, setInEnvFile } from '../../system/formats/env-file.ts';
import { pythonBeside } from '../../system/python/python-beside.ts';
import { template } from '../../system/templates.ts';
import { publish, remove, run } from '../managed-container/actions.ts';
import { hasOtherDatabase, keepEnvFile } from './creation-spec.ts';
import type { OpenWebuiFacts } from './facts.ts';
import type { KeyFacts } from './keys.ts';
import { managedOpenWebui } from './managed.ts';
import { isConnected, UNPUBLISHED } from './unpublished.ts';

/** The runbook's container (step 8), with its secrets in a file instead of on the command line. */
export function deploy(facts: OpenWebuiFacts, answers: Answers): readonly Action[] {
  const elsewhere = hasOtherDatabase({ env: envIn(facts.envFile, 'docker') });
  return [
    ...prepare(facts, answers),
    // A database on another machine cannot be asked from here.
    ...(elsewhere ? [] : [proveClaimed(answers)]),
    run(managedOpenWebui(answers), { log: facts.logLimit }),
  ];
}

/** The container that the first account was made in, where others can reach it: it is at work already. */
export function publishIt(unpublished: Container | undefined, answers: Answers): readonly Action[] {
  const connected = unpublished !== undefined && isConnected(unpublished);
  return [proveClaimed(answers), ...publish(managedOpenWebui(answers), UNPUBLISHED, connected)];
}

/** What a container of Open WebUI needs on this machine: its folder, and its env file. */
export function prepare(facts: KeyFacts, answers: Answers): readonly Action[] {
  const place = layout(answers).openWebui;
  return [
    // Open WebUI runs as root inside its container; nobody else needs to read chats and accounts.
    command(
      ['install', '-d', '-m', '0700', '-o', 'root', '-g', 'root', place.data],
      "Create the folder for Open WebUI's data",
      { makes: things('folder', place.data) },
    ),
    ...writeEnvFile(facts, answers),
  ];
}

/**
 * Fails while the data folder has no administrator. It runs right before a container is published, because the first
 * person to reach it would become its administrator.
 */
const proveClaimed = (answers: Answers): Command =>
  command(
    pythonBeside(answers.openWebuiImage, layout(answers).openWebui.data),
    'Make sure that it has an administrator before others can reach it',
    {
      input: template('open-webui/has-administrator.py', {}),
      timeoutMs: 120_000,
      knownFailures: [
        {
          pattern: 'Nobody administers',
          reason:
            'Open WebUI has no administrator yet. If it were published now, the first local user who asks would become one.',
          next: 'Let otto-install create the first account ("First account"); Open WebUI is started after that.',
        },
        ...RUN_FAILURES,
      ],
    },
  );

/** For a container that never ran: nothing is in it. */
export const recreateNeverStarted = (facts: OpenWebuiFacts, answers: Answers): readonly Action[] => [
  remove(managedOpenWebui(answers), 'Remove the container that never ran'),
  ...deploy(facts, answers),
];

export const closeEnvFile = (answers: Answers): Action =>
  command(['chmod', '0600', layout(answers).openWebui.envFile], 'Let only root read the keys', {
    timeoutMs: 10_000,
  });

function writeEnvFile(facts: KeyFacts, answers: Answers): readonly WriteFile[] {
  return keepEnvFile(envFile(facts, answers), facts.envFile, answers);
}

/** A file that is there keeps its own settings; only the key and the way to Hermes are brought up to date. */
function envFile(facts: KeyFacts, answers: Answers): SecretText {
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
  const kept = envIn(facts.envFile, 'docker');
  const url = `http://${bridge}:${hermes.port}/v1`;
  const changes = {
    WEBUI_SECRET_KEY: secretKey,
    OPENAI_API_KEY: apiKey,
    OPENAI_API_BASE_URL: url,
    // The plural names override the others.
    ...(kept.OPENAI_API_BASE_URLS === undefined ? {} : { OPENAI_API_BASE_URLS: url }),
    ...(kept.OPENAI_API_KEYS === undefined ? {} : { OPENAI_API_KEYS: apiKey }),
  };
  return setInEnvFile(facts.envFile, changes, 'docker');
}
