/**
 * How a scenario tells the small internet what to do: calls over a unix socket in the run directory, one JSON
 * document each. Every method of the groups below can be called from any process that may read that directory.
 */

import { chmod, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import type { AcmeControl } from './acme/acme.ts';
import type { ClaudeControl } from './claude/claude.ts';
import type { DnsControl } from './dns/dns.ts';
import type { Fault } from './faults.ts';
import type { GatesControl } from './gates.ts';
import type { GithubControl } from './github/github.ts';
import type { HostName } from './names.ts';
import type { ImagesControl } from './packages/registry.ts';
import { type RequestRecord, readRequestLog } from './request-log.ts';
import { internetDirOf } from './settings.ts';

/** What scenarios may do to whole hosts. */
export interface HostsControl {
  /** Plays a fault of one host from now on, instead of the one before. */
  play(host: HostName, fault: Fault): Promise<void>;
  /** Ends the fault of one host, or of all. */
  heal(host?: HostName): Promise<void>;
}

/** The groups of calls. */
export interface ControlGroups {
  readonly claude: ClaudeControl;
  readonly github: GithubControl;
  readonly images: ImagesControl;
  readonly acme: AcmeControl;
  readonly dns: DnsControl;
  readonly hosts: HostsControl;
  readonly gates: GatesControl;
}

/** The control of one small internet, as a scenario sees it. */
export interface Control extends ControlGroups {
  /** Everything that was asked of the stand-ins so far, complete with headers and bodies (for leak scans). */
  requests(): Promise<RequestRecord[]>;
}

const socketOf = (dir: string): string => join(dir, 'control.sock');

/** The control of the small internet whose run directory this is. A call rejects with what the other side said. */
export function control(runDir: string): Control {
  const group = <Group extends keyof ControlGroups>(name: Group): ControlGroups[Group] =>
    new Proxy({} as ControlGroups[Group], {
      // `then` must be absent: a group is no promise.
      get: (_, method) =>
        typeof method === 'string' && method !== 'then'
          ? (...args: unknown[]) => call(socketOf(internetDirOf(runDir)), { group: name, method, args })
          : undefined,
    });
  return {
    claude: group('claude'),
    github: group('github'),
    images: group('images'),
    acme: group('acme'),
    dns: group('dns'),
    hosts: group('hosts'),
    gates: group('gates'),
    requests: () => readRequestLog(internetDirOf(runDir)),
  };
}

interface Call {
  readonly group: keyof ControlGroups;
  readonly method: string;
  readonly args: readonly unknown[];
}

type Outcome = { readonly result?: unknown } | { readonly error: string };

function call(socketPath: string, what: Call): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, method: 'POST', path: '/' }, (answer) => {
      answer
        .toArray()
        .then((chunks) => JSON.parse(Buffer.concat(chunks as Buffer[]).toString('utf8')) as Outcome)
        .then((outcome) => ('error' in outcome ? reject(new Error(outcome.error)) : resolve(outcome.result)))
        .catch(reject);
    });
    sent.once('error', reject);
    sent.end(JSON.stringify(what));
  });
}

/** Listens for calls in `dir` (the small internet's own folder) and carries them out on `groups`. */
export async function serveControl(dir: string, groups: ControlGroups): Promise<void> {
  const socket = socketOf(dir);
  await rm(socket, { force: true });
  const server = createServer(async (request, response) => {
    let outcome: Outcome;
    try {
      const chunks = await request.toArray();
      const what = JSON.parse(Buffer.concat(chunks as Buffer[]).toString('utf8')) as Call;
      const methods = groups[what.group] as unknown as Record<
        string,
        (...args: readonly unknown[]) => unknown
      >;
      const method = methods?.[what.method];
      if (!method) throw new Error(`the small internet has no ${what.group}.${what.method}`);
      outcome = { result: await method(...what.args) };
    } catch (error) {
      outcome = { error: error instanceof Error ? error.message : String(error) };
    }
    response.setHeader('connection', 'close').end(JSON.stringify(outcome));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve));
  await chmod(socket, 0o600);
}
