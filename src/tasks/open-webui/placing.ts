import { layout, PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Finding } from '../../engine/contracts/task.ts';
import type { Container } from '../../system/docker/docker.ts';
import { parseDockerEnvFile } from '../../system/docker/docker-env-file.ts';
import type { OpenWebuiFacts } from './judge.ts';
import { DATA_INSIDE, INSIDE, remakeOpenWebui, whatRemakingTakes } from './making.ts';

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
export function anew(
  facts: OpenWebuiFacts,
  container: Container,
  answers: Answers,
  title: string,
  data?: string,
): Finding['fixes'] {
  const { making, envFile } = facts;
  if (making === undefined || container.networkMode === 'host') return [];
  const remaking = { container, making, envFile };
  return [
    {
      title,
      actions: remakeOpenWebui(remaking, answers, data === undefined ? {} : { data }),
      consequence: whatRemakingTakes(remaking),
    },
  ];
}

function judgeData(facts: OpenWebuiFacts, container: Container, answers: Answers): readonly Finding[] {
  const { data } = layout(answers).openWebui;
  const source = container.mounts.find(({ target }) => target === DATA_INSIDE)?.source;
  if (source === data || !facts.databaseThere) return source === undefined ? [inside(answers)] : [];
  return [
    {
      code: 'open-webui-other-data',
      severity: 'broken',
      saw: `The container keeps its data ${source === undefined ? 'inside itself' : `in ${source}`}; the accounts and chats of this Otto are in ${data}.`,
      because:
        'Open WebUI then starts with an empty database: nobody can sign in any more, and whoever signs up first becomes the administrator. The old data is untouched. It happens when a container is made again with another -v, or without one.',
      fixes: anew(facts, container, answers, `Make the container anew over ${data}`, data).map((fix) => ({
        ...fix,
        consequence: `${fix.consequence} What was written ${source === undefined ? 'inside this container is lost' : `in ${source} meanwhile stays there and is not shown`}.`,
      })),
      ifSkipped: 'Nobody finds their account and their chats.',
    },
  ];
}

function inside(answers: Answers): Finding {
  const { data, container } = layout(answers).openWebui;
  return {
    code: 'open-webui-data-inside',
    severity: 'risk',
    saw: 'The container keeps its data inside itself: it was made without -v.',
    because: `Accounts and chats are gone with the container, at the next update at the latest. To take them out: docker stop ${container}; docker cp ${container}:${DATA_INSIDE}/. ${data}; then run otto-install again, which finds that the container does not use them.`,
    fixes: [],
    ifSkipped: 'The next update loses every account and every chat.',
  };
}

function judgePort(facts: OpenWebuiFacts, container: Container, answers: Answers): readonly Finding[] {
  const bound = container.bound ?? container.published;
  const right = bound.some(
    ({ hostPort, containerPort }) => hostPort === PORTS.openWebui && containerPort === INSIDE,
  );
  if (right || container.networkMode === 'host' || facts.version !== undefined) return [];
  // A container that never said what it publishes: nothing is known then.
  if (container.bound === undefined && container.status !== 'running') return [];
  const where = bound
    .map(({ hostPort, containerPort }) => `${hostPort} (inside: ${containerPort})`)
    .join(', ');
  return [
    {
      code: 'open-webui-other-port',
      severity: 'broken',
      saw: bound.length === 0 ? 'The container publishes no port.' : `The container publishes port ${where}.`,
      because: `nginx passes people on to 127.0.0.1:${PORTS.openWebui}, and inside its container Open WebUI listens on ${INSIDE}. Which ports are published is fixed when a container is made, so a new one takes its place; its data is outside of it.`,
      fixes: anew(facts, container, answers, `Make the container anew on 127.0.0.1:${PORTS.openWebui}`),
      ifSkipped: 'There is no page to sign in to.',
    },
  ];
}

/** Names of variables, and what else, in which the container differs from what is kept in its env file. */
export function differences({
  making,
  envFile,
}: Pick<OpenWebuiFacts, 'making' | 'envFile'>): readonly string[] {
  if (making === undefined || envFile === undefined) return [];
  const kept = parseDockerEnvFile(envFile);
  const names = new Set([...Object.keys(kept), ...Object.keys(making.ownEnv)]);
  // The image brings empty ones of its own.
  return [...names].filter((name) => (kept[name] ?? '') !== (making.ownEnv[name] ?? '')).toSorted();
}
