import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Container } from '../../system/docker/docker.ts';
import { envIn, settingIn } from '../../system/formats/env-file.ts';
import { found } from '../finding.ts';
import { DATA_INSIDE, INSIDE } from './creation-spec.ts';
import type { OpenWebuiFacts } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { recreateConsequence, recreateOpenWebui } from './recreate.ts';

/** Where the container keeps its data and where it can be reached: what only a new container changes. */
export function judgePlacing(
  facts: OpenWebuiFacts,
  container: Container,
  answers: Answers,
): readonly Finding[] {
  if (container.status === 'created') return [];
  return [...judgeData(facts, container, answers), ...judgePort(facts, container, answers)];
}

/** A new container from this one; none where it is on the machine's own network, where nothing is published. */
export function recreateFix(
  facts: OpenWebuiFacts,
  container: Container,
  answers: Answers,
  title: string,
  data?: string,
): Finding['fixes'] {
  const { creationSpec, envFile } = facts;
  if (creationSpec === undefined || container.networkMode === 'host') return [];
  const source = { container, creationSpec, envFile };
  return [
    {
      id: 'recreate',
      title,
      actions: recreateOpenWebui(source, answers, data === undefined ? {} : { data }),
      consequence: recreateConsequence(source),
    },
  ];
}

function judgeData(facts: OpenWebuiFacts, container: Container, answers: Answers): readonly Finding[] {
  const { data } = layout(answers).openWebui;
  const source = container.mounts.find(({ target }) => target === DATA_INSIDE)?.source;
  if (source === data || !facts.databaseThere) return source === undefined ? [inside(answers)] : [];
  return [
    found(FINDINGS['open-webui-other-data'], {
      evidence: `The container keeps its data ${source === undefined ? 'inside itself' : `in ${source}`}; the accounts and chats of this Otto are in ${data}.`,
      fixes: recreateFix(
        facts,
        container,
        answers,
        `Recreate the container with the data in ${data}`,
        data,
      ).map((fix) => ({
        ...fix,
        consequence: `${fix.consequence} Data written ${source === undefined ? 'inside this container is lost' : `in ${source} meanwhile stays there and is not shown`}.`,
      })),
    }),
  ];
}

function inside(answers: Answers): Finding {
  const { data, container } = layout(answers).openWebui;
  return found(FINDINGS['open-webui-data-inside'], {
    evidence: 'The container keeps its data inside itself: it was created without -v.',
    values: { container, data },
  });
}

function judgePort(facts: OpenWebuiFacts, container: Container, answers: Answers): readonly Finding[] {
  const { port } = layout(answers).openWebui;
  const bound = container.bound ?? container.published;
  const right = bound.some(({ hostPort, containerPort }) => hostPort === port && containerPort === INSIDE);
  if (right || container.networkMode === 'host' || facts.version !== undefined) return [];
  // A container that never said what it publishes: nothing is known then.
  if (container.bound === undefined && container.status !== 'running') return [];
  const where = bound
    .map(({ hostPort, containerPort }) => `${hostPort} (inside: ${containerPort})`)
    .join(', ');
  return [
    found(FINDINGS['open-webui-other-port'], {
      evidence:
        bound.length === 0 ? 'The container publishes no port.' : `The container publishes port ${where}.`,
      fixes: recreateFix(facts, container, answers, `Recreate the container on 127.0.0.1:${port}`),
    }),
  ];
}

/** Names of variables, and what else, in which the container differs from what is kept in its env file. */
export function differences({
  creationSpec,
  envFile,
}: Pick<OpenWebuiFacts, 'creationSpec' | 'envFile'>): readonly string[] {
  if (creationSpec === undefined || envFile === undefined) return [];
  const kept = envIn(envFile, 'docker');
  const names = new Set([...Object.keys(kept), ...Object.keys(creationSpec.ownEnv)]);
  // The image brings empty ones of its own.
  return [...names]
    .filter((name) => settingIn(kept, name) !== settingIn(creationSpec.ownEnv, name))
    .toSorted();
}
