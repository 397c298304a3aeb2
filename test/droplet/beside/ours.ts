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

/** What is offered, and what ran when that was: kept in the droplet, which may be another one the next time. */
const OFFERED = '/root/offered';

/** Points what the container follows at the build of 0.12.4 that does not run now, so that there is an update each time. */
async function offerAnother({ droplet, internet }: Place): Promise<void> {
  const runs = (await droplet.must(['docker', 'inspect', '-f', '{{.Image}}', 'open-webui'])).trim();
  const [tag = 'v0.12.4', ran = ''] = (await droplet.exec(['cat', OFFERED])).stdout.split(' ');
  const next = ran === runs ? tag : tag === 'v0.12.4' ? 'v0.12.4-rebuilt' : 'v0.12.4';
  await droplet.write(OFFERED, `${next} ${runs}`);
  await internet.images.point(IMAGE, 'main', next);
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
