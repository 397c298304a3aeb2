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

/** A name of an image, given to an image. */
const nameImage = (id: string, image: string, purpose: string): Command =>
  command(['docker', 'tag', id, image], purpose, {
    makes: things('image', image),
    effects: [], // No container notices.
    timeoutMs: 60_000,
  });

/** The same where it has the name back that it had: where Docker does not answer nothing was moved either. */
const nameAgain = (id: string, image: string): Command => ({
  ...nameImage(id, image, 'Give the name to the image that had it'),
  succeedsWith: [0, 1],
});

/**
 * The name that a fetched image has until an update changes to it. The name that it was fetched by stays with what runs meanwhile: whoever
 * has to make the container again gets no other release. Undefined for a digest, which names one image for ever.
 */
export function fetchedName(image: string): string | undefined {
  if (image.includes('@')) return undefined;
  const { name, tag } = splitImage(image);
  return `${name}:${tag.slice(0, LONGEST_TAG - FETCHED.length)}${FETCHED}`;
}

const FETCHED = '.otto-install-fetched';
/** Of a tag, in characters (distribution's reference grammar). */
const LONGEST_TAG = 128;

/** Fetches an image before an update; `before` is the one that the name leads to on this machine. */
export function pullForUpdate(image: string, title: string, before: string | undefined): readonly Step[] {
  const [fetch, ...rest] = pullImage(image, title);
  const fetched = fetchedName(image);
  const back = before === undefined || fetched === undefined ? undefined : nameAgain(before, image);
  return [
    // The Engine API may have moved the name when `docker pull` still fails (a saved login that has expired).
    ...(fetch === undefined ? [] : [{ do: fetch, ...(back === undefined ? {} : { undo: back }) }]),
    ...rest.map((action) => ({ do: action })),
    ...(fetched === undefined
      ? []
      : [{ do: nameImage(image, fetched, 'Keep it under a name of its own until it is changed to') }]),
    ...(back === undefined ? [] : [{ do: { ...back, purpose: 'Leave the name with what runs' } }]),
  ];
}

/** What a name leads to before an update, and what was fetched for it. */
export interface ImagesOfName {
  /** The name: 'ghcr.io/open-webui/open-webui:main'. */
  readonly image: string;
  /** The id of what was fetched; undefined when nothing was. */
  readonly imageId: string | undefined;
  /** The id that the name leads to on this machine until the update; undefined when it leads nowhere. */
  readonly namedId: string | undefined;
}

/** An update changes to what was fetched: the name goes over to it, and back with everything else. */
export function moveName({ image, imageId, namedId }: ImagesOfName): readonly Step[] {
  if (imageId === undefined || imageId === namedId || image.includes('@')) return [];
  return [
    {
      do: nameImage(imageId, image, 'Give the name to the new image'),
      ...(namedId === undefined ? {} : { undo: nameAgain(namedId, image) }),
    },
  ];
}

/** Once it has the name itself: takes the other one off. No harm when it is off. */
export function forgetFetchedName(image: string): readonly Command[] {
  const fetched = fetchedName(image);
  if (fetched === undefined) return [];
  return [
    command(['docker', 'image', 'rm', fetched], 'Take the other name off the new image', {
      removes: things('image', fetched),
      effects: [], // It has another name.
      timeoutMs: 60_000,
      succeedsWith: [0, 1],
    }),
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
