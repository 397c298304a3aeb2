import type { Layout } from '../../answers/layout.ts';
import type { Host } from '../../host/host.ts';
import { ACCOUNT } from '../../tasks/paperclip/account.ts';
import type { DataFolder, PlacedContainer, PlacedFile, PlacedUnit } from './facts.ts';
import type { Origins } from './origins.ts';

interface DataLook {
  readonly origins: Origins;
  readonly placed: readonly PlacedFile[];
  readonly containers: readonly PlacedContainer[];
  readonly units: readonly PlacedUnit[];
  readonly place: Layout;
}

/** The folders with what people put into Otto, as far as they exist, and whether they are ours to remove. */
export async function lookAtData(
  host: Host,
  { origins, placed, containers, units, place }: DataLook,
): Promise<readonly DataFolder[]> {
  const { openWebui, paperclip, hermes } = place;
  const whose = (path: string) => placed.find((file) => file.path === path)?.whose;
  // Where nothing says who made a folder, the file with its keys does.
  const made = (path: string, keys: string) =>
    origins.known
      ? origins.made('folder').includes(path)
      : whose(keys) === 'ours' || whose(keys) === 'edited';
  const mountedBy = (path: string) =>
    containers.find(({ container, ours }) => !ours && container.mounts.some(({ source }) => source === path))
      ?.name;
  const stays = (path: string, keys: string): string | undefined => {
    const user = mountedBy(path);
    if (user !== undefined) return `the container ${user}, which stays, uses it`;
    return made(path, keys) ? undefined : 'it was there before otto-install';
  };
  const unit = units.find(({ path }) => path === hermes.unit);
  const aside = await besideData(host, paperclip.data);
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
      owner: ACCOUNT,
      files: [paperclip.envFile, ...aside],
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
  return all.flatMap((one, index) => {
    const beside = files[index] ?? [];
    if (there[index] !== undefined) return [{ ...one, files: beside }];
    // Cut off while it was moved aside: what was in it is only there.
    const [kept] = beside.filter((path) => aside.includes(path));
    return kept === undefined ? [] : [{ ...one, path: kept, files: beside.filter((path) => path !== kept) }];
  });
}

/** Earlier states of Paperclip's data, and copies of it that an interrupted run left. */
async function besideData(host: Host, data: string): Promise<readonly string[]> {
  const at = data.lastIndexOf('/');
  const folder = data.slice(0, at);
  const names = (await host.list(folder).catch(() => undefined)) ?? [];
  return names
    .filter((name) => name.startsWith(data.slice(at + 1)) && KEPT.test(name.slice(data.length - at - 1)))
    .sort()
    .map((name) => `${folder}/${name}`);
}

/** How they are named: tasks/paperclip (startEmpty), templates/paperclip/data.py, and an update of Paperclip. */
const KEPT = /^(\.aside-\d{8}T\d{6}Z|\.renewed|\.before-update(\.growing)?)$/;

/** Those of these paths at which something is. */
export async function present(host: Host, paths: readonly string[]): Promise<readonly string[]> {
  const stats = await Promise.all(paths.map((path) => host.stat(path)));
  return paths.filter((_, index) => stats[index] !== undefined);
}
