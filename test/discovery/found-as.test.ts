import { describe, expect, test } from 'vitest';
import { layout } from '../../src/answers/layout.ts';
import { judgeFoundHermes } from '../../src/discovery/found-hermes.ts';
import { chooseOpenWebui } from '../../src/discovery/found-open-webui.ts';
import { foundAs } from '../../src/discovery/judge.ts';
import type { ServiceState } from '../../src/system/services/systemd-show.ts';
import { containerOfProcess, isOpenWebui } from '../../src/tasks/all-containers.ts';
import { answersWith } from '../tasks/answers.ts';
import { named } from '../tasks/containers.ts';
import { healthyHermes } from '../tasks/hermes-service/facts.ts';

const at = (hostPort: number) => [{ address: '127.0.0.1', hostPort, containerPort: 8080 }];

describe('Open WebUI is the container that works, whatever it is called', () => {
  const usual = named('open-webui', { published: at(8080) });
  const renamed = named('openwebui', { published: at(8080) });
  const compose = named('web-openwebui-1', { published: at(3001), project: 'web' });
  const other = { status: 'running', image: 'postgres:16' } as const;

  test('of the usual name, as before', () => {
    expect(chooseOpenWebui([named('db', other), usual], [8080])).toEqual({ container: usual, as: undefined });
    expect(chooseOpenWebui([named('db', other)], [])).toBeUndefined();
  });

  test('of the usual name on another port: taken over there only where visitors are led there', () => {
    const moved = named('open-webui', { published: at(3000) });
    expect(chooseOpenWebui([moved], [3000])).toMatchObject({ as: { container: 'open-webui', port: 3000 } });
    expect(chooseOpenWebui([moved], [8080])).toMatchObject({ as: undefined });
  });

  test('renamed, and of a compose project on another port', () => {
    expect(chooseOpenWebui([renamed], [8080])).toMatchObject({ as: { container: 'openwebui', port: 8080 } });
    expect(chooseOpenWebui([compose], [3001])).toMatchObject({
      as: { container: 'web-openwebui-1', port: 3001, project: 'web' },
    });
  });

  test('one that is down keeps its name: what works beside it is not this Otto’s for that', () => {
    const down = { ...usual, status: 'exited' as const, published: [] };
    const old = named('open-webui-old', { published: at(8080) });
    expect(chooseOpenWebui([down, old], [8080])).toMatchObject({
      container: { name: 'open-webui' },
      as: undefined,
    });
  });

  test('another program of that name is not it', () => {
    const stranger = named('open-webui', { image: 'nginx:1', published: at(8080) });
    expect(chooseOpenWebui([stranger, compose], [3001])).toMatchObject({
      as: { container: 'web-openwebui-1' },
    });
    expect(chooseOpenWebui([stranger], [])).toMatchObject({
      container: { name: 'open-webui' },
      as: undefined,
    });
  });

  test('of several the one that visitors see; where nothing tells, none', () => {
    const second = named('webui-test', { published: at(3002) });
    expect(chooseOpenWebui([compose, second], [3002])).toMatchObject({ as: { container: 'webui-test' } });
    expect(chooseOpenWebui([compose, second], [])).toEqual({ among: ['web-openwebui-1', 'webui-test'] });
  });

  test('what otto-install keeps or makes for a while is none', () => {
    expect(chooseOpenWebui([named('open-webui-before'), named('open-webui-claim')], [])).toBeUndefined();
  });

  test('by its image, of a mirror too, or by where it keeps its data', () => {
    expect(isOpenWebui(named('a', { image: 'registry.example/ai/open-webui:0.12' }))).toBe(true);
    expect(isOpenWebui(named('a', { image: 'open-webui-pipelines:1' }))).toBe(false);
    // A look runs Python in it for a moment; somebody's own that is removed when it ends offers a port.
    const forAMoment = { image: 'ghcr.io/open-webui/open-webui:main', autoRemove: true };
    expect(isOpenWebui(named('pedantic_blackburn', { ...forAMoment, bound: [] }))).toBe(false);
    const bound = [{ address: '127.0.0.1', hostPort: 8080, containerPort: 8080 }];
    expect(isOpenWebui(named('web', { ...forAMoment, bound }))).toBe(true);
    const mounts = [{ source: '/srv/x', target: '/app/backend/data' }];
    expect(isOpenWebui(named('a', { image: 'our-webui:3', mounts }))).toBe(true);
  });

  test('a process is in the container that its cgroup names', () => {
    const [one, two] = [named('a', { id: 'a'.repeat(64) }), named('b', { id: 'b'.repeat(64) })];
    const cgroup = `0::/system.slice/docker-${'b'.repeat(64)}.scope\n`;
    expect(containerOfProcess([one, two], cgroup)?.name).toBe('b');
    expect(containerOfProcess([one, two], '0::/system.slice/nginx.service\n')).toBeUndefined();
  });
});

describe('Hermes is the one that the unit runs', () => {
  const moved: ServiceState = {
    ...healthyHermes.service,
    directory: '/srv/hermes/hermes-agent',
    command: ['/srv/hermes/hermes-agent/venv/bin/python', '-m', 'hermes_cli.main', 'gateway', 'run'],
    environment: { HOME: '/home/cleo', HERMES_HOME: '/srv/hermes' },
  };
  const evidence = {
    service: moved,
    homeOfUser: '/home/cleo',
    python: true,
    hasState: true,
    answers: true,
    usualCode: false,
  };
  const folders = {
    home: '/srv/hermes',
    checkout: '/srv/hermes/hermes-agent',
    venv: '/srv/hermes/hermes-agent/venv',
  };

  test('moved by its unit: its folders are taken over, and every path follows', () => {
    expect(judgeFoundHermes('cleo', evidence)).toEqual(folders);
    const clues = foundAs({ openWebuiAs: undefined, hermesAs: folders });
    expect(clues.hermesHome).toEqual({ value: '/srv/hermes', where: 'hermes-gateway.service' });
    const { hermes } = layout(
      answersWith({ hermesHome: folders.home, hermesCheckout: folders.checkout, hermesVenv: folders.venv }),
    );
    expect(hermes.envFile).toBe('/srv/hermes/.env');
    expect(hermes.lock).toBe('/srv/hermes/gateway.lock');
    expect(hermes.python).toBe('/srv/hermes/hermes-agent/venv/bin/python');
  });

  test.each([
    ['at the usual place', { service: healthyHermes.service }],
    ['as root', { service: { ...moved, user: '' } }],
    ['of another user', { service: { ...moved, user: 'bob' } }],
    ['whose interpreter is gone', { python: false }],
    ['whose folder holds nothing that a Hermes leaves', { hasState: false }],
    ['that is silent, beside code at the usual place', { answers: false, usualCode: true }],
    ['that is no gateway', { service: { ...moved, command: ['/srv/x/bin/python', 'worker.py'] } }],
  ])('one %s is not another place', (_, changes) => {
    expect(judgeFoundHermes('cleo', { ...evidence, ...changes })).toBeUndefined();
  });

  test('one that is stopped, with nothing at the usual place, is still where it is', () => {
    expect(judgeFoundHermes('cleo', { ...evidence, answers: false })).toEqual(folders);
  });
});
