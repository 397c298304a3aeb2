import type { Answers } from '../answers.ts';
import { Secret } from '../engine/secret.ts';
import type { Host } from '../host/host.ts';
import { type Container, inspectImage, inspectImageNames, parseImageNames } from '../system/docker.ts';
import { parseDockerEnvFile } from '../system/docker-env-file.ts';
import { parsePaperclipHealth } from '../system/paperclip-api.ts';
import { isOpenToOthers, LIST_LISTENERS, parseListeners } from '../system/sockets.ts';
import { askDocker, lastLines, lookAtContainer } from './containers.ts';
import { layout } from './layout.ts';
import type { OttoTask } from './otto-task.ts';
import { DATA_OWNER, DATABASE } from './paperclip/actions.ts';
import { judgePaperclip, type PaperclipFacts, paperclipBase } from './paperclip/judge.ts';

/** Prerequisite: Paperclip answers on 127.0.0.1:3000, has its administrator, and lets nobody else sign up. */
export const paperclipTask: OttoTask<PaperclipFacts> = {
  id: 'paperclip',
  title: 'Paperclip',
  step: 'Prerequisites',
  why:
    'Paperclip orchestrates agents. The first visitor who claims it becomes its administrator, so it is claimed while ' +
    'only this machine can reach it, and then its sign-up is closed.',
  // Both images at once would only come later; Open WebUI's is the one that more waits for.
  needs: ['server-packages', 'deploy-user', 'open-webui-image'],
  look,
  judge: judgePaperclip,
};

async function look(host: Host, answers: Answers): Promise<PaperclipFacts> {
  const place = layout(answers).paperclip;
  const [health, container, listeners, envFile] = await Promise.all([
    // A machine that is busy may take seconds for it; one that is not answered at all is found by its container.
    host.fetch(`${paperclipBase}/api/health`, { timeoutMs: 12_000 }),
    lookAtContainer(host, place.container),
    host.exec(LIST_LISTENERS),
    host.readFile(place.envFile),
  ]);
  const listener = parseListeners(listeners.stdout).find(({ port }) => port === place.port);
  const parsed = health.ok ? parsePaperclipHealth(health.body) : undefined;
  const kept = envFile === undefined ? undefined : parseDockerEnvFile(envFile).BETTER_AUTH_SECRET;
  const secret = kept || container?.env.BETTER_AUTH_SECRET;
  const [wanted, given] = await Promise.all([
    askDocker(host, inspectImage(answers.paperclipImage)),
    container === undefined ? undefined : askDocker(host, inspectImageNames(container.imageId)),
  ]);
  const built = parseImageNames(given?.stdout ?? '')?.env ?? {};
  const ownEnv = Object.entries(container?.env ?? {}).filter(([name, value]) => built[name] !== value);
  return {
    health: parsed,
    holder: listener?.holders[0]?.name,
    taken: listener !== undefined,
    openToOthers: listener !== undefined && isOpenToOthers(listener),
    container,
    imageThere: container !== undefined || wanted.exitCode === 0,
    sameImage: wanted.stdout.trim() !== '' && wanted.stdout.trim() === container?.imageId,
    ownEnv: Object.fromEntries(ownEnv),
    data: await lookAtData(host, container, place.data),
    envFile,
    secret: secret === undefined || secret === '' ? undefined : new Secret(secret),
    log: container !== undefined && parsed?.status !== 'ok' ? await lastLines(host, container) : [],
    nowMs: host.now(),
  };
}

/** The folder that is mounted, and who owns what Paperclip cannot do without. */
async function lookAtData(
  host: Host,
  container: Container | undefined,
  usual: string,
): Promise<PaperclipFacts['data']> {
  const mounted = container?.mounts.find(({ target }) => target === '/paperclip')?.source;
  const folder = mounted ?? usual;
  // The image's entry point takes another user's number from its environment.
  const user = Number(container?.env.USER_UID ?? DATA_OWNER);
  const needed = ['', '/instances', '/instances/default', `/${DATABASE}`, `/${DATABASE}/PG_VERSION`];
  const stats = await Promise.all(
    needed.map(async (path) => ({ path: `${folder}${path}`, stat: await host.stat(`${folder}${path}`) })),
  );
  const strangers = stats.flatMap(({ path, stat }) =>
    stat !== undefined && stat.uid !== user ? [{ path, owner: stat.owner }] : [],
  );
  const marked = (await host.stat(`${folder}/${DATABASE}/postmaster.pid`)) !== undefined;
  return { folder, user, strangers, marked };
}
