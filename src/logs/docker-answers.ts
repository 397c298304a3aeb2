import type { Layout } from '../answers/layout.ts';
import type { Host } from '../host/host.ts';
import { type Container, inspectContainer, parseContainer } from '../system/docker/docker.ts';
import { isThere, parseUnits, showUnits } from '../system/services/systemd.ts';

const SERVICE = 'docker.service';

/**
 * Why Docker must not be asked; undefined when it may be. If it is stopped, asking would start it (facts: docker-ufw,
 * trap 9).
 */
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
  if (/Cannot connect to the Docker daemon|failed to connect to the docker API/.test(text))
    return 'Docker does not answer.';
  return text === '' ? 'Docker could not show its log.' : text;
}

/** The containers of an Otto as they are; undefined where there is none. */
export interface Containers {
  readonly openWebui: Container | undefined;
  readonly paperclip: Container | undefined;
  /** Why Docker was not asked, or did not answer. */
  readonly problem?: string | undefined;
}

export const NO_CONTAINERS: Containers = { openWebui: undefined, paperclip: undefined };

export async function lookAtContainers(host: Host, { openWebui, paperclip }: Layout): Promise<Containers> {
  const problem = await whyNotDocker(host);
  if (problem !== undefined) return { ...NO_CONTAINERS, problem };
  const [one, other] = await Promise.all([
    host.exec(inspectContainer(openWebui.container), { timeoutMs: 8_000 }),
    host.exec(inspectContainer(paperclip.container), { timeoutMs: 8_000 }),
  ]);
  const silent = one.timedOut || other.timedOut;
  return {
    openWebui: parseContainer(one.stdout),
    paperclip: parseContainer(other.stdout),
    problem: silent ? 'Docker does not answer.' : undefined,
  };
}
