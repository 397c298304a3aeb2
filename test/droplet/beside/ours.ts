import type { Place } from '../operate/part.ts';
import { AGREED, type Exchange } from '../operate/parts/conversation.ts';
import { shell } from './rival.ts';

/** A run of otto-install, and the line at which the other one begins. */
export interface Ours {
  readonly name: string;
  prepare(place: Place): Promise<void>;
  readonly words: string;
  readonly exchanges: readonly Exchange[];
  readonly at: RegExp;
}

const IMAGE = 'open-webui/open-webui';

/** Points what the container follows at a build of 0.12.4 that does not run now, whoever has replaced it meanwhile. */
async function offerAnother({ droplet, internet }: Place): Promise<void> {
  const runs = await droplet.must(['docker', 'inspect', '-f', '{{.Image}}', 'open-webui']);
  for (const tag of ['v0.12.4-rebuilt', 'v0.12.4']) {
    const name = `ghcr.io/${IMAGE}:${tag}`;
    await droplet.must(['docker', 'pull', '--quiet', name], { timeoutMs: 180_000 });
    if ((await droplet.must(['docker', 'image', 'inspect', '-f', '{{.Id}}', name])) === runs) continue;
    await internet.images.point(IMAGE, 'main', tag);
    return;
  }
}

export const OURS: readonly Ours[] = [
  {
    name: 'fix',
    prepare: async (place) => void (await shell(place, 'docker rm -f open-webui >/dev/null')),
    words: 'fix open-webui-absent',
    exchanges: [],
    at: /Start Open WebUI/,
  },
  {
    name: 'backup',
    prepare: async () => {},
    words: 'backup --encrypt no',
    exchanges: [AGREED],
    at: /Make the backup/,
  },
  {
    name: 'update',
    prepare: offerAnother,
    words: 'update open-webui',
    exchanges: [AGREED],
    at: /Start Open WebUI in a new container/,
  },
];
