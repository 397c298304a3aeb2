import type { Host } from '../../host/host.ts';
import {
  isOpenToOthers,
  LIST_LISTENERS,
  type Listener,
  parseListeners,
} from '../../system/network/sockets.ts';
import { found } from '../finding.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** A port on which Docker's daemon does what it is told, by whoever connects. */
export interface OpenApi {
  /** '0.0.0.0:2375' */
  readonly at: string;
  /** Also from other machines, as far as no firewall is in the way. */
  readonly toOthers: boolean;
  /** Where it is told to: a file of settings, or the words of its unit. */
  readonly where: string;
}

const SETTINGS = '/etc/docker/daemon.json';
const UNIT = 'docker.service';

/** `daemon`: the words with which it was started. Read from what runs, and not from what is written somewhere. */
export async function lookForOpenApi(host: Host, daemon: string): Promise<OpenApi | undefined> {
  const { stdout } = await host.exec(LIST_LISTENERS);
  const held = parseListeners(stdout).filter(({ holders }) => holders.some(({ name }) => name === 'dockerd'));
  const asked = await Promise.all(held.map((listener) => takesCommands(host, listener)));
  const listener = held.find((_, index) => asked[index]);
  if (listener === undefined) return undefined;
  const settings = (await host.readFile(SETTINGS).catch(() => undefined)) ?? '';
  // With certificates of clients it asks who they are.
  if (/--tlsverify\b(?!=false)/.test(daemon) || /"tlsverify"\s*:\s*true/.test(settings)) return undefined;
  return {
    at: `${listener.address}:${listener.port}`,
    toOthers: isOpenToOthers(listener),
    where: /tcp:\/\//.test(daemon) ? `the words of its unit (systemctl cat ${UNIT})` : SETTINGS,
  };
}

/**
 * Whether Docker's API is behind a port of dockerd's. Without docker-proxy dockerd itself holds the ports that containers publish, and
 * it listens for its metrics and for a swarm. One with TLS of its own says so to a plain request.
 */
async function takesCommands(host: Host, { address, port }: Listener): Promise<boolean> {
  const everywhere = ['0.0.0.0', '*', '::'].includes(address);
  const name = everywhere ? '127.0.0.1' : address.includes(':') ? `[${address}]` : address;
  const answer = await host.fetch(`http://${name}:${port}/version`, { timeoutMs: 3_000 });
  return (
    answer.ok && (/"ApiVersion"/.test(answer.body) || /HTTP request to an HTTPS server/.test(answer.body))
  );
}

/** Pure. */
export function judgeOpenApi(api: OpenApi | undefined): readonly Finding[] {
  if (api === undefined) return [];
  return [
    found(FINDINGS['docker-takes-commands-from-anyone'], {
      evidence: `Docker takes commands on ${api.at} without asking who sends them, as ${api.where} says.`,
      values: { toOthers: api.toOthers, inUnit: api.where !== SETTINGS },
    }),
  ];
}
