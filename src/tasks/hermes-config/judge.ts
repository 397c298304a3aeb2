import type { Answers } from '../../answers.ts';
import type { Action, Run } from '../../engine/action.ts';
import { Secret, type SecretText } from '../../engine/secret.ts';
import type { Finding } from '../../engine/task.ts';
import { changeYaml } from '../../system/yaml-file.ts';
import { template } from '../../templates.ts';
import { layout, PORTS } from '../layout.ts';
import { changedEnv, type EnvProblem, judgeEnv } from './env.ts';
import type { HermesConfigFacts, SettingsFile } from './look.ts';
import { judgeYaml, keyInYaml, type YamlProblem } from './yaml.ts';

const NO_CHAT = 'Open WebUI will show no model, or its chats will fail.';

export function judgeHermesConfig(facts: HermesConfigFacts, answers: Answers): readonly Finding[] {
  return [
    ...judgeEnvFile(facts, answers),
    ...judgeConfigFile(facts, answers),
    ...judgeOwners(facts, answers),
  ];
}

function judgeEnvFile(facts: HermesConfigFacts, answers: Answers): readonly Finding[] {
  const { envFile } = layout(answers).hermes;
  const otherKey = facts.config === undefined ? undefined : keyInYaml(facts.config.text);
  if (facts.env === undefined) return [newEnv(facts, answers, otherKey)];
  const text = facts.env.text;
  const problems = judgeEnv(text, answers, facts.version, otherKey);
  const asked = problems.filter(({ consequence }) => consequence !== undefined);
  const unasked = problems.filter((problem) => problem.consequence === undefined && changes(problem));
  return [
    ...merged('hermes-env', unasked, envFile, () => writeEnv(text, unasked, answers)),
    ...asked.map((problem) =>
      single(problem, `Change it in ${envFile}`, writeEnv(text, [problem], answers), problem.consequence),
    ),
    ...problems
      .filter((problem) => problem.consequence === undefined && !changes(problem))
      .map((problem) => single(problem)),
  ];
}

/** Line ends are mended by writing the file, whatever else is changed. */
const changes = (problem: EnvProblem) =>
  Object.keys(problem.set).length > 0 || problem.code === 'hermes-env-windows-text';

function judgeConfigFile(facts: HermesConfigFacts, answers: Answers): readonly Finding[] {
  const { config } = layout(answers).hermes;
  if (facts.config === undefined) return [newConfig(facts, answers)];
  const text = facts.config.text;
  const judged = judgeYaml(text, answers, facts.configVersion);
  if ('unreadable' in judged) return [unreadable(judged.unreadable, facts, answers)];
  const unasked = judged.filter(({ consequence }) => consequence === undefined);
  return [
    ...merged('hermes-config', unasked, config, () => writeYaml(text, unasked, answers)),
    ...judged
      .filter(({ consequence }) => consequence !== undefined)
      .map((problem) =>
        single(problem, `Change it in ${config}`, writeYaml(text, [problem], answers), problem.consequence),
      ),
  ];
}

/** Several problems of one file are one finding with one new file, so that each is not written on top of the other. */
function merged(
  code: string,
  problems: readonly (EnvProblem | YamlProblem)[],
  path: string,
  write: () => Action,
): readonly Finding[] {
  const [first, ...more] = problems;
  if (first === undefined) return [];
  return [
    {
      code: more.length === 0 ? first.code : `${code}-incomplete`,
      severity: 'broken',
      saw: `${path}: ${problems.map(({ saw }) => saw).join(' ')}`,
      because: problems.map(({ because }) => because).join(' '),
      fixes: [{ title: `Change that in ${path}; everything else in it stays`, actions: [write()] }],
      ifSkipped: NO_CHAT,
    },
  ];
}

function single(
  problem: EnvProblem | YamlProblem,
  title?: string,
  action?: Action,
  consequence?: string,
): Finding {
  const { code, severity, saw, because } = problem;
  return {
    code,
    severity,
    saw,
    because,
    fixes:
      title === undefined || action === undefined
        ? []
        : [{ title, actions: [action], ...(consequence !== undefined && { consequence }) }],
  };
}

function newEnv(facts: HermesConfigFacts, answers: Answers, otherKey: string | undefined): Finding {
  const { envFile } = layout(answers).hermes;
  const key = otherKey === undefined ? answers.apiKey : new Secret(otherKey);
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
  const problems = judgeEnv('', answers, facts.version, undefined).filter(
    ({ severity }) => severity === 'blocked',
  );
  return {
    code: 'hermes-env-missing',
    severity: problems.length > 0 ? 'blocked' : 'missing',
    saw: `There is no ${envFile}.${problems.map(({ saw }) => ` ${saw}`).join('')}`,
    because:
      `It opens Hermes’s API for Open WebUI: on 0.0.0.0, because containers come in over docker0 and not over loopback; with a key, because the port leads to an agent that can run commands. ${problems.map(({ because }) => because).join(' ')}`.trim(),
    fixes:
      problems.length > 0
        ? []
        : [
            {
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

function newConfig(facts: HermesConfigFacts, answers: Answers): Finding {
  const { config } = layout(answers).hermes;
  return {
    code: 'hermes-config-missing',
    severity: 'missing',
    saw: `There is no ${config}.`,
    because:
      'It says which model answers and that it comes from Anthropic; without the provider, the sign-in to Claude is not used.',
    fixes: [
      {
        title: 'Write config.yaml',
        actions: [write(config, newConfigText(facts, answers), 'Choose the model', answers)],
      },
    ],
    ifSkipped: NO_CHAT,
  };
}

function unreadable(problem: string, facts: HermesConfigFacts, answers: Answers): Finding {
  const { config } = layout(answers).hermes;
  return {
    code: 'hermes-config-malformed',
    severity: 'broken',
    saw: `${config} cannot be read: ${problem}.`,
    because:
      'Hermes does not stop for that: it goes on with its defaults, without a model and a provider, and every chat fails while it looks healthy. Mending the line by hand keeps all settings; look again afterwards.',
    fixes: [
      {
        title: 'Write a new one',
        actions: [write(config, newConfigText(facts, answers), 'Choose the model', answers)],
        consequence:
          'Settings in the old file no longer hold. It is kept under /var/lib/otto-install/replaced.',
      },
    ],
    ifSkipped: NO_CHAT,
  };
}

/** Hermes, as the deploy user, reads both and may rewrite both; nobody else may read the keys. */
function judgeOwners(facts: HermesConfigFacts, answers: Answers): readonly Finding[] {
  const { hermes } = layout(answers);
  return [
    ...ownerOf(facts.env, hermes.envFile, 0o077, answers),
    ...ownerOf(facts.config, hermes.config, 0o022, answers),
  ];
}

function ownerOf(
  file: SettingsFile | undefined,
  path: string,
  forbidden: number,
  answers: Answers,
): readonly Finding[] {
  const { owner, user } = layout(answers);
  if (file === undefined) return [];
  const foreign = file.owner !== user;
  const open = (file.mode & forbidden) !== 0;
  const shut = (file.mode & 0o600) !== 0o600;
  if (!foreign && !open && !shut) return [];
  const mode = file.mode.toString(8).padStart(4, '0');
  return [
    {
      code: foreign ? 'hermes-settings-of-another-user' : 'hermes-settings-mode',
      severity: 'broken',
      saw: `${path} belongs to ${file.owner} and has mode ${mode}.`,
      because: foreign
        ? `Hermes runs as ${user} and cannot read it, or cannot write it back when it has to.`
        : open
          ? 'Keys stand in it: other users of this machine could read or change them.'
          : `${user} itself cannot read and write it.`,
      fixes: [
        {
          title: `Give it to ${user} alone`,
          actions: [
            // The folder is the user's: as root, neither of the two may go through a link that was put there.
            ...(foreign
              ? [run(['chown', '--no-dereference', owner, '--', path], `Give ${path} to ${user}`)]
              : []),
            { ...run(['chmod', '0600', '--', path], 'Let nobody else read it'), user },
          ],
        },
      ],
      ifSkipped: NO_CHAT,
    },
  ];
}

function run(argv: [string, ...string[]], purpose: string): Run {
  return { kind: 'run', argv, purpose, timeoutMs: 10_000 };
}

function write(path: string, content: SecretText, purpose: string, answers: Answers): Action {
  return { kind: 'write-file', path, content, mode: 0o600, owner: layout(answers).owner, purpose };
}

function writeEnv(text: string, problems: readonly EnvProblem[], answers: Answers): Action {
  const set = Object.assign({}, ...problems.map((problem) => problem.set)) as Record<string, SecretText>;
  return write(layout(answers).hermes.envFile, changedEnv(text, set), 'Change Hermes’s environment', answers);
}

function writeYaml(text: string, problems: readonly YamlProblem[], answers: Answers): Action {
  const content = changeYaml(
    text,
    problems.flatMap((problem) => problem.changes),
  );
  return write(layout(answers).hermes.config, content, 'Change Hermes’s configuration', answers);
}
