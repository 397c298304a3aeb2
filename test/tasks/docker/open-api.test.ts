import { expect, test } from 'vitest';
import type { Host } from '../../../src/host/host.ts';
import { judgeOpenApi, lookForOpenApi } from '../../../src/tasks/docker/open-api.ts';

const UNIT = '/usr/sbin/dockerd -H fd://';
const API = '{"Platform":{"Name":""},"Version":"20.10.24","ApiVersion":"1.41"}';

/** A machine on which dockerd holds these ports; what answers on each. */
function machine(ports: Readonly<Record<string, string>>, settings = '{}'): Host {
  const lines = Object.keys(ports).map(
    (at) => `LISTEN 0      4096         ${at}      0.0.0.0:*    users:(("dockerd",pid=71,fd=4))`,
  );
  return {
    exec: async () => ({ exitCode: 0, stdout: `${lines.join('\n')}\n`, stderr: '' }),
    readFile: async () => settings,
    fetch: async (url: string) => {
      const at = new URL(url).host;
      const body = ports[at] ?? ports[at.replace('127.0.0.1', '0.0.0.0')];
      return body === undefined || body === ''
        ? { ok: false, failure: 'timeout', detail: '3 s', durationMs: 3_000 }
        : { ok: true, status: 200, headers: {}, body, durationMs: 1 };
    },
  } as unknown as Host;
}

test.each<[string, Host, string]>([
  ['no port of its own', machine({}), UNIT],
  [
    'a port that a container publishes, which it holds without docker-proxy',
    machine({ '127.0.0.1:3000': '<!doctype html>' }),
    UNIT,
  ],
  ['such a port of a container that keeps silent', machine({ '127.0.0.1:3000': '' }), UNIT],
  ['its metrics', machine({ '0.0.0.0:9323': '404 page not found' }), UNIT],
  [
    'its API for those who have a certificate',
    machine({ '0.0.0.0:2376': 'Client sent an HTTP request to an HTTPS server.' }, '{"tlsverify": true}'),
    UNIT,
  ],
])('healthy: %s', async (_, host, daemon) => {
  expect(judgeOpenApi(await lookForOpenApi(host, daemon))).toEqual([]);
});

test.each<[string, Host, string, string]>([
  [
    'to everybody',
    machine({ '127.0.0.1:3000': 'x', '0.0.0.0:2375': API }),
    `${UNIT} -H tcp://0.0.0.0:2375`,
    '0.0.0.0:2375',
  ],
  ['to everybody on this machine', machine({ '127.0.0.1:2375': API }), UNIT, '127.0.0.1:2375'],
  [
    'behind TLS that asks nobody who he is',
    machine({ '0.0.0.0:2376': 'Client sent an HTTP request to an HTTPS server.' }),
    UNIT,
    '0.0.0.0:2376',
  ],
])('its API is open %s', async (_, host, daemon, at) => {
  const [finding] = judgeOpenApi(await lookForOpenApi(host, daemon));
  expect(finding).toMatchObject({ code: 'docker-takes-commands-from-anyone' });
  expect(finding?.evidence).toContain(`takes commands on ${at}`);
});
