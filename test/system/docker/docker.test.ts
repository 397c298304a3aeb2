import { describe, expect, test } from 'vitest';
import { dockerRun } from '../../../src/system/docker/creation-spec.ts';
import {
  bridgeInterface,
  containerLog,
  openToOthers,
  parseBridgeAddress,
  parseContainer,
} from '../../../src/system/docker/docker.ts';

/** `docker inspect open-webui`, Docker 20.10, shortened. */
const RUNNING = JSON.stringify([
  {
    Id: '2cd24b7141f53e1c56c1353d80d79e939ab9f80bdceaab0c269221ccc1eefda7',
    State: {
      Status: 'running',
      Running: true,
      Restarting: false,
      OOMKilled: false,
      ExitCode: 0,
      Error: '',
      StartedAt: '2026-11-22T17:43:05.889039245Z',
    },
    Image: 'sha256:88c2deea7bcaf05b7a47635ac5b016d2c7afd0fb9b50b91d6c01261abfa6b970',
    RestartCount: 0,
    HostConfig: { RestartPolicy: { Name: 'always', MaximumRetryCount: 0 } },
    Mounts: [{ Type: 'bind', Source: '/opt/cleo/open-webui', Destination: '/app/backend/data' }],
    Config: {
      Env: ['OPENAI_API_BASE_URL=http://172.17.0.1:8642/v1', 'WEBUI_SECRET_KEY=', 'A=b=c'],
      Image: 'ghcr.io/open-webui/open-webui:v0.8.12',
      Labels: { 'otto-install': 'open-webui' },
    },
    NetworkSettings: {
      Ports: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }], '9000/tcp': null },
      Networks: { bridge: { NetworkID: '36bdfae138843580', Gateway: '172.17.0.1' } },
    },
  },
]);

/** What is left when the port of a `docker run` was taken. */
const NEVER_RAN = JSON.stringify([
  {
    Id: '4f',
    State: {
      Status: 'created',
      Running: false,
      ExitCode: 128,
      Error: 'listen tcp4 127.0.0.1:8080: bind: address already in use',
      StartedAt: '0001-01-01T00:00:00Z',
    },
    Config: { Env: null, Labels: null },
    NetworkSettings: { Ports: {} },
  },
]);

describe('docker inspect', () => {
  test('a running container', () => {
    expect(parseContainer(RUNNING)).toMatchObject({
      status: 'running',
      restarting: false,
      startedMs: Date.UTC(2026, 10, 22, 17, 43, 5, 889),
      image: 'ghcr.io/open-webui/open-webui:v0.8.12',
      env: { OPENAI_API_BASE_URL: 'http://172.17.0.1:8642/v1', WEBUI_SECRET_KEY: '', A: 'b=c' },
      labels: { 'otto-install': 'open-webui' },
      mounts: [{ source: '/opt/cleo/open-webui', target: '/app/backend/data' }],
      published: [{ address: '127.0.0.1', hostPort: 8080, containerPort: 8080 }],
      networks: [{ name: 'bridge', id: '36bdfae138843580', gateway: '172.17.0.1' }],
      restartPolicy: 'always',
    });
  });

  test('a container that never ran has an error and no start', () => {
    const container = parseContainer(NEVER_RAN);
    expect(container).toMatchObject({ status: 'created', exitCode: 128, env: {}, labels: {}, published: [] });
    expect(container?.error).toContain('address already in use');
    expect(container?.startedMs).toBeUndefined();
  });

  test.each([
    ['no such container', '[]\n'],
    ['no Docker', ''],
    ['something else', '<html>'],
  ])('%s is undefined', (_, stdout) => {
    expect(parseContainer(stdout)).toBeUndefined();
  });
});

describe('the address of the bridge', () => {
  test.each([
    ['named', [{ Subnet: '172.17.0.0/16', Gateway: '172.17.0.1' }], '172.17.0.1'],
    ['moved', [{ Subnet: '172.26.0.0/16', Gateway: '172.26.0.1' }], '172.26.0.1'],
    ['with IPv6 first', [{ Gateway: 'fd00::1' }, { Gateway: '172.17.0.1' }], '172.17.0.1'],
    ['not named by Docker 20.10 after its first start', [{ Subnet: '172.17.0.0/16' }], undefined],
    ['without a bridge', null, undefined],
  ])('%s', (_, Config, address) => {
    expect(parseBridgeAddress(JSON.stringify([{ Name: 'bridge', IPAM: { Config } }]))).toBe(address);
  });

  test('nothing without Docker', () => {
    expect(parseBridgeAddress('')).toBeUndefined();
  });
});

test('a network of its own comes in over an interface named after it', () => {
  const id = '0123456789abcdef0123';
  expect(bridgeInterface({ name: 'otto_default', id, gateway: '' })).toBe('br-0123456789ab');
  expect(bridgeInterface({ name: 'bridge', id, gateway: '' })).toBe('docker0');
});

test.each([
  ['127.0.0.1', false],
  ['::1', false],
  ['0.0.0.0', true],
  ['::', true],
  ['203.0.113.10', true],
])('a port published on %s can be reached from outside: %s', (address, open) => {
  expect(openToOthers({ address, hostPort: 8080, containerPort: 8080 })).toBe(open);
});

test('docker run keeps secrets out of the command line and comes back after a reboot', () => {
  const argv = dockerRun({
    name: 'web',
    image: 'i:1',
    publish: ['127.0.0.1:8080:8080'],
    volumes: ['/a:/b'],
    restart: 'always',
    envFile: '/e',
    labels: { ours: 'yes' },
  });
  expect(argv.join(' ')).toBe(
    'docker run -d --name web --restart always --label ours=yes -p 127.0.0.1:8080:8080 -v /a:/b --env-file /e i:1',
  );
});

test('the log is read from the last start on', () => {
  const startedMs = Date.UTC(2026, 10, 22);
  expect(containerLog({ id: '0123456789abcdef', startedMs }, 5).join(' ')).toBe(
    'docker logs --tail 5 --since 2026-11-22T00:00:00.000Z 0123456789ab',
  );
  expect(containerLog({ id: '0123456789abcdef', startedMs: undefined }, 5)).not.toContain('--since');
});
