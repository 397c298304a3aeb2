import type { ServiceState } from '../../../src/system/services/systemd-show.ts';
import type { HermesServiceFacts } from '../../../src/tasks/hermes-service/look.ts';

/** When the facts were looked at. */
export const NOW = Date.UTC(2026, 10, 22, 12);
export const PYTHON = '/home/cleo/.hermes/hermes-agent/venv/bin/python';

/** A Hermes that is as it should be, in its sandbox. */
const service: ServiceState = {
  load: 'loaded',
  active: 'active',
  sub: 'running',
  file: 'enabled',
  pid: 100,
  startedMs: NOW - 3_600_000,
  restarts: 0,
  result: 'success',
  exitStatus: 0,
  needsReload: false,
  path: '/etc/systemd/system/hermes-gateway.service',
  dropIns: [],
  user: 'cleo',
  directory: '/home/cleo/.hermes/hermes-agent',
  command: [PYTHON, '-m', 'hermes_cli.main', 'gateway', 'run'],
  restart: 'always',
  killMode: 'mixed',
  stopTimeoutMs: 210_000,
  environment: { HOME: '/home/cleo', HERMES_HOME: '/home/cleo/.hermes' },
  environmentFiles: [],
  preventsRestart: ['78'],
  forcesRestart: ['75'],
  sandboxing: { noNewPrivileges: true, protectSystem: 'strict', filtersCalls: true },
};
/** What it says to those who ask. */
export const answer = { kind: 'hermes', withKey: 200, models: ['otto'], withoutKey: 401 } as const;
export const healthyHermes: HermesServiceFacts = {
  now: NOW,
  service,
  unitOrigin: 'ours',
  pythonIsThere: true,
  directoryIsThere: true,
  unitFiles: [],
  rivals: [],
  secondUnit: undefined,
  foreignFile: undefined,
  listens: 'everywhere',
  answer,
  modelName: 'otto',
  starts: [NOW - 3_600_000],
  changes: [{ what: '/home/cleo/.hermes/.env', atMs: NOW - 7_200_000 }],
  connections: 0,
  complaints: [],
  confined: true,
  portRules: 'loaded',
  sshPorts: [22],
  key: undefined,
};
