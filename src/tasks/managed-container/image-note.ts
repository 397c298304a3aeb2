import type { Action, WriteFile } from '../../engine/contracts/action.ts';
import { command, writeFile } from '../../engine/contracts/command.ts';
import { things } from '../../engine/contracts/thing.ts';
import { STATE_DIR } from '../../engine/records/state-dir.ts';
import { DAEMON_FAILURES } from '../../system/docker/docker-failures.ts';
import { pullImage } from '../../system/docker/image-pull.ts';
import { object, parseJson, text } from '../../system/formats/json.ts';

/**
 * Where it is noted which image a container runs from that was adopted or updated, so that no other version comes over its data when it
 * has to be made again.
 */
export const imageNoteOf = (id: 'open-webui' | 'paperclip'): string => `${STATE_DIR}/${id}-image.json`;

/** What such a file holds: a digest, and the name that it had then. */
export interface ImageNote {
  readonly image: string;
  readonly digest: string;
}

/** Reads it; undefined when there is no file or it is not such a note. */
export function parseImageNote(content: string | undefined): ImageNote | undefined {
  const { image, digest } = object(parseJson(content ?? ''));
  return text(image) === '' || !/@sha256:/.test(text(digest))
    ? undefined
    : { image: text(image), digest: text(digest) };
}

/** Records which image it is; nothing where it cannot be fetched by its digest. */
export function noteImage(
  id: 'open-webui' | 'paperclip',
  { image, digest }: { readonly image: string; readonly digest: string | undefined },
): readonly WriteFile[] {
  if (digest === undefined) return [];
  const note: ImageNote = { image, digest };
  return [
    writeFile(imageNoteOf(id), `${JSON.stringify(note, undefined, 2)}\n`, 0o644, 'Record which image it is'),
  ];
}

/** Fetches the very image that was noted, under the name that it had: a tag may lead to a newer release by now. */
export function fetchNoted(image: string, title: string, note: ImageNote | undefined): readonly Action[] {
  if (note?.image !== image) return pullImage(image, title);
  return [
    ...pullImage(note.digest, title),
    command(['docker', 'tag', note.digest, image], 'Tag the image with its name', {
      makes: things('image', image),
      knownFailures: DAEMON_FAILURES,
    }),
  ];
}
