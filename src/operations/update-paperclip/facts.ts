import type { ImageNames } from '../../system/docker/docker.ts';
import type { PaperclipFacts } from '../../tasks/paperclip/facts.ts';

/** What must be known before Paperclip is updated. */
export interface UpdateFacts {
  readonly paperclip: PaperclipFacts;
  /** The image that is asked for: 'ghcr.io/paperclipai/paperclip:latest'. */
  readonly image: string;
  /** The id of what was fetched for it, otherwise of what it leads to on this machine; undefined when it leads nowhere. */
  readonly imageId: string | undefined;
  /** The id that the name leads to on this machine. */
  readonly namedId: string | undefined;
  readonly imageNames: ImageNames | undefined;
  /** Of the image that runs now. */
  readonly imageNamesNow: ImageNames | undefined;
  /** '2026.824.1'; '' when its image does not say. */
  readonly versionNow: string;
  readonly version: string;
  /** Of everything in its data folder. */
  readonly dataBytes: number;
  /** Bytes free where that folder is. */
  readonly freeBytes: number | undefined;
}

/** What the operator chose. */
export interface UpdateChoice {
  readonly image: string;
  /** How long the new one may be silent, without answering, before it is given up. */
  readonly patienceSeconds: number;
}

/** Pure. Whether there is another image to change to. */
export function isNews({ paperclip, imageId }: UpdateFacts): boolean {
  return (
    paperclip.container !== undefined && imageId !== undefined && imageId !== paperclip.container.imageId
  );
}

/** The copy of the data, and room for the database to grow while it is migrated. */
export const roomNeeded = (dataBytes: number): number => Math.round(dataBytes * 1.2) + 500_000_000;

/** Pure. Whether the one release is older than the other: '2026.824.1' than '2026.916.1'. False when either is unknown. */
export function isOlder(version: string, than: string): boolean {
  const [one, other] = [version, than].map((text) => text.split('.').map(Number));
  if (one === undefined || other === undefined || version === '' || than === '') return false;
  for (const [at, number] of one.entries()) {
    const against = other[at] ?? 0;
    if (number !== against) return number < against;
  }
  return false;
}
