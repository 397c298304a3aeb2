import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Host } from '../../host/host.ts';
import { type Container, pythonInside } from '../../system/docker/docker.ts';
import { backupName } from '../../system/docker/recreate.ts';
import { LIST_LISTENERS, parseListeners } from '../../system/network/sockets.ts';
import { template } from '../../system/templates.ts';
import { parsePublicConfig } from '../../system/web-apps/open-webui-api.ts';
import { visibleLine } from '../../text/visible.ts';
import { hasPort, lookAtAllContainers, publisherOf } from '../all-containers.ts';
import { askDocker, lastLines, lookAtBridge, lookAtContainer } from '../containers.ts';
import { leftPortOf } from '../managed-container/left-port.ts';
import { lookAtLogLimit } from '../managed-container/log-limit.ts';
import { isToldToPublishNothing } from '../managed-container/publishing.ts';
import type { OttoTask } from '../otto-task.ts';
import { INSIDE, lookAtCreationSpec } from './creation-spec.ts';
import type { OpenWebuiFacts } from './facts.ts';
import type { Finding } from './findings.ts';
import { judgeOpenWebui } from './judge.ts';
import { lookAtKeys } from './keys.ts';
import { isPublishable, isUnpublished, UNPUBLISHED } from './unpublished.ts';

/** Step 8: the container is up, answers on 127.0.0.1:8080, and keeps its secrets where only root reads them. */
export const openWebuiTask: OttoTask<OpenWebuiFacts, Finding> = {
  id: 'open-webui',
  title: 'Open WebUI',
  step: 'Step 8',
  why:
    "Open WebUI reaches Hermes at the address of Docker's bridge, since localhost is the container itself. It is published on " +
    '127.0.0.1 only, so that people come in through nginx, and only once it has its administrator.',
  needs: ['open-webui-image', 'hermes-config', 'deploy-user', 'first-admin'],
  look,
  judge: judgeOpenWebui,
};

/** What it says instead of what Open WebUI says there (facts: open-webui A5). */
const sayingOf = (body: string): string =>
  /^\s*</.test(body)
    ? 'a page'
    : body.trim() === ''
      ? 'nothing'
      : `"${visibleLine(body.trim().slice(0, 60))}"`;

async function look(host: Host, answers: Answers): Promise<OpenWebuiFacts> {
  const place = layout(answers).openWebui;
  const askOutside = () => host.fetch(`http://127.0.0.1:${place.port}/api/config`, { timeoutMs: 10_000 });
  const [container, aside, first, envFileStat, database] = await Promise.all([
    lookAtContainer(host, place.container),
    lookAtContainer(host, backupName(place.container)),
    askOutside(),
    host.stat(place.envFile),
    host.stat(place.database),
  ]);
  const old = (container?.startedMs ?? host.now()) < host.now() - USUAL_START_MS;
  const inside =
    container?.status === 'running' && !container.restarting && !first.ok && old
      ? await asksInside(host, container)
      : undefined;
  // What came up between the two questions is reached by a second one.
  const config = inside === true ? await askOutside() : first;
  const answersInside = inside === true && config.ok ? undefined : inside;
  const keys = await lookAtKeys(host, container, answers);
  // What answers on the port is this container only if the port is its own.
  const own = config.ok && hasPort(container, place.port);
  const ready = own ? parsePublicConfig(config.body) : undefined;

  // Looked at every second while it starts, so what only matters for a new container is asked only then.
  const [bridge, unpublished, logLimit] =
    container === undefined || container.status === 'created'
      ? await Promise.all([lookAtBridge(host), lookAtContainer(host, UNPUBLISHED), lookAtLogLimit(host)])
      : [];
  const listeners = container?.status === 'running' ? undefined : await host.exec(LIST_LISTENERS);
  const creationSpec = container && (await lookAtCreationSpec(host, container));
  const all = container?.status === 'running' ? [] : await lookAtAllContainers(host);
  const portOwner = publisherOf(all, place.port);
  const listener = parseListeners(listeners?.stdout ?? '').find(({ port }) => port === place.port);
  const holder = listener?.holders[0]?.name;
  return {
    answersInside,
    publishesNothing: answersInside === true ? await isToldToPublishNothing(host) : undefined,
    container,
    aside,
    unpublished: isUnpublished(unpublished) && isPublishable(unpublished) ? unpublished : undefined,
    creationSpec,
    bridge,
    version: ready?.version,
    stranger: own && ready === undefined && config.status === 200 ? sayingOf(config.body) : undefined,
    portOwner: portOwner?.id === container?.id ? undefined : portOwner,
    holder,
    taken: listener !== undefined,
    leftPort: leftPortOf(all, { port: place.port, holder, now: host.now() }),
    ...keys,
    envFileMode: envFileStat?.mode,
    databaseThere: database !== undefined,
    logLimit,
    log: container !== undefined && ready === undefined ? await lastLines(host, container) : [],
    nowMs: host.now(),
  };
}

/** A start takes this long on most machines; before, nobody needs to look closer. */
const USUAL_START_MS = 60_000;

async function asksInside(host: Host, { id }: Container): Promise<boolean> {
  const input = template('open-webui/ask-inside.py', { port: String(INSIDE) });
  const asked = await askDocker(host, pythonInside(id.slice(0, 12)), { input, timeoutMs: 10_000 });
  return /"status"\s*:\s*true/.test(asked.stdout);
}
