import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Host } from '../../host/host.ts';
import { backupName } from '../../system/docker/recreate.ts';
import { LIST_LISTENERS, parseListeners } from '../../system/network/sockets.ts';
import { parsePublicConfig } from '../../system/web-apps/open-webui-api.ts';
import { visibleLine } from '../../text/visible.ts';
import { hasPort, lookAtAllContainers, publisherOf } from '../all-containers.ts';
import { lastLines, lookAtBridge, lookAtContainer } from '../containers.ts';
import type { OttoTask } from '../otto-task.ts';
import { lookAtCreationSpec } from './creation-spec.ts';
import type { OpenWebuiFacts } from './facts.ts';
import type { Finding } from './findings.ts';
import { judgeOpenWebui } from './judge.ts';
import { lookAtKeys } from './keys.ts';

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
  const [container, aside, config, envFileStat, database] = await Promise.all([
    lookAtContainer(host, place.container),
    lookAtContainer(host, backupName(place.container)),
    host.fetch(`http://127.0.0.1:${place.port}/api/config`, { timeoutMs: 10_000 }),
    host.stat(place.envFile),
    host.stat(place.database),
  ]);
  const keys = await lookAtKeys(host, container, answers);
  // What answers on the port is this container only if the port is its own.
  const own = config.ok && hasPort(container, place.port);
  const ready = own ? parsePublicConfig(config.body) : undefined;

  // Looked at every second while it starts, so what only matters for a new container is asked only then.
  const [bridge, listeners] =
    container === undefined || container.status === 'created'
      ? await Promise.all([lookAtBridge(host), host.exec(LIST_LISTENERS)])
      : [undefined, undefined];
  const creationSpec = container && (await lookAtCreationSpec(host, container));
  const portOwner =
    container?.status === 'running' ? undefined : publisherOf(await lookAtAllContainers(host), place.port);
  const listener = parseListeners(listeners?.stdout ?? '').find(({ port }) => port === place.port);
  return {
    container,
    aside,
    creationSpec,
    bridge,
    version: ready?.version,
    stranger: own && ready === undefined && config.status === 200 ? sayingOf(config.body) : undefined,
    portOwner: portOwner?.id === container?.id ? undefined : portOwner,
    holder: listener?.holders[0]?.name,
    taken: listener !== undefined,
    ...keys,
    envFileMode: envFileStat?.mode,
    databaseThere: database !== undefined,
    log: container !== undefined && ready === undefined ? await lastLines(host, container) : [],
    nowMs: host.now(),
  };
}
