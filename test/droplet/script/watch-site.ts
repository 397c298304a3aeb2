import type { Droplet } from '../machine/droplet.ts';
import { pause } from '../machine/shell.ts';
import { visit } from './visitor.ts';

/** How a signed-in visitor fared over a time. */
export interface Visits {
  readonly asked: number;
  /** Why the others failed, with the seconds since the beginning. */
  readonly failures: readonly string[];
  /** From the first failure to the next success, all in all, in seconds. */
  readonly awaySeconds: number;
}

const EVERY_MS = 250;

/**
 * Asks the site over https four times a second, as somebody who is signed in and wants the list of models, which comes all the
 * way from Hermes. `stop` ends it and says how it went.
 */
export function watchSite(
  droplet: Droplet,
  domain: string,
  { token, model }: { readonly token: string; readonly model: string },
): { readonly stop: () => Promise<Visits> } {
  const startedAt = Date.now();
  const since = () => (Date.now() - startedAt) / 1000;
  const failures: string[] = [];
  let asked = 0;
  let awaySeconds = 0;
  let awaySince: number | undefined;
  let going = true;
  const watching = (async () => {
    while (going) {
      const at = since();
      asked += 1;
      const answer = await visit(droplet, domain, '/api/models', { token }).catch(String);
      const fine = answer.includes(`"id":"${model}"`);
      if (!fine) {
        failures.push(`${at.toFixed(1)} s: ${answer.slice(0, 120)}`);
        awaySince ??= at;
      } else if (awaySince !== undefined) {
        awaySeconds += since() - awaySince;
        awaySince = undefined;
      }
      await pause(Math.max(0, EVERY_MS - (since() - at) * 1000));
    }
  })();
  return {
    async stop() {
      going = false;
      await watching;
      return {
        asked,
        failures,
        awaySeconds: awaySeconds + (awaySince === undefined ? 0 : since() - awaySince),
      };
    },
  };
}
