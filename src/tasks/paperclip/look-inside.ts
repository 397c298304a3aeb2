import type { Host } from '../../host/host.ts';
import type { Container } from '../../system/docker/docker.ts';
import { list, object, parseJson, text } from '../../system/formats/json.ts';
import { template } from '../../system/templates.ts';
import { type PaperclipHealth, parsePaperclipHealth } from '../../system/web-apps/paperclip-api.ts';
import { askDocker } from '../containers.ts';

/** Somebody who administers this Paperclip. */
export interface Administrator {
  readonly email: string;
  readonly name: string;
}

/** What Paperclip says inside its container. */
interface Inside {
  readonly health: PaperclipHealth | undefined;
  /** Undefined where it cannot be told: its database is not up, or its image has no way to it that we know. */
  readonly administrators: readonly Administrator[] | undefined;
}

const NOTHING: Inside = { health: undefined, administrators: undefined };
const LIMIT_MS = 12_000;

/** Asks from inside the container, also where it has no network. Paperclip's own Node asks; no secret comes out. */
export async function lookInside(host: Host, container: Container | undefined): Promise<Inside> {
  if (container?.status !== 'running' || container.restarting) return NOTHING;
  const argv = ['docker', 'exec', '-i', '--user', 'node', container.id.slice(0, 12), 'node', '-'] as const;
  const input = template('paperclip/look.js', { limit: String(LIMIT_MS) });
  return parseInside((await askDocker(host, argv, { input, timeoutMs: LIMIT_MS + 8_000 })).stdout);
}

/** Reads the line of templates/paperclip/look.js. */
function parseInside(output: string): Inside {
  const found = object(parseJson(output));
  return {
    health: parsePaperclipHealth(text(found.health)),
    administrators: Array.isArray(found.administrators)
      ? list(found.administrators).map((one) => ({
          email: text(object(one).email),
          name: text(object(one).name),
        }))
      : undefined,
  };
}
