import type { Command } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import type { Step } from '../../engine/contracts/operation.ts';
import type { ProgressReader } from '../../engine/contracts/progress.ts';
import { things } from '../../engine/contracts/thing.ts';
import type { Argv } from '../../host/host.ts';
import { object, parseJson, text } from '../formats/json.ts';
import { pullFailures } from './docker-failures.ts';

const MEGABYTE = 1_000_000;
const AN_HOUR = 3_600_000;

/** An image's name split as the Engine API wants it: the tag (or digest) apart, 'latest' when there is none. */
export function splitImage(image: string): { readonly name: string; readonly tag: string } {
  const digest = image.indexOf('@');
  if (digest >= 0) return { name: image.slice(0, digest), tag: image.slice(digest + 1) };
  const colon = image.lastIndexOf(':');
  // A colon before a slash belongs to a registry's port.
  return colon > image.lastIndexOf('/')
    ? { name: image.slice(0, colon), tag: image.slice(colon + 1) }
    : { name: image, tag: 'latest' };
}

/** Fetches an image through the Engine API, whose lines carry bytes; `docker pull` without a terminal shows layers only. */
function pullThroughApi(image: string): Argv {
  const { name, tag } = splitImage(image);
  const query = new URLSearchParams({ fromImage: name, tag });
  return [
    'curl',
    '--silent',
    '--show-error',
    '--no-buffer',
    '--unix-socket',
    '/var/run/docker.sock',
    '--request',
    'POST',
    `http://localhost/images/create?${query}`,
  ];
}

/**
 * Fetches an image: the Engine API for progress in bytes, then `docker pull` for the verdict. The API answers 200 even
 * when it fails, and uses no saved login; `docker pull` of what has just arrived takes less than a second, and says
 * why when it did not.
 */
export function pullImage(image: string, title: string): readonly Command[] {
  return [
    command(pullThroughApi(image), `Fetch ${title}`, {
      makes: things('image', image),
      timeoutMs: AN_HOUR, // 7: no socket there, 22/52/56: cut off; docker pull says more about each.
      succeedsWith: [0, 7, 22, 52, 56],
      progress: 'image-pull',
    }),
    command(['docker', 'pull', image], `Make sure that ${title} is complete`, {
      makes: things('image', image),
      timeoutMs: AN_HOUR,
      knownFailures: pullFailures(image),
    }),
  ];
}

/**
 * The same before an update. The Engine API may have moved the name to the new image when `docker pull` still fails (a saved login that
 * has expired): then the name gets the image `before` again, so that a container that is made from it is of no other release.
 */
export function pullForUpdate(image: string, title: string, before: string | undefined): readonly Step[] {
  const back = (id: string): Command =>
    command(['docker', 'tag', id, image], 'Give the name to the image that had it', {
      makes: things('image', image),
      effects: [], // It had the name before.
      timeoutMs: 60_000,
      // Where Docker does not answer nothing was fetched either: that is no reason to call it stuck.
      succeedsWith: [0, 1],
    });
  const [fetch, ...rest] = pullImage(image, title);
  // A digest names one image for ever.
  const undo = before === undefined || image.includes('@') ? undefined : back(before);
  return [
    ...(fetch === undefined ? [] : [{ do: fetch, ...(undo === undefined ? {} : { undo }) }]),
    ...rest.map((action) => ({ do: action })),
  ];
}

/**
 * Adds up the bytes of all layers from the Engine API's lines (`{"status":"Downloading","progressDetail":{"current":…,
 * "total":…},"id":"…"}`). The total grows while layers are announced; a layer that is whole counts as whole. The lines
 * themselves, ten a second for each layer, are not for people; an error's is.
 */
export const imagePullProgress: ProgressReader = () => {
  const layers = new Map<string, { done: number; total: number }>();
  return (line) => {
    const message = object(parseJson(line));
    const status = text(message.status);
    if (status === '') return undefined;
    const layer = text(message.id);
    const detail = object(message.progressDetail);
    if (status === 'Downloading' && typeof detail.total === 'number')
      layers.set(layer, { done: Number(detail.current ?? 0), total: detail.total });
    const known = layers.get(layer);
    if (
      known !== undefined &&
      /^(Verifying Checksum|Download complete|Extracting|Pull complete)/.test(status)
    )
      known.done = known.total;
    const sum = (pick: (entry: { done: number; total: number }) => number) =>
      Math.round([...layers.values()].reduce((all, entry) => all + pick(entry), 0) / MEGABYTE);
    const total = sum((entry) => entry.total);
    return {
      done: sum((entry) => entry.done),
      ...(total === 0 ? {} : { total }),
      unit: 'MB',
      replacesLine: true,
    };
  };
};
