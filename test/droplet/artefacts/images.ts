import { cached } from '../cache.ts';
import { openWebUi } from './openWebUi.ts';
import { paperclip } from './paperclip.ts';
import { addImage } from './registryStorage.ts';

/**
 * Returns a storage directory (`rootdirectory`) of docker-registry, to be served read-only, with the repositories
 * open-webui/open-webui and paperclipai/paperclip.
 */
export async function images(): Promise<string> {
  const all = (await Promise.all([openWebUi(), paperclip()])).flat();
  return cached('images', JSON.stringify({ all, layout: 1 }), async (dir) => {
    for (const image of all) await addImage(dir, image);
  });
}
