import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mask, reveal, Secret } from '../../../src/secret/secret.ts';
import { dockerRun, unreachable } from '../../../src/system/docker/creation-spec.ts';
import { askInside } from '../../../src/system/docker/inside-network.ts';
import { secretJson } from '../../../src/system/network/curl.ts';

/** The program that asks from inside a container's network, with a docker, an nsenter and a curl of the test's own. */

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inside-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const PASSWORD = 'a "quoted" $HOME `id` \\ password';

const asked = askInside('web', [
  { url: 'http://127.0.0.1:8080/x', json: secretJson({ password: new Secret(PASSWORD) }) },
]);

async function run(key: string) {
  const programs = {
    docker: `echo ${key}`,
    nsenter: `echo "nsenter $*"; while [ "$1" != -- ]; do shift; done; shift; exec "$@"`,
    curl: 'echo "curl $*"; cat',
  };
  for (const [name, program] of Object.entries(programs)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${program}\n`);
    await chmod(join(folder, name), 0o755);
  }
  const [file, ...args] = asked.argv;
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(
      file,
      args,
      { env: { PATH: `${folder}:/usr/bin:/bin` } },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
    child.stdin?.end(reveal(asked.input));
  });
}

test('curl of this machine asks in the network of the container; what it sends comes through as it is', async () => {
  const { code, stdout } = await run('/var/run/docker/netns/96f4');
  expect(code).toBe(0);
  const [enter, curl, ...request] = stdout.split('\n');
  expect(enter).toBe('nsenter --net=/var/run/docker/netns/96f4 -- curl --silent --show-error --config -');
  expect(curl).toBe('curl --silent --show-error --config -');
  const body = /^data-raw = "(.*)"$/m.exec(request.join('\n'))?.[1]?.replace(/\\(.)/g, '$1') ?? '';
  expect(JSON.parse(body)).toEqual({ password: PASSWORD });
});

test('a container that does not run is not asked, and this machine is not asked in its place', async () => {
  const { code, stdout, stderr } = await run('');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe('The container web does not run.\n');
});

test('no secret is on the command line or shown', () => {
  expect(asked.argv).toEqual(['sh', '-s', '--', 'web']);
  expect(mask(asked.input)).not.toContain('quoted');
});

test('an unreachable container has no network at all, and does not come back by itself', () => {
  const published = {
    name: 'web',
    image: 'web:1',
    publish: ['127.0.0.1:80:80'],
    volumes: ['/data:/data'],
    envFile: '/web.env',
    labels: {},
    restart: 'always',
  };
  expect(dockerRun(unreachable(published)).join(' ')).toBe(
    'docker run -d --name web --network none --restart no -v /data:/data --env-file /web.env web:1',
  );
  expect(dockerRun(published).join(' ')).toBe(
    'docker run -d --name web --restart always -p 127.0.0.1:80:80 -v /data:/data --env-file /web.env web:1',
  );
});
