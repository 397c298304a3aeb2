import type { Host } from '../host/host.ts';
import { isThere, parseUnits, showUnits } from '../system/services/systemd.ts';

const SERVICE = 'docker.service';

/** Why Docker must not be asked; undefined when it may be. Stopped, it would be started by the question (facts: docker-ufw, trap 9). */
export async function whyNotDocker(host: Host): Promise<string | undefined> {
  const { stdout } = await host.exec(showUnits(SERVICE), { timeoutMs: 10_000 });
  const service = parseUnits(stdout, [SERVICE])[SERVICE];
  if (!isThere(service)) return 'Docker is not installed.';
  if (service.active === 'inactive' || service.active === 'failed') return 'Docker is stopped.';
  return undefined;
}

/** What Docker said instead of a log, in words. */
export function dockerComplaint(said: readonly string[], container: string): string {
  const text = said.at(-1) ?? '';
  if (/No such container/.test(text)) return `There is no container ${container}.`;
  if (/Cannot connect to the Docker daemon/.test(text)) return 'Docker does not answer.';
  return text === '' ? 'Docker could not show its log.' : text;
}
