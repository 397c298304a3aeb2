import type { Host } from '../host/host.ts';
import { type ImageNames, inspectImageNames, parseImageNames } from '../system/docker/docker.ts';
import { fetchedName } from '../system/docker/image-pull.ts';
import { askDocker } from '../tasks/containers.ts';

/** What an update may change to, and what the name of its image leads to until then. */
interface Images {
  readonly imageId: string | undefined;
  readonly imageNames: ImageNames | undefined;
  readonly namedId: string | undefined;
}

/** Looks at an image by its name, and at what was fetched for that name. Rejects when Docker does not answer. */
export async function lookAtImages(host: Host, image: string): Promise<Images> {
  const names = async (name: string | undefined) =>
    name === undefined ? undefined : parseImageNames((await askDocker(host, inspectImageNames(name))).stdout);
  const [named, fetched] = await Promise.all([names(image), names(fetchedName(image))]);
  const imageNames = fetched ?? named;
  return { imageId: imageNames?.id, imageNames, namedId: named?.id };
}
