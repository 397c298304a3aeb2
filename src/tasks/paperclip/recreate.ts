import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action, WriteFile } from '../../engine/contracts/action.ts';
import { writeFile } from '../../engine/contracts/command.ts';
import { foundAs, replaces } from '../../engine/contracts/effect.ts';
import { reveal, sameText } from '../../secret/secret.ts';
import type { Container } from '../../system/docker/docker.ts';
import { type Env, envIn, setInEnvFile } from '../../system/formats/env-file.ts';
import { replaceBy, specLike } from '../managed-container/managed.ts';
import type { PaperclipFacts } from './facts.ts';
import { INSIDE, managedPaperclip } from './managed.ts';

export const RECREATE_CONSEQUENCE =
  'Paperclip is unavailable for about 30 seconds, and agents that are working are interrupted. Accounts and data stay.';

/**
 * The same container again, as the runbook wants it: same image, data and environment, with a secret, on 127.0.0.1:3000.
 * The old one is kept until the new one answers.
 */
export function recreatePaperclip(
  facts: PaperclipFacts,
  container: Container,
  answers: Answers,
): readonly Action[] {
  const like = specLike(managedPaperclip(answers), container);
  const image = facts.sameImage ? answers.paperclipImage : like.image;
  return [
    ...keepEnvironment(facts, answers),
    replaceBy(managedPaperclip(answers), { ...like, image }, 'Recreate the container of Paperclip'),
  ];
}

/** Where a container publishes Paperclip's port, as `docker run -p` wants it before the port inside; undefined where it does not. */
export function publishedAt({ bound, published }: Container): string | undefined {
  const port = (bound ?? published).find(({ containerPort }) => containerPort === INSIDE);
  if (port === undefined) return undefined;
  return `${port.address.includes(':') ? `[${port.address}]` : port.address}:${port.hostPort}`;
}

/** The env file with what only the container has, which would be lost with it, and with a secret. */
export function keepEnvironment(
  facts: PaperclipFacts,
  answers: Answers,
  more: Env = {},
): readonly WriteFile[] {
  const { envFile } = layout(answers).paperclip;
  const secret = facts.secret ?? answers.paperclipSecret;
  // The file wins where there is one; an env file cannot hold values of several lines.
  const kept = envIn(facts.envFile, 'docker');
  const own = Object.entries(facts.ownEnv).filter(
    ([name, value]) => !/[\r\n]/.test(reveal(value)) && kept[name] === undefined,
  );
  const wanted = setInEnvFile(
    facts.envFile ?? HEADER,
    { ...Object.fromEntries(own), BETTER_AUTH_SECRET: secret, ...more },
    'docker',
  );
  if (facts.envFile !== undefined && sameText(wanted, facts.envFile)) return [];
  return [
    writeFile(envFile, wanted, 0o600, "Keep Paperclip's environment where only root can read it", {
      effects: replaces(envFile, foundAs('Paperclip’s settings')),
    }),
  ];
}

const HEADER = '# Otto: Paperclip. The settings of its container, kept by otto-install.\n';
