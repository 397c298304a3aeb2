import { layout, PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { reveal, Secret, type SecretText } from '../../secret/secret.ts';
import { keyRefused } from '../../system/hermes/hermes-key.ts';
import { template } from '../../system/templates.ts';
import { found } from '../finding.ts';
import type { OtherKeys } from './env-problem.ts';
import { write } from './files.ts';
import { FINDINGS, type Finding } from './findings.ts';
import type { HermesConfigFacts } from './look.ts';

/** There is no .env. Pure. */
export function newEnv(facts: HermesConfigFacts, answers: Answers, keys: OtherKeys): Finding {
  const { envFile } = layout(answers).hermes;
  const shared = keys.inConfig ?? keys.ofOpenWebui;
  const key =
    shared === undefined || keyRefused(reveal(shared), facts.version) !== undefined
      ? answers.apiKey
      : new Secret(reveal(shared));
  const content = template('hermes.env', {
    port: String(PORTS.hermes),
    key,
    modelName: answers.modelName,
    claudeComment:
      answers.claude === 'login'
        ? 'the sign-in of this user in ~/.claude/.credentials.json'
        : 'the key ANTHROPIC_API_KEY below',
  });
  const claudeKey = answers.claude === 'api-key' ? answers.anthropicApiKey : undefined;
  // What asks for a key is the task that signs in; without one the file is not whole.
  const keyless = answers.claude === 'api-key' && claudeKey === undefined;
  return found(FINDINGS['hermes-env-missing'], {
    evidence: `There is no ${envFile}.${keyless ? ' Claude should be used with an API key, but neither the answers nor .env have one.' : ''}`,
    severity: keyless ? 'blocked' : 'missing',
    ...(keyless && {
      adds: 'Give one (anthropicApiKey in the answers file, or OTTO_ANTHROPIC_API_KEY); you create it at console.anthropic.com.',
    }),
    fixes: keyless
      ? []
      : [
          {
            id: 'write-env',
            title: 'Write .env',
            actions: [
              write(
                envFile,
                claudeKey === undefined
                  ? content
                  : [...pieces(content), '\nANTHROPIC_API_KEY=', claudeKey, '\n'],
                'Configure Hermes’s API',
                answers,
              ),
            ],
          },
        ],
  });
}

const pieces = (text: SecretText) =>
  typeof text === 'string' || text instanceof Secret ? [text] : [...text];

function newConfigText(facts: HermesConfigFacts, answers: Answers): SecretText {
  return template('hermes-config.yaml', {
    model: answers.model,
    // Before the checkout is there, a plan cannot know it.
    configVersion:
      facts.configVersion === undefined
        ? '# _config_version: (as the release of Hermes has it)'
        : `_config_version: ${facts.configVersion}`,
  });
}

/** There is no config.yaml. Pure. */
export function newConfig(facts: HermesConfigFacts, answers: Answers): Finding {
  const { config } = layout(answers).hermes;
  return found(FINDINGS['hermes-config-missing'], {
    evidence: `There is no ${config}.`,
    fixes: [
      {
        id: 'write-config',
        title: 'Write config.yaml',
        actions: [write(config, newConfigText(facts, answers), 'Choose the model', answers)],
      },
    ],
  });
}

/** config.yaml is there, and is no YAML. Pure. */
export function unreadable(problem: string, facts: HermesConfigFacts, answers: Answers): Finding {
  const { config } = layout(answers).hermes;
  return found(FINDINGS['hermes-config-unreadable'], {
    evidence: `${config} cannot be read: ${problem}.`,
    fixes: [
      {
        id: 'rewrite-config',
        title: 'Write a new config.yaml',
        actions: [write(config, newConfigText(facts, answers), 'Choose the model', answers)],
        consequence:
          'Settings in the old file no longer apply. It is kept under /var/lib/otto-install/replaced.',
      },
    ],
  });
}
