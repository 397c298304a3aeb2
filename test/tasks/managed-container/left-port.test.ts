import { expect, test } from 'vitest';
import type { Host } from '../../../src/host/host.ts';
import { OURS } from '../../../src/tasks/containers.ts';
import { lookAtLeftPort } from '../../../src/tasks/managed-container/left-port.ts';

const NOW = Date.UTC(2026, 11, 1, 15);
const one = (name: string, minutes: number, { port = 0, ours = true, rm = false } = {}) => ({
  Id: Buffer.from(name).toString('hex').padEnd(64, '0'),
  Name: `/${name}`,
  Image: 'sha256:1',
  State: {
    Status: 'running',
    Running: true,
    StartedAt: new Date(NOW - minutes * 60_000).toISOString(),
  },
  Config: { Image: `ghcr.io/x/${name}:main`, Labels: ours ? { [OURS]: name } : {} },
  HostConfig: { AutoRemove: rm, RestartPolicy: { Name: 'always' } },
  NetworkSettings: {
    Ports: port === 0 ? {} : { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] },
    Networks: {},
  },
  Mounts: [],
});

const UNIT =
  'Id=docker.service\nNames=docker.service\nLoadState=loaded\nActiveState=active\nSubState=running\nUnitFileState=enabled\n';

const on = (...containers: readonly ReturnType<typeof one>[]): Host =>
  ({
    now: () => NOW,
    exec: async (argv: readonly string[]) => ({
      exitCode: 0,
      stdout:
        argv[1] === 'ps'
          ? containers.map(({ Id }) => `${Id}\n`).join('')
          : argv[1] === 'inspect'
            ? JSON.stringify(containers)
            : UNIT,
      stderr: '',
    }),
  }) as never;

test.each([
  ['a program of somebody’s', 'grafana', on(), undefined],
  ['the docker-proxy of a container', 'docker-proxy', on(one('web', 1, { port: 8080 })), undefined],
  ['of none, where nothing runs', 'docker-proxy', on(), []],
  ['of none, beside ours of a minute ago', 'docker-proxy', on(one('paperclip', 1, { port: 3000 })), []],
  ['of none, beside ours in use', 'docker-proxy', on(one('paperclip', 60, { port: 3000 })), ['paperclip']],
  ['of none, beside a look of ours', 'docker-proxy', on(one('open-webui', 1, { ours: false, rm: true })), []],
  [
    'of none, beside a program of somebody’s',
    'docker-proxy',
    on(one('job', 1, { ours: false, rm: true })),
    ['job'],
  ],
  ['of none, beside somebody’s', 'docker-proxy', on(one('shop', 1, { ours: false })), ['shop']],
])('%s', async (_, holder, host, disturbed) => {
  expect((await lookAtLeftPort(host, 8080, holder))?.disturbed).toEqual(disturbed);
});
