import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action, WriteFile } from '../../engine/contracts/action.ts';
import { type ContainerAnew, likeContainer, makeContainerAnew } from '../../system/docker/container-anew.ts';
import type { Container } from '../../system/docker/docker.ts';
import { hideIn, setInDockerEnvFile } from '../../system/docker/docker-env-file.ts';
import { OURS } from '../containers.ts';
import { INSIDE, paperclipBase } from './actions.ts';
import type { PaperclipFacts } from './facts.ts';

export const WHAT_REMAKING_TAKES =
  'Paperclip is away for half a minute and its agents that are at work are cut off. Accounts and data stay.';

/**
 * The same container again, as the runbook wants it: same image, data and environment, with a secret, on 127.0.0.1:3000.
 * The old one is kept until the new one answers.
 */
export function remake(facts: PaperclipFacts, container: Container, answers: Answers): readonly Action[] {
  const like = likePaperclip(container, answers);
  const image = facts.sameImage ? answers.paperclipImage : like.image;
  const proof = { url: `${paperclipBase}/api/health`, expected: '"status":"ok"', patienceSeconds: 120 };
  return [
    ...keepEnvironment(facts, answers),
    makeContainerAnew({ ...like, image }, proof, 'Make the container of Paperclip anew'),
  ];
}

/**
 * A new container like this one, from its env file: on 127.0.0.1 and from then on ours, or `as` it is, published where it
 * is and, when somebody else made it, left alone.
 */
export function likePaperclip(
  container: Container,
  answers: Answers,
  as: { readonly at?: string | undefined; readonly ours: boolean } = { ours: true },
): ContainerAnew {
  const { container: name, envFile, port } = layout(answers).paperclip;
  return likeContainer(container, {
    name,
    envFile,
    labels: as.ours ? { [OURS]: 'paperclip' } : {},
    port: { inside: INSIDE, at: as.at ?? `127.0.0.1:${port}` },
  });
}

/** Where a container publishes Paperclip's port, as `docker run -p` wants it before the port inside; undefined where it does not. */
export function publishedAt({ bound, published }: Container): string | undefined {
  const port = (bound ?? published).find(({ containerPort }) => containerPort === INSIDE);
  if (port === undefined) return undefined;
  return `${port.address.includes(':') ? `[${port.address}]` : port.address}:${port.hostPort}`;
}

/** The file with what the container has of its own, which goes away with it, and with a secret. */
export function keepEnvironment(
  facts: PaperclipFacts,
  answers: Answers,
  more: Readonly<Record<string, string>> = {},
): readonly WriteFile[] {
  const { envFile } = layout(answers).paperclip;
  const secret = facts.secret ?? answers.paperclipSecret;
  // The file counts where there is one; an env file knows no values of several lines.
  const own = Object.entries(facts.ownEnv).filter(
    ([name, value]) => !/[\r\n]/.test(value) && !new RegExp(`^${name}=`, 'm').test(facts.envFile ?? ''),
  );
  const wanted = setInDockerEnvFile(facts.envFile ?? HEADER, {
    ...Object.fromEntries(own),
    BETTER_AUTH_SECRET: secret.reveal(),
    ...more,
  });
  if (wanted === facts.envFile) return [];
  return [
    {
      kind: 'write-file',
      path: envFile,
      content: hideIn(wanted, [secret]),
      mode: 0o600,
      owner: 'root:root',
      purpose: "Keep Paperclip's environment where only root reads it",
    },
  ];
}

const HEADER = '# Otto: Paperclip. What its container was made with, kept by otto-install.\n';
