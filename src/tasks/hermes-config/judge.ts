import type { Answers } from '../../answers.ts';
import type { Action, Run } from '../../engine/action.ts';
import { Secret, type SecretText } from '../../engine/secret.ts';
import type { Finding, Fix } from '../../engine/task.ts';
import { parseDotenv } from '../../system/dotenv.ts';
import { keyRefused } from '../../system/hermes-key.ts';
import { changeYaml } from '../../system/yaml-file.ts';
import { template } from '../../templates.ts';
import { interruption, restartActions } from '../hermes-service/actions.ts';
import { layout, PORTS } from '../layout.ts';
import { changedEnv, type EnvProblem, judgeEnv } from './env.ts';
import { type OtherKeys, rewritten } from './env-form.ts';
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
  const keys = {
    inConfig: facts.config === undefined ? undefined : keyInYaml(facts.config.text),
    ofOpenWebui: facts.openWebuiKey,
  };
  if (facts.env === undefined) return [newEnv(facts, answers, keys)];
  const { text, modifiedMs } = facts.env;
  const file = { path: envFile, code: 'hermes-env', modifiedMs };
  // That there is no key of Claude's is asked for by the task that signs in.
  const problems = judgeEnv(text, answers, facts.version, keys).filter(
    ({ code }) => code !== 'claude-key-missing',
  );
  return findingsFor(problems, file, facts, answers, (some) => writeEnv(text, some, answers));
}

function judgeConfigFile(facts: HermesConfigFacts, answers: Answers): readonly Finding[] {
  const { config } = layout(answers).hermes;
  if (facts.config === undefined) return [newConfig(facts, answers)];
  const { text, modifiedMs } = facts.config;
  const names = parseDotenv(facts.env?.text ?? '').flatMap(({ name, value }) =>
    name && value ? [name] : [],
  );
  const judged = judgeYaml(text, answers, facts.configVersion, names);
  if ('unreadable' in judged) return [unreadable(judged.unreadable, facts, answers)];
  const file = { path: config, code: 'hermes-config', modifiedMs };
  return findingsFor(judged, file, facts, answers, (some) => writeYaml(text, some, answers));
}

type Problem = EnvProblem | YamlProblem;

/**
 * The problems of one file as findings. What may be changed unasked is one finding with one new file, so that each is not
 * written on top of the other; a change of form alone comes with it.
 */
function findingsFor<One extends Problem>(
  problems: readonly One[],
  file: { readonly path: string; readonly code: string; readonly modifiedMs: number },
  facts: HermesConfigFacts,
  answers: Answers,
  write: (problems: readonly One[]) => Action,
): readonly Finding[] {
  const form = problems.filter(({ rewrite }) => rewrite !== undefined);
  const asked = problems.filter(({ consequence }) => consequence !== undefined);
  const unasked = problems.filter((problem) => problem.consequence === undefined && changes(problem));
  const [first, ...more] = unasked;
  const fixOf = (some: readonly One[], consequence?: string): Fix =>
    settled(some, write([...new Set([...form, ...some])]), file, facts, answers, consequence);
  const merged: readonly Finding[] =
    first === undefined
      ? []
      : [
          {
            // What is wrong with its form explains the rest; several settings are one finding of their own.
            code: more.length === 0 || first.rewrite !== undefined ? first.code : `${file.code}-incomplete`,
            severity: 'broken',
            saw: `${file.path}: ${unasked.map(({ saw }) => saw).join(' ')}`,
            because: unasked.map(({ because }) => because).join(' '),
            fixes: [fixOf(unasked)],
            ifSkipped: NO_CHAT,
          },
        ];
  const other = (problem: One, fixes: readonly Fix[]): Finding => {
    const { code, severity, saw, because } = problem;
    return { code, severity, saw, because, fixes };
  };
  return [
    ...merged,
    ...asked.map((problem) => other(problem, [fixOf([problem], problem.consequence)])),
    ...problems
      .filter((problem) => problem.consequence === undefined && !changes(problem))
      .map((problem) => other(problem, [])),
  ];
}

/** Whether there is something to write for it. */
const changes = (problem: Problem) =>
  problem.rewrite !== undefined ||
  ('set' in problem ? Object.keys(problem.set).length > 0 : problem.changes.length > 0);

/**
 * Writes the file and has Hermes read it. Where only its form changes, it keeps its time and Hermes goes on as it is. A
 * service that does not run is started later, by its own task.
 */
function settled(
  problems: readonly Problem[],
  write: Action,
  { path, modifiedMs }: { readonly path: string; readonly modifiedMs: number },
  facts: HermesConfigFacts,
  answers: Answers,
  consequence?: string,
): Fix {
  const title = `Change that in ${path}; everything else in it stays`;
  if (problems.every(({ sameValues }) => sameValues === true)) {
    const time = `@${(modifiedMs / 1000).toFixed(3)}`;
    const touch = { ...run(['touch', '-d', time, '--', path], 'Keep its time'), user: answers.user };
    return { title, actions: [write, touch] };
  }
  const said = [
    ...(consequence === undefined ? [] : [consequence]),
    ...(facts.serves ? [`Hermes is restarted for it. ${interruption(0)}`] : []),
  ].join(' ');
  return {
    title,
    actions: [write, ...(isAtWork(facts) ? restartActions(facts, answers) : [])],
    ...(said !== '' && { consequence: said }),
  };
}

/** Whether it was started with what is in the files now. */
const isAtWork = ({ service }: HermesConfigFacts) =>
  ['active', 'activating', 'failed'].includes(service.active);

function newEnv(facts: HermesConfigFacts, answers: Answers, keys: OtherKeys): Finding {
  const { envFile } = layout(answers).hermes;
  const shared = keys.inConfig ?? keys.ofOpenWebui;
  const key =
    shared === undefined || keyRefused(shared, facts.version) !== undefined
      ? answers.apiKey
      : new Secret(shared);
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
    code: 'hermes-config-unreadable',
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
    ...ownerOf(facts.env, hermes.envFile, 0o077, facts, answers),
    ...ownerOf(facts.config, hermes.config, 0o022, facts, answers),
  ];
}

function ownerOf(
  file: SettingsFile | undefined,
  path: string,
  forbidden: number,
  facts: HermesConfigFacts,
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
            // It was started while it could not read them.
            ...(foreign && isAtWork(facts) && !facts.serves ? restartActions(facts, answers) : []),
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
  return write(
    layout(answers).hermes.envFile,
    changedEnv(rewritten(text, problems), set),
    'Change Hermes’s environment',
    answers,
  );
}

function writeYaml(text: string, problems: readonly YamlProblem[], answers: Answers): Action {
  const content = changeYaml(
    rewritten(text, problems),
    problems.flatMap((problem) => problem.changes),
  );
  return write(layout(answers).hermes.config, content, 'Change Hermes’s configuration', answers);
}
