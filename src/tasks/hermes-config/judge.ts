import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { reveal } from '../../secret/secret.ts';
import { envIn, settingIn } from '../../system/formats/env-file.ts';
import { findingsFor, writeEnv, writeYaml } from './changes.ts';
import { judgeEnv } from './env.ts';
import type { Finding } from './findings.ts';
import type { HermesConfigFacts } from './look.ts';
import { newConfig, newEnv, unreadable } from './new-files.ts';
import { judgeOwners } from './owners.ts';
import { judgeYaml, keyInYaml } from './yaml.ts';

/** What is wrong with Hermes's two files of settings: what is in them, and whose they are. Pure. */
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
    inConfig: facts.config === undefined ? undefined : keyInYaml(reveal(facts.config.text)),
    ofOpenWebui: facts.openWebuiKey,
  };
  // An Otto whose unit gives Hermes its key can do without the file.
  if (facts.env === undefined && settingIn(facts.unitEnv?.env ?? {}, 'API_SERVER_KEY') === '')
    return [newEnv(facts, answers, keys)];
  const { text, modifiedMs } = facts.env ?? { text: '', modifiedMs: 0 };
  const file = { path: envFile, code: 'hermes-env-incomplete', modifiedMs } as const;
  const problems = judgeEnv(text, answers, facts.version, keys, facts.unitEnv);
  return findingsFor(problems, file, facts, answers, (some) => writeEnv(text, some, answers));
}

function judgeConfigFile(facts: HermesConfigFacts, answers: Answers): readonly Finding[] {
  const { config } = layout(answers).hermes;
  if (facts.config === undefined) return [newConfig(facts, answers)];
  const { text, modifiedMs } = facts.config;
  const env = { ...facts.unitEnv?.env, ...envIn(facts.env?.text, 'dotenv') };
  const names = Object.keys(env).filter((name) => settingIn(env, name) !== '');
  const judged = judgeYaml(reveal(text), answers, facts.configVersion, names);
  if ('unreadable' in judged) return [unreadable(judged.unreadable, facts, answers)];
  const file = { path: config, code: 'hermes-config-incomplete', modifiedMs } as const;
  return findingsFor(judged, file, facts, answers, (some) => writeYaml(text, some, answers));
}
