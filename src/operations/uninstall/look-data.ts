import type { Host } from '../../host/host.ts';
import type { Layout } from '../../tasks/layout.ts';
import type { DataFolder, PlacedContainer, PlacedFile, PlacedUnit } from './facts.ts';
import { did, type History } from './history.ts';

interface DataLook {
  readonly history: History;
  readonly placed: readonly PlacedFile[];
  readonly containers: readonly PlacedContainer[];
  readonly units: readonly PlacedUnit[];
  readonly place: Layout;
}

/** The folders with what people put into Otto, as far as they are there, and whether they are ours to remove. */
export async function lookAtData(
  host: Host,
  { history, placed, containers, units, place }: DataLook,
): Promise<readonly DataFolder[]> {
  const { openWebui, paperclip, hermes } = place;
  const whose = (path: string) => placed.find((file) => file.path === path)?.whose;
  // Where nothing says who made a folder, the file with its keys does.
  const made = (path: string, keys: string) =>
    history.known
      ? did(history, 'install', '-d', path) || did(history, 'mkdir', path)
      : whose(keys) === 'ours' || whose(keys) === 'edited';
  const mountedBy = (path: string) =>
    containers.find(({ container, ours }) => !ours && container.mounts.some(({ source }) => source === path))
      ?.name;
  const stays = (path: string, keys: string): string | undefined => {
    const user = mountedBy(path);
    if (user !== undefined) return `the container ${user}, which stays, works with it`;
    return made(path, keys) ? undefined : 'it was there before otto-install';
  };
  const unit = units.find(({ path }) => path === hermes.unit);
  const all: readonly DataFolder[] = [
    {
      path: openWebui.data,
      what: 'chats, accounts and files of Open WebUI',
      files: [openWebui.envFile],
      stays: stays(openWebui.data, openWebui.envFile),
    },
    {
      path: paperclip.data,
      what: 'Paperclip’s data',
      files: [paperclip.envFile],
      stays: stays(paperclip.data, paperclip.envFile),
    },
    {
      path: hermes.home,
      what: 'Hermes with its memory, skills, settings and keys',
      files: [],
      stays:
        unit?.whose === 'not-ours'
          ? 'Hermes was set up before otto-install, and stays'
          : stays(hermes.home, hermes.envFile),
    },
  ];
  const there = await Promise.all(all.map(({ path }) => host.stat(path)));
  const files = await Promise.all(all.map((one) => present(host, one.files)));
  return all.flatMap((one, index) =>
    there[index] === undefined ? [] : [{ ...one, files: files[index] ?? [] }],
  );
}

/** Those of these paths at which something is. */
export async function present(host: Host, paths: readonly string[]): Promise<readonly string[]> {
  const stats = await Promise.all(paths.map((path) => host.stat(path)));
  return paths.filter((_, index) => stats[index] !== undefined);
}
