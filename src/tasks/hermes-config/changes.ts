import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import { reveal, type SecretText } from '../../secret/secret.ts';
import { setInEnvFile } from '../../system/formats/env-file.ts';
import { changeYaml, hideInYaml } from '../../system/formats/yaml-file.ts';
import { found } from '../finding.ts';
import { INTERRUPTION, restartActions } from '../hermes-service/actions.ts';
import { rewritten } from './env-form.ts';
import type { EnvProblem } from './env-problem.ts';
import { isAtWork, write } from './files.ts';
import { FINDINGS, type Finding } from './findings.ts';
import type { HermesConfigFacts } from './look.ts';
import type { YamlProblem } from './yaml.ts';

type Problem = EnvProblem | YamlProblem;

/**
 * The problems of one file as findings. What may be changed unasked is one finding with one new file, so that each is not
 * written on top of the other; a change of form alone comes with it.
 */
export function findingsFor<One extends Problem>(
  problems: readonly One[],
  file: {
    readonly path: string;
    readonly code: 'hermes-env-incomplete' | 'hermes-config-incomplete';
    readonly modifiedMs: number;
  },
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
  const evidence = `${file.path}: ${unasked.map(({ finding }) => finding.evidence).join(' ')}`;
  const reasons = unasked.map(({ finding }) => finding.reason).join(' ');
  // What is wrong with its form explains the rest; several settings are one finding of their own.
  const oneExplains = more.length === 0 || first?.rewrite !== undefined;
  const merged: readonly Finding[] =
    first === undefined
      ? []
      : oneExplains
        ? [{ ...first.finding, evidence, reason: reasons, fixes: [fixOf(unasked)] }]
        : [found(FINDINGS[file.code], { evidence, values: { reasons }, fixes: [fixOf(unasked)] })];
  return [
    ...merged,
    ...asked.map((problem) => ({
      ...problem.finding,
      fixes: [fixOf([problem], problem.consequence)],
    })),
    ...problems
      .filter((problem) => problem.consequence === undefined && !changes(problem))
      .map(({ finding }) => finding),
  ];
}

/** Whether there is something to write for it. */
const changes = (problem: Problem) =>
  problem.rewrite !== undefined ||
  ('set' in problem ? Object.keys(problem.set).length > 0 : problem.changes.length > 0);

/**
 * Writes the file and has Hermes read it. Where only its form changes, it keeps its time and Hermes is left alone. A
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
  const title = `Change that in ${path}; everything else in the file stays`;
  if (problems.every(({ sameValues }) => sameValues === true)) {
    const time = `@${(modifiedMs / 1000).toFixed(3)}`;
    const touch = command(['touch', '-d', time, '--', path], 'Keep its modification time', {
      user: answers.user,
    });
    return { id: 'change-settings', title, actions: [write, touch] };
  }
  const said = [
    ...(consequence === undefined ? [] : [consequence]),
    ...(facts.serves ? [`Hermes is restarted for it. ${INTERRUPTION}`] : []),
  ].join(' ');
  return {
    id: 'change-settings',
    title,
    actions: [write, ...(isAtWork(facts) ? restartActions(facts, answers) : [])],
    ...(said !== '' && { consequence: said }),
  };
}

/** .env without these problems. */
export function writeEnv(text: SecretText, problems: readonly EnvProblem[], answers: Answers): Action {
  const set = Object.assign({}, ...problems.map((problem) => problem.set)) as Record<string, SecretText>;
  return write(
    layout(answers).hermes.envFile,
    setInEnvFile(rewritten(reveal(text), problems), set, 'dotenv'),
    'Change Hermes’s environment',
    answers,
  );
}

/** config.yaml without these problems. */
export function writeYaml(text: SecretText, problems: readonly YamlProblem[], answers: Answers): Action {
  const content = changeYaml(
    rewritten(reveal(text), problems),
    problems.flatMap((problem) => problem.changes),
  );
  return write(layout(answers).hermes.config, hideInYaml(content), 'Change Hermes’s configuration', answers);
}
