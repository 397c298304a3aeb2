import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { parseGroup, parsePasswd } from '../../host/accounts.ts';
import type { Host } from '../../host/host.ts';
import { LIST_GROUPS, LIST_USERS, systemAccount, whoElseHas } from '../../system/accounts/system-account.ts';
import { inspectImage, inspectImageNames, ownEnv, parseImageNames } from '../../system/docker/docker.ts';
import { envIn, secretIn } from '../../system/formats/env-file.ts';
import { isOpenToOthers, LIST_LISTENERS, parseListeners } from '../../system/network/sockets.ts';
import { parsePaperclipHealth } from '../../system/web-apps/paperclip-api.ts';
import { hasPort, isPaperclip, lookAtAllContainers } from '../all-containers.ts';
import { processIds } from '../container-ids.ts';
import { askDocker, lastLines, lookAtContainer } from '../containers.ts';
import { lookAtEnvFile } from '../env-files.ts';
import { PAPERCLIP_NOTE, parseAdministrators } from '../first-admin/administrators.ts';
import { imageNoteOf, parseImageNote } from '../managed-container/image-note.ts';
import { leftPortOf } from '../managed-container/left-port.ts';
import { lookAtLogLimit } from '../managed-container/log-limit.ts';
import { isToldToPublishNothing } from '../managed-container/publishing.ts';
import type { OttoTask } from '../otto-task.ts';
import { ACCOUNT, MOVE_NOTE } from './account.ts';
import { isUnreachable } from './actions.ts';
import { lookAtData } from './data.ts';
import type { PaperclipFacts } from './facts.ts';
import type { Finding } from './findings.ts';
import { judgePaperclip } from './judge.ts';
import { lookInside } from './look-inside.ts';
import { paperclipBase } from './managed.ts';

/** Prerequisite: Paperclip answers on 127.0.0.1:3000, has its administrator, and lets nobody else sign up. */
export const paperclipTask: OttoTask<PaperclipFacts, Finding> = {
  id: 'paperclip',
  title: 'Paperclip',
  step: 'Prerequisites',
  why:
    'Paperclip orchestrates agents. The first visitor who claims it becomes its administrator, so it is claimed where ' +
    'nobody else can reach it. Then its sign-up is closed and its port is published. It runs as its own user, so that ' +
    'nobody who chats with Otto can read its secret or its data.',
  // Both images at once would both be later; more depends on Open WebUI's.
  needs: ['docker', 'deploy-user', 'open-webui-image'],
  look,
  judge: judgePaperclip,
};

async function look(host: Host, answers: Answers): Promise<PaperclipFacts> {
  const place = layout(answers).paperclip;
  const [container, listeners, envFile, userList, groupList, note, named, imageNote, logLimit] =
    await Promise.all([
      lookAtContainer(host, place.container),
      host.exec(LIST_LISTENERS),
      lookAtEnvFile(host, place.envFile, 'docker'),
      host.exec(LIST_USERS),
      host.exec(LIST_GROUPS),
      host.stat(MOVE_NOTE),
      host.readFile(PAPERCLIP_NOTE.file),
      host.readFile(imageNoteOf('paperclip')),
      lookAtLogLimit(host),
    ]);
  const unreachable = container !== undefined && isUnreachable(container);
  // A machine that is busy may take seconds for it; one that is not answered at all is found by its container. What answers
  // there while our container has no network is somebody else's.
  const askOutside = () => host.fetch(`${paperclipBase}/api/health`, { timeoutMs: 12_000 });
  const [first, inside, data, processes] = await Promise.all([
    unreachable ? undefined : askOutside(),
    lookInside(host, container),
    lookAtData(host, container, place.data),
    container === undefined ? ([] as readonly number[]) : processIds(host, container),
  ]);
  const listener = parseListeners(listeners.stdout).find(({ port }) => port === place.port);
  // What came up between the two questions is reached by a second one.
  const answer = first?.ok === false && inside.health?.status === 'ok' ? await askOutside() : first;
  const health = unreachable ? inside.health : answer?.ok ? parsePaperclipHealth(answer.body) : undefined;
  const secret =
    secretIn(envIn(envFile, 'docker'), 'BETTER_AUTH_SECRET') ??
    secretIn(container?.env ?? {}, 'BETTER_AUTH_SECRET');
  const [wanted, given] = await Promise.all([
    askDocker(host, inspectImage(answers.paperclipImage)),
    container === undefined ? undefined : askDocker(host, inspectImageNames(container.imageId)),
  ]);
  const users = parsePasswd(userList.stdout);
  const used = [...new Set([...processes, ...(data.owner === undefined ? [] : [data.owner])])];
  const holder = listener?.holders[0]?.name;
  // On its own port it needs nobody else to be looked at.
  const all =
    container === undefined || (holder === 'docker-proxy' && !hasPort(container, place.port))
      ? await lookAtAllContainers(host)
      : [];
  const answersInside = !unreachable && health === undefined && inside.health?.status === 'ok';
  return {
    health,
    answersInside,
    publishesNothing: answersInside ? await isToldToPublishNothing(host) : undefined,
    holder,
    taken: listener !== undefined,
    leftPort: hasPort(container, place.port)
      ? undefined
      : leftPortOf(all, { port: place.port, holder, now: host.now() }),
    openToOthers: listener !== undefined && isOpenToOthers(listener),
    container,
    imageThere: container !== undefined || wanted.exitCode === 0,
    imageNote: parseImageNote(imageNote),
    sameImage: wanted.stdout.trim() !== '' && wanted.stdout.trim() === container?.imageId,
    ownEnv: container === undefined ? {} : ownEnv(container, parseImageNames(given?.stdout ?? '')),
    data,
    account: systemAccount(ACCOUNT, users, parseGroup(groupList.stdout), data.owner),
    ids: used.map((uid) => ({
      uid,
      who: whoElseHas(uid, users, { deployUser: answers.user, own: ACCOUNT }),
      isProcess: processes.includes(uid),
    })),
    halfMoved: note !== undefined,
    administrators: inside.administrators,
    named: parseAdministrators(named),
    envFile,
    logLimit,
    secret,
    elsewhere:
      container === undefined
        ? all.filter((one) => isPaperclip(one) && one.status === 'running' && !/-before$/.test(one.name))
        : [],
    log: container !== undefined && health?.status !== 'ok' ? await lastLines(host, container) : [],
    nowMs: host.now(),
  };
}
