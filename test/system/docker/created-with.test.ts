import { expect, test } from 'vitest';
import { overridesOf, processOf } from '../../../src/system/docker/created-with.ts';
import {
  connections,
  likeContainer,
  runWords,
  unreachable,
} from '../../../src/system/docker/creation-spec.ts';
import { parseContainer } from '../../../src/system/docker/docker.ts';
import { recreateContainer } from '../../../src/system/docker/recreate.ts';

const ID = '0123456789abcdef';
const PLAIN = {
  Id: ID,
  Name: '/open-webui',
  Image: 'sha256:1',
  Config: { Hostname: ID.slice(0, 12), Labels: {} },
  HostConfig: {
    NetworkMode: 'default',
    // What Docker writes down for a plain `docker run`.
    RestartPolicy: { Name: 'always', MaximumRetryCount: 0 },
    ShmSize: 67_108_864,
    IpcMode: 'private',
    Runtime: 'runc',
    LogConfig: { Type: 'json-file', Config: {} },
    Memory: 0,
    MemorySwap: 0,
    OomScoreAdj: 0,
    Tmpfs: null,
    Ulimits: null,
    CapAdd: null,
    PidsLimit: null,
    Devices: [],
    DeviceRequests: null,
    Dns: [],
    UsernsMode: '',
  },
  NetworkSettings: { Networks: { bridge: { NetworkID: 'b', IPAMConfig: null, Aliases: null } } },
};

/** The words of the new container that the old one's `changed` leads to. */
function made(changed: { readonly [part: string]: object }) {
  const inspected = Object.fromEntries(
    Object.entries({ ...PLAIN, ...changed }).map(([part, value]) => {
      const plain = PLAIN[part as keyof typeof PLAIN];
      return [part, typeof plain === 'object' ? { ...plain, ...(value as object) } : value];
    }),
  );
  const container = parseContainer(JSON.stringify([inspected]));
  if (container === undefined) throw new Error('no container');
  return likeContainer(container, {
    name: 'open-webui',
    envFile: '/e',
    labels: { ours: 'yes' },
    port: { inside: 8080, at: '127.0.0.1:8080' },
  });
}
const wordsOf = (changed: { readonly [part: string]: object }) => runWords(made(changed)).join(' ');
const USUAL = '-d --name open-webui --restart always --label ours=yes -p 127.0.0.1:8080:8080';
const END = '--env-file /e sha256:1';

test('a container of a plain docker run needs nothing else', () => {
  expect(wordsOf({})).toBe(`${USUAL} ${END}`);
});

test.each([
  ['processors', { NanoCpus: 1_500_000_000 }, '--cpus 1.5'],
  ['memory and swap', { Memory: 1e9, MemorySwap: -1 }, '--memory-swap -1 --memory 1000000000'],
  ['memory alone', { Memory: 1e9, MemorySwap: 2e9 }, '--memory 1000000000'],
  ['processes', { PidsLimit: 200 }, '--pids-limit 200'],
  ['shared memory', { ShmSize: 1e9 }, '--shm-size 1000000000'],
  ['files', { Ulimits: [{ Name: 'nofile', Soft: 1024, Hard: 4096 }] }, '--ulimit nofile=1024:4096'],
  ['rights', { CapAdd: ['NET_ADMIN'], CapDrop: ['ALL'] }, '--cap-add NET_ADMIN --cap-drop ALL'],
  ['no new rights', { SecurityOpt: ['no-new-privileges'] }, '--security-opt no-new-privileges'],
  ['all rights', { Privileged: true, Init: true }, '--privileged --init'],
  [
    'a file system that is read only',
    { ReadonlyRootfs: true, Tmpfs: { '/tmp': 'size=9m' } },
    '--read-only --tmpfs /tmp:size=9m',
  ],
  [
    'a device',
    { Devices: [{ PathOnHost: '/dev/a', PathInContainer: '/dev/b', CgroupPermissions: 'r' }] },
    '--device /dev/a:/dev/b:r',
  ],
  ['graphics', { DeviceRequests: [{ Count: -1, Capabilities: [['gpu']] }] }, '--gpus all'],
  [
    'DNS',
    { Dns: ['1.1.1.1'], DnsSearch: ['x.example'], DnsOptions: ['ndots:1'] },
    '--dns 1.1.1.1 --dns-search x.example --dns-option ndots:1',
  ],
  [
    'a limit of the log',
    { LogConfig: { Type: 'json-file', Config: { 'max-size': '10m' } } },
    '--log-driver json-file --log-opt max-size=10m',
  ],
  ['another log', { LogConfig: { Type: 'journald', Config: {} } }, '--log-driver journald'],
  [
    'groups and kernel settings',
    { GroupAdd: ['video'], Sysctls: { 'net.core.somaxconn': '9' } },
    '--group-add video --sysctl net.core.somaxconn=9',
  ],
])('comes along: %s', (_, HostConfig, words) => {
  expect(wordsOf({ HostConfig })).toBe(`${USUAL} ${words} ${END}`);
});

test('its host name, its time to stop, and how often it is restarted come along', () => {
  expect(
    wordsOf({
      Config: { Hostname: 'chat', StopTimeout: 90 },
      HostConfig: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 5 } },
    }),
  ).toBe(
    `-d --name open-webui --restart on-failure:5 --label ours=yes -p 127.0.0.1:8080:8080 --hostname chat --stop-timeout 90 ${END}`,
  );
});

test('all labels come along but those of its image', () => {
  const Labels = {
    'com.centurylinklabs.watchtower.enable': 'false',
    'org.opencontainers.image.version': '1',
  };
  expect(wordsOf({ Config: { Labels } })).toContain(
    '--label com.centurylinklabs.watchtower.enable=false --label ours=yes',
  );
});

test('what may be a secret is said on no command line', () => {
  const hash = 'ann:$apr1$x$y';
  const Labels = {
    'traefik.http.middlewares.a.basicauth.users': hash,
    'traefik.http.middlewares.b.forwardauth.address': 'http://authelia:9091/api/verify',
    'client.api-token': 'Xk39!secret-value',
  };
  const LogConfig = {
    Type: 'splunk',
    Config: { 'splunk-token': 'B5A79AAD-D822', 'splunk-url': 'https://s:8088' },
  };
  const spec = made({ Config: { Labels }, HostConfig: { LogConfig } });
  const words = runWords(spec).join(' ');
  expect(words).not.toContain('apr1');
  expect(words).not.toContain('Xk39');
  expect(words).not.toContain('B5A79AAD');
  expect(words).toContain('forwardauth.address=http://authelia:9091/api/verify');
  // Docker would refuse it without its token.
  expect(words).not.toContain('splunk');
});

test('what is left out is said where the new container is made, and nothing where all comes along', () => {
  const proof = { url: 'http://127.0.0.1', expected: 'ok', patienceSeconds: 9 };
  const purposeWith = (changed: Parameters<typeof made>[0]) =>
    recreateContainer(made(changed), proof, 'Replace it', 'Open WebUI').purpose;
  const Labels = { 'basicauth.users': 'ann:$apr1$x$y', 'org.opencontainers.image.authors': 'Ann and Bob' };
  const LogConfig = { Type: 'splunk', Config: { 'splunk-token': 'B5A79AAD-D822' } };
  expect(purposeWith({ Config: { Labels, Env: ['A=b', 'PEM=x\ny'] }, HostConfig: { LogConfig } })).toBe(
    'Replace it, without the label basicauth.users (a command line would show it to everybody here), the variable PEM (an env file holds no value of several lines), the log driver splunk (a command line would show it to everybody here)',
  );
  expect(purposeWith({})).toBe('Replace it');
});

test('a port of UDP stays one, and a folder with SELinux’s label keeps that', () => {
  const words = wordsOf({
    HostConfig: {
      PortBindings: {
        '8080/tcp': [{ HostIp: '', HostPort: '8080' }],
        '53/udp': [{ HostIp: '', HostPort: '53' }],
      },
    },
    Mounts: [{ Type: 'bind', Source: '/data', Destination: '/app/backend/data', RW: true, Mode: 'Z' }],
  });
  expect(words).toContain('-p 127.0.0.1:8080:8080 -p 0.0.0.0:53:53/udp');
  expect(words).toContain('-v /data:/app/backend/data:Z');
});

const NETWORKS = {
  HostConfig: { NetworkMode: 'web_default' },
  NetworkSettings: {
    Networks: {
      web_default: { NetworkID: 'w', Aliases: [ID.slice(0, 12), 'open-webui', 'chat'] },
      proxy: { NetworkID: 'p', Aliases: ['otto'], IPAMConfig: { IPv4Address: '172.30.0.9' } },
    },
  },
};

test('it stays in all its networks, with the names and addresses that somebody chose', () => {
  const spec = made(NETWORKS);
  expect(runWords(spec).join(' ')).toContain('--network web_default --restart always');
  expect(runWords(spec).join(' ')).toContain('--network-alias chat --env-file');
  expect(connections(spec)).toEqual([['--alias', 'otto', '--ip', '172.30.0.9', 'proxy', 'open-webui']]);
});

test('where nobody may reach it, it is in none of them', () => {
  const spec = unreachable(made(NETWORKS));
  expect(runWords(spec).join(' ')).not.toMatch(/alias|172/);
  expect(connections(spec)).toEqual([]);
});

const image = processOf({
  User: '0:0',
  WorkingDir: '/app/backend',
  Cmd: ['bash', 'start.sh'],
  Healthcheck: { Test: ['CMD-SHELL', 'curl'] },
});
test.each([
  ['nothing', {}, [], []],
  ['another user', { User: '1000:1000' }, ['--user', '1000:1000'], []],
  ['another command', { Cmd: ['bash', '-x', 'start.sh'] }, [], ['bash', '-x', 'start.sh']],
  ['an entrypoint', { Entrypoint: ['tini', '--'] }, ['--entrypoint', 'tini'], ['--', 'bash', 'start.sh']],
  ['no health', { Healthcheck: { Test: ['NONE'] } }, ['--no-healthcheck'], []],
  [
    'another health',
    { Healthcheck: { Test: ['CMD-SHELL', 'true'], Interval: 5e9, Retries: 3 } },
    ['--health-cmd', 'true', '--health-interval', '5s', '--health-retries', '3'],
    [],
  ],
])('what it was told otherwise than its image: %s', (_, changed, words, behindImage) => {
  const config = {
    User: '0:0',
    WorkingDir: '/app/backend',
    Cmd: ['bash', 'start.sh'],
    Healthcheck: { Test: ['CMD-SHELL', 'curl'] },
  };
  expect(overridesOf(processOf({ ...config, ...changed }), image)).toEqual({ words, behindImage });
});
