import type { Host } from '../../host/host.ts';
import { object, parseJson, text } from '../../system/formats/json.ts';
import { isOpenWebui, lookAtAllContainers } from '../all-containers.ts';
import { found } from '../finding.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** Containers that are on the disk and that Docker does not know: it looks into another store than the one that they are in. */
export interface HiddenContainers {
  /** '/var/lib/docker' */
  readonly root: string;
  readonly names: readonly string[];
}

/** Where Docker keeps everything unless it is told otherwise. */
const USUAL_ROOT = '/var/lib/docker';

/** `roots`: other folders that a copy of its settings names. Asked only of a Docker that runs. */
export async function lookForHidden(
  host: Host,
  roots: readonly string[],
): Promise<HiddenContainers | undefined> {
  const listed = await lookAtAllContainers(host).catch(() => undefined);
  // Docker knows the parts of an Otto: whatever else is on the disk is somebody's.
  if (listed === undefined || listed.some(isOpenWebui)) return undefined;
  for (const root of [...new Set([USUAL_ROOT, ...roots])]) {
    const ids = ((await host.list(`${root}/containers`).catch(() => undefined)) ?? []).filter(
      (id) => /^[0-9a-f]{64}$/.test(id) && !listed.some((one) => one.id === id),
    );
    const names = (await Promise.all(ids.map((id) => nameOf(host, `${root}/containers/${id}`)))).flat();
    if (names.length > 0) return { root, names };
  }
  return undefined;
}

/**
 * Of a container of Open WebUI or Paperclip that is meant to stay: one that is removed when it ends (`--rm`, as looks make them) may come
 * or go between two questions. The files also hold its environment: nothing else of them is kept.
 */
async function nameOf(host: Host, folder: string): Promise<readonly string[]> {
  const read = async (name: string) =>
    object(parseJson((await host.readFile(`${folder}/${name}`).catch(() => undefined)) ?? ''));
  const [found, limits] = await Promise.all([read('config.v2.json'), read('hostconfig.json')]);
  const image = text(object(found.Config).Image);
  return /open-webui|paperclip/.test(image) && limits.AutoRemove !== true
    ? [text(found.Name).replace(/^\//, '')]
    : [];
}

/** Pure. Everything fetched and made anew would be beside what is there, and empty where data is in volumes. */
export function inAnotherStore({ root, names }: HiddenContainers): Finding {
  return found(FINDINGS['docker-looks-elsewhere'], {
    evidence: `Docker lists no container of this Otto, but ${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} on the disk, in ${root}/containers.`,
    values: { root },
  });
}
