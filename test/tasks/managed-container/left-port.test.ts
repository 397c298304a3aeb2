import { expect, test } from 'vitest';
import type { NamedContainer } from '../../../src/system/docker/docker.ts';
import { OURS } from '../../../src/tasks/containers.ts';
import { freePort, leftPortOf } from '../../../src/tasks/managed-container/left-port.ts';
import { container, NOW } from '../containers.ts';

const one = (
  name: string,
  minutes: number,
  more: Partial<NamedContainer> & { readonly port?: number; readonly ours?: boolean } = {},
): NamedContainer => {
  const { port = 0, ours = true, ...rest } = more;
  return {
    ...container({
      image: `ghcr.io/x/${name}:main`,
      labels: ours ? { [OURS]: name } : {},
      startedMs: NOW - minutes * 60_000,
      published: port === 0 ? [] : [{ address: '127.0.0.1', hostPort: port, containerPort: 8080 }],
      mounts: [],
    }),
    name,
    ...rest,
  } as NamedContainer;
};
const theirs = { ours: false };

test.each<[string, string, readonly NamedContainer[], readonly string[] | undefined]>([
  ['a program of somebody’s', 'grafana', [], undefined],
  ['the docker-proxy of a container', 'docker-proxy', [one('web', 1, { port: 8080 })], undefined],
  ['of one that is paused', 'docker-proxy', [one('web', 1, { port: 8080, status: 'paused' })], undefined],
  ['of none, where nothing runs', 'docker-proxy', [one('old', 90, { ...theirs, status: 'exited' })], []],
  ['of none, beside ours of a minute ago', 'docker-proxy', [one('paperclip', 1, { port: 3000 })], []],
  ['of none, beside ours in use', 'docker-proxy', [one('paperclip', 60, { port: 3000 })], ['paperclip']],
  [
    'of none, beside a look of ours',
    'docker-proxy',
    [one('open-webui', 1, { ...theirs, autoRemove: true })],
    [],
  ],
  [
    'of none, beside a job of somebody’s',
    'docker-proxy',
    [one('job', 1, { ...theirs, autoRemove: true })],
    ['job'],
  ],
  ['of none, beside somebody’s', 'docker-proxy', [one('shop', 1, theirs)], ['shop']],
  [
    'of none, beside a paused one',
    'docker-proxy',
    [one('shop', 1, { ...theirs, status: 'paused' })],
    ['shop'],
  ],
])('%s', (_, holder, containers, disturbed) => {
  expect(leftPortOf(containers, { port: 8080, holder, now: NOW })?.disturbed).toEqual(disturbed);
});

test('what ran before answers again before the port is called free', () => {
  const containers = [
    one('open-webui', 60, { port: 8081 }),
    one('paperclip', 1, { status: 'exited' }),
    one('shop', 1, { ...theirs, port: 9000 }),
  ];
  const left = leftPortOf(containers, { port: 8080, holder: 'docker-proxy', now: NOW });
  const argvs = (left === undefined ? [] : freePort(left).actions).map((action) =>
    action.kind === 'run' ? `${action.argv[0]} ${action.argv.at(-1)}` : '',
  );
  expect(argvs).toEqual([
    'systemctl docker.socket',
    'systemctl docker.service',
    'curl http://127.0.0.1:8081/',
  ]);
});
