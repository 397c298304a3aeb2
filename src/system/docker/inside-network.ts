import type { Argv } from '../../host/host.ts';
import type { SecretText } from '../../secret/secret.ts';
import { type CurlRequest, curlInput } from '../network/curl.ts';
import { template } from '../templates.ts';

/**
 * Makes requests from inside a container's own network; secrets in them travel on stdin. Prints one line per answer,
 * `<status>`, as {@link curlInput} says. nsenter with this machine's curl, and not `docker exec`: it needs nothing of the
 * image, works the same for each of them, and what it sends cannot leave a network that has only a loopback.
 */
export function askInside(
  container: string,
  requests: readonly CurlRequest[],
): { readonly argv: Argv; readonly input: SecretText } {
  return {
    argv: ['sh', '-s', '--', container],
    input: template('inside-network.sh', { request: curlInput(requests) }),
  };
}

/** An address as `waitForAnswer` asks it from inside the container's own network. */
export const inside = (url: string): string => `inside:${url}`;
