import { layout } from '../answers/layout.ts';
import type { AnswersInput } from '../answers/schema.ts';
import type { Host } from '../host/host.ts';
import { type Discovery, judgeDiscovery } from './judge.ts';
import { lookAtContainers, lookForOtto } from './look.ts';

export type { Discovery } from './judge.ts';

/**
 * What an Otto on this machine was built with, so that only what cannot be found must be asked. Looks only at what may
 * have changed since, the containers, where a run has saved its answers. Never throws: what cannot be read is not found.
 */
export async function discover(host: Host, saved: AnswersInput): Promise<Discovery> {
  const complete = saved.domain !== undefined && saved.user !== undefined && saved.adminEmail !== undefined;
  if (!complete) return judgeDiscovery(await lookForOtto(host));
  const containers = await lookAtContainers(host);
  const discovery = judgeDiscovery({
    ...containers,
    servers: [],
    certificates: [],
    contacts: [],
    authorities: [],
    unitUser: saved.user,
    homes: [],
    hermes: undefined,
    accounts: undefined,
  });
  const { openWebuiImage, paperclipImage, openWebuiData } = discovery.answers;
  // Where the data belongs is saved: a container that keeps it elsewhere is a fault, unless the data has moved there.
  const moved = openWebuiData !== undefined && !(await isDataAt(host, saved));
  return { ...discovery, answers: { openWebuiImage, paperclipImage, ...(moved ? { openWebuiData } : {}) } };
}

async function isDataAt(host: Host, saved: AnswersInput): Promise<boolean> {
  const { user = 'cleo', openWebuiData } = saved;
  const { database } = layout({ user, openWebuiData }).openWebui;
  return (await host.stat(database)) !== undefined;
}

/**
 * The saved answers without what the machine itself knows better: somebody may have made a container from another
 * image since, and made again from the saved one it would be of another version.
 */
export function withoutOutdated(saved: AnswersInput, { answers }: Discovery): AnswersInput {
  const { openWebuiImage, paperclipImage, openWebuiData, ...others } = saved;
  return {
    ...others,
    ...(answers.openWebuiData === undefined ? { openWebuiData } : {}),
    ...(answers.openWebuiImage === undefined ? { openWebuiImage } : {}),
    ...(answers.paperclipImage === undefined ? { paperclipImage } : {}),
  };
}
