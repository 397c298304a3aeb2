import { layout } from '../answers/layout.ts';
import type { AnswersInput } from '../answers/schema.ts';
import { STATE_DIR } from '../engine/records/state-dir.ts';
import type { Host } from '../host/host.ts';
import { imageNoteOf, parseImageNote } from '../tasks/managed-container/image-note.ts';
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
  const {
    openWebuiImage = await lastImage(host, 'open-webui'),
    paperclipImage = await lastImage(host, 'paperclip'),
    openWebuiData,
    ...others
  } = discovery.answers;
  const { hermesHome, hermesCheckout, hermesVenv } = others;
  const hermes =
    hermesAs === undefined ? await atUsualPlace(host, saved) : { hermesHome, hermesCheckout, hermesVenv };
  const found = { ...hermes, ...(containers.openWebui && calledNow(others)) };
  // Where the data belongs is saved: a container that keeps it elsewhere is a fault, unless the data has moved there.
  const moved = openWebuiData !== undefined && !(await isDataAt(host, saved));
  return {
    ...discovery,
    answers: { openWebuiImage, paperclipImage, ...found, ...(moved ? { openWebuiData } : {}) },
  };
}

/**
 * The image that was last known to be good, of a container that is gone: what an update or an adoption noted, unless answers were saved
 * since. Another release over the same data may be one that cannot read it.
 */
export async function lastImage(host: Host, of: 'open-webui' | 'paperclip'): Promise<string | undefined> {
  const file = imageNoteOf(of);
  const stats = await Promise.all(
    [host.stat(file), host.stat(SAVED_ANSWERS)].map((one) => one.catch(() => undefined)),
  );
  const [noted, saved] = stats.map((stat) => stat?.modifiedMs);
  if (noted === undefined || (saved !== undefined && saved > noted)) return undefined;
  return parseImageNote(await host.readFile(file).catch(() => undefined))?.image;
}

const SAVED_ANSWERS = `${STATE_DIR}/answers.json`;

/** The usual folders, where there is code in them again: saved ones may be of a Hermes that was elsewhere once. */
async function atUsualPlace(host: Host, { user = 'cleo', hermesHome }: AnswersInput): Promise<AnswersInput> {
  if (hermesHome === undefined) return {};
  const { home, checkout, venv } = layout({ user }).hermes;
  const there = await host.stat(checkout).catch(() => undefined);
  return there === undefined ? {} : { hermesHome: home, hermesCheckout: checkout, hermesVenv: venv };
}

/** The name and the port of the container that is there, the usual ones too: saved ones may be of another that is gone. */
function calledNow({ openWebuiContainer, openWebuiPort }: AnswersInput): AnswersInput {
  const { container, port } = layout({ user: 'cleo' }).openWebui;
  return {
    openWebuiContainer: openWebuiContainer ?? container,
    openWebuiPort: openWebuiPort ?? String(port),
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
  const known = Object.entries(saved).filter(
    ([key]) => !FROM_MACHINE.has(key) || answers[key as keyof AnswersInput] === undefined,
  );
  return Object.fromEntries(known);
}

const FROM_MACHINE: ReadonlySet<string> = new Set([
  'openWebuiImage',
  'paperclipImage',
  'openWebuiData',
  'openWebuiContainer',
  'openWebuiPort',
  'hermesHome',
  'hermesCheckout',
  'hermesVenv',
]);
