import { type Argv, type ExecOptions, type ExecResult, type Host, HostError } from '../host/host.ts';
import {
  type Container,
  containerLog,
  inspectBridge,
  inspectContainer,
  parseBridgeAddress,
  parseContainer,
} from '../system/docker/docker.ts';
import { object, parseJson, text } from '../system/formats/json.ts';
import { LIST_ADDRESSES, parseAddresses } from '../system/network/addresses.ts';
import { isThere, parseUnits, showUnits } from '../system/services/systemd.ts';

/** The label on every container that the wizard makes: what carries it may be recreated, what does not is left alone. */
export const OURS = 'otto-install';

export function isOurs(container: Container): boolean {
  return OURS in container.labels;
}

/** How many lines of a container's log are worth showing. */
const LOG_LINES = 12;
const LONGEST = 160;

/**
 * Asks Docker something. Throws HostError when Docker is stopped: systemd would start it for the question (docker.socket;
 * facts: docker-ufw, trap 9), and looking must change nothing.
 */
export async function askDocker(host: Host, argv: Argv, options?: ExecOptions): Promise<ExecResult> {
  const { stdout } = await host.exec(showUnits(SERVICE));
  const service = parseUnits(stdout, [SERVICE])[SERVICE];
  if (isThere(service) && (service.active === 'inactive' || service.active === 'failed'))
    throw new HostError('Docker is stopped, so its containers cannot be checked.');
  return host.exec(argv, options);
}

const SERVICE = 'docker.service';

/** The container of this name; undefined when there is none, or no Docker that could say so. */
export async function lookAtContainer(host: Host, name: string): Promise<Container | undefined> {
  const { stdout } = await askDocker(host, inspectContainer(name));
  return parseContainer(stdout);
}

/**
 * The address at which containers reach this machine: the gateway of Docker's default network or, where Docker does not
 * name it (20.10 after its first start), docker0's own. Undefined without one.
 */
export async function lookAtBridge(host: Host): Promise<string | undefined> {
  const [network, addresses] = await Promise.all([askDocker(host, inspectBridge), host.exec(LIST_ADDRESSES)]);
  return (
    parseBridgeAddress(network.stdout) ??
    parseAddresses(addresses.stdout).find((entry) => entry.interface === 'docker0' && entry.family === 4)
      ?.address
  );
}

/** The last lines that a container wrote since its last start, oldest first, without empty ones. */
export async function lastLines(host: Host, container: Container): Promise<readonly string[]> {
  const { stdout, stderr } = await host.exec(containerLog(container, LOG_LINES));
  return `${stdout}\n${stderr}`
    .split('\n')
    .map((line) => readable(line.trim()))
    .filter((line) => line !== '');
}

/** Programs that log JSON say what they mean in one of its fields. */
function readable(line: string): string {
  const entry = object(parseJson(line));
  const message = text(entry.msg) || text(entry.message) || line;
  return message.length <= LONGEST ? message : `${message.slice(0, LONGEST - 1)}…`;
}

/** 'has been running for 40 s', 'exited with code 137: out of memory': a container's state, to an operator. */
export function describe(container: Container, nowMs: number): string {
  if (container.restarting) return `restarts again and again (exit code ${container.exitCode})`;
  if (container.status === 'running') {
    const seconds = Math.round((nowMs - (container.startedMs ?? nowMs)) / 1000);
    return `has been running for ${seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`}`;
  }
  if (container.status === 'created')
    return `was created but never ran${container.error === '' ? '' : `: ${container.error}`}`;
  const why = container.outOfMemory
    ? ': out of memory'
    : container.error === ''
      ? ''
      : `: ${container.error}`;
  return `${container.status} with code ${container.exitCode}${why}`;
}
