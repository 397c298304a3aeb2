import { layout } from '../answers/layout.ts';
import type { AnswersInput } from '../answers/schema.ts';
import type { Host } from '../host/host.ts';
import { lookForHermes } from './found-hermes.ts';
import { type Discovery, judgeDiscovery } from './judge.ts';
import { lookAtContainers, lookAtNginx, lookForOtto, portsLedTo } from './look.ts';

export type { Discovery } from './judge.ts';

/**
 * What an Otto on this machine was built with, so that only what cannot be found must be asked. Looks only at what may
 * have changed since, the containers, where a run has saved its answers. Never throws: what cannot be read is not found.
 */
export async function discover(host: Host, saved: AnswersInput): Promise<Discovery> {
  const complete = saved.domain !== undefined && saved.user !== undefined && saved.adminEmail !== undefined;
  if (!complete) return judgeDiscovery(await lookForOtto(host));
  const [nginx, hermesAs] = await Promise.all([
    lookAtNginx(host),
    lookForHermes(host, saved.user ?? 'cleo').catch(() => undefined),
  ]);
  const containers = await lookAtContainers(host, portsLedTo(nginx));
  const discovery = judgeDiscovery({
    ...containers,
    servers: [],
    certificates: [],
    contacts: [],
    authorities: [],
    hermesAs,
    unitUser: saved.user,
    homes: [],
    hermes: undefined,
    accounts: undefined,
  });
  const { openWebuiImage, paperclipImage, openWebuiData, ...others } = discovery.answers;
  const { openWebuiContainer, openWebuiPort, hermesHome, hermesCheckout, hermesVenv } = others;
  const found = { openWebuiContainer, openWebuiPort, hermesHome, hermesCheckout, hermesVenv };
  // Where the data belongs is saved: a container that keeps it elsewhere is a fault, unless the data has moved there.
  const moved = openWebuiData !== undefined && !(await isDataAt(host, saved));
  return {
    ...discovery,
    answers: { openWebuiImage, paperclipImage, ...found, ...(moved ? { openWebuiData } : {}) },
  };
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
  const { openWebuiImage, paperclipImage, openWebuiData, openWebuiContainer, openWebuiPort, ...others } =
    saved;
  return {
    ...others,
    ...(answers.openWebuiData === undefined ? { openWebuiData } : {}),
    // A container that is there says what it is; one that is gone was called so.
    ...(answers.openWebuiImage === undefined ? { openWebuiContainer, openWebuiPort } : {}),
    ...(answers.openWebuiImage === undefined ? { openWebuiImage } : {}),
    ...(answers.paperclipImage === undefined ? { paperclipImage } : {}),
  };
}
