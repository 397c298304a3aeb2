import type { Answers } from '../answers.ts';
import { Secret } from '../engine/secret.ts';
import type { Host } from '../host/host.ts';
import { setAside } from '../system/container-anew.ts';
import { parseDockerEnvFile } from '../system/docker-env-file.ts';
import { dotenvValue, parseDotenv } from '../system/dotenv.ts';
import { parsePublicConfig } from '../system/open-webui-api.ts';
import { LIST_LISTENERS, parseListeners } from '../system/sockets.ts';
import { lastLines, lookAtBridge, lookAtContainer } from './containers.ts';
import { layout } from './layout.ts';
import { judgeOpenWebui, type OpenWebuiFacts } from './open-webui/judge.ts';
import { lookAtMaking } from './open-webui/making.ts';
import type { OttoTask } from './otto-task.ts';

/** Step 8: the container is up, answers on 127.0.0.1:8080, and keeps its secrets where only root reads them. */
export const openWebuiTask: OttoTask<OpenWebuiFacts> = {
  id: 'open-webui',
  title: 'Open WebUI',
  step: 'Step 8',
  why:
    "Open WebUI reaches Hermes at the address of Docker's bridge, since localhost is the container itself. It is published on " +
    '127.0.0.1 alone, so that people come in through nginx. Its first start can take minutes and is never cut short.',
  needs: ['open-webui-image', 'hermes-config', 'deploy-user'],
  look,
  judge: judgeOpenWebui,
};

async function look(host: Host, answers: Answers): Promise<OpenWebuiFacts> {
  const { openWebui: place, hermes } = layout(answers);
  const [container, aside, config, envFile, envFileStat, database, hermesEnv] = await Promise.all([
    lookAtContainer(host, place.container),
    lookAtContainer(host, setAside(place.container)),
    host.fetch(`http://127.0.0.1:${place.port}/api/config`, { timeoutMs: 10_000 }),
    host.readFile(place.envFile),
    host.stat(place.envFile),
    host.stat(place.database),
    host.readFile(hermes.envFile),
  ]);
  const ready = config.ok ? parsePublicConfig(config.body) : undefined;
  // Looked at every second while it starts, so what only matters for a new container is asked only then.
  const [bridge, listeners] =
    container === undefined || container.status === 'created'
      ? await Promise.all([lookAtBridge(host), host.exec(LIST_LISTENERS)])
      : [undefined, undefined];
  const making = container && (await lookAtMaking(host, container));
  const listener = parseListeners(listeners?.stdout ?? '').find(({ port }) => port === place.port);
  return {
    container,
    aside,
    making,
    bridge,
    version: ready?.version,
    holder: listener?.holders[0]?.name,
    taken: listener !== undefined,
    envFile,
    envFileMode: envFileStat?.mode,
    databaseThere: database !== undefined,
    secretKey: secretOf(
      (envFile && parseDockerEnvFile(envFile).WEBUI_SECRET_KEY) ?? container?.env.WEBUI_SECRET_KEY,
    ),
    apiKey: secretOf(dotenvValue(parseDotenv(hermesEnv ?? ''), 'API_SERVER_KEY')),
    log: container !== undefined && ready === undefined ? await lastLines(host, container) : [],
    nowMs: host.now(),
  };
}

function secretOf(value: string | undefined): Secret | undefined {
  return value === undefined || value === '' ? undefined : new Secret(value);
}
