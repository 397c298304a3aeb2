import { layout, PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Finding } from '../../engine/contracts/task.ts';
import { reveal, Secret, type SecretText } from '../../secret/secret.ts';
import { keyRefused } from '../../system/hermes/hermes-key.ts';
import { template } from '../../system/templates.ts';
import { judgeEnv } from './env.ts';
import type { OtherKeys } from './env-problem.ts';
import { NO_CHAT, write } from './files.ts';
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
  const problems = judgeEnv('', answers, facts.version, {}).filter(({ severity }) => severity === 'blocked');
  return {
    code: 'hermes-env-missing',
    severity: problems.length > 0 ? 'blocked' : 'missing',
    saw: `There is no ${envFile}.${problems.map(({ saw }) => ` ${saw}`).join('')}`,
    because:
      `This file opens Hermes’s API for Open WebUI: on 0.0.0.0, because containers come in over docker0 instead of loopback, and with a key, because the port leads to an agent that can run commands. ${problems.map(({ because }) => because).join(' ')}`.trim(),
    fixes:
      problems.length > 0
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
    ifSkipped: NO_CHAT,
  };
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
  return {
    code: 'hermes-config-missing',
    severity: 'missing',
    saw: `There is no ${config}.`,
    because:
      'This file says which model answers and that it comes from Anthropic; without the provider, Hermes does not use the sign-in to Claude.',
    fixes: [
      {
        id: 'write-config',
        title: 'Write config.yaml',
        actions: [write(config, newConfigText(facts, answers), 'Choose the model', answers)],
      },
    ],
    ifSkipped: NO_CHAT,
  };
}

/** config.yaml is there, and is no YAML. Pure. */
export function unreadable(problem: string, facts: HermesConfigFacts, answers: Answers): Finding {
  const { config } = layout(answers).hermes;
  return {
    code: 'hermes-config-unreadable',
    severity: 'broken',
    saw: `${config} cannot be read: ${problem}.`,
    because:
      'Hermes does not stop because of that: it continues with its defaults, without a model or a provider, and every chat fails while Hermes looks healthy. Fix the line by hand to keep all settings, then look again.',
    fixes: [
      {
        id: 'rewrite-config',
        title: 'Write a new config.yaml',
        actions: [write(config, newConfigText(facts, answers), 'Choose the model', answers)],
        consequence:
          'Settings in the old file no longer apply. It is kept under /var/lib/otto-install/replaced.',
      },
    ],
    ifSkipped: NO_CHAT,
  };
}
