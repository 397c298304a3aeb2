import type { Answers } from '../answers.ts';
import { Secret } from '../engine/secret.ts';
import type { Host } from '../host/host.ts';
import { inspectImage } from '../system/docker.ts';
import { parseDockerEnvFile } from '../system/docker-env-file.ts';
import { parsePaperclipHealth } from '../system/paperclip-api.ts';
import { isOpenToOthers, LIST_LISTENERS, parseListeners } from '../system/sockets.ts';
import { askDocker, lastLines, lookAtContainer } from './containers.ts';
import { layout } from './layout.ts';
import type { OttoTask } from './otto-task.ts';
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
    host.fetch(`${paperclipBase}/api/health`, { timeoutMs: 5_000 }),
    lookAtContainer(host, place.container),
    host.exec(LIST_LISTENERS),
    host.readFile(place.envFile),
  ]);
  const listener = parseListeners(listeners.stdout).find(({ port }) => port === place.port);
  const parsed = health.ok ? parsePaperclipHealth(health.body) : undefined;
  const kept = envFile === undefined ? undefined : parseDockerEnvFile(envFile).BETTER_AUTH_SECRET;
  const secret = kept ?? container?.env.BETTER_AUTH_SECRET;
  return {
    health: parsed,
    holder: listener?.holders[0]?.name,
    taken: listener !== undefined,
    openToOthers: listener !== undefined && isOpenToOthers(listener),
    container,
    imageThere:
      container !== undefined || (await askDocker(host, inspectImage(answers.paperclipImage))).exitCode === 0,
    envFile,
    secret: secret === undefined || secret === '' ? undefined : new Secret(secret),
    log: container !== undefined && parsed?.status !== 'ok' ? await lastLines(host, container) : [],
    nowMs: host.now(),
  };
}
