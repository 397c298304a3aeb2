import { expect, test } from 'vitest';
import { parseFlocks, parseOpeners } from '../../../src/system/services/file-locks.ts';
import { isHermesGateway, parseProcesses } from '../../../src/system/services/processes.ts';
import { parseService, parseTimeSpan } from '../../../src/system/services/systemd-show.ts';

/** Captured from systemd 252. */
const SHOWN = `Restart=always
TimeoutStopUSec=3min 30s
MainPID=1722
Result=success
NRestarts=2
ExecMainStartTimestamp=@1795369123
ExecMainStatus=0
ExecStart={ path=/home/cleo/.hermes/hermes-agent/venv/bin/python ; argv[]=/home/cleo/.hermes/hermes-agent/venv/bin/python -m hermes_cli.main gateway run ; ignore_errors=no ; start_time=[@1795369123] ; stop_time=[n/a] ; pid=1722 ; code=(null) ; status=0/0 }
Environment=HOME=/home/cleo HERMES_HOME=/home/cleo/.hermes
EnvironmentFiles=/etc/hermes/keys.env (ignore_errors=no)
EnvironmentFiles=/etc/hermes more.env (ignore_errors=yes)
WorkingDirectory=/home/cleo/.hermes/hermes-agent
User=cleo
KillMode=mixed
LoadState=loaded
ActiveState=active
SubState=running
FragmentPath=/etc/systemd/system/hermes-gateway.service
DropInPaths=/etc/systemd/system/hermes-gateway.service.d/otto-install.conf
UnitFileState=enabled
NeedDaemonReload=no
RestartPreventExitStatus=78
RestartForceExitStatus=75
NoNewPrivileges=no
ProtectSystem=no
SystemCallFilter=~
`;

test('a service as systemd shows it', () => {
  expect(parseService(SHOWN)).toEqual({
    load: 'loaded',
    active: 'active',
    sub: 'running',
    file: 'enabled',
    pid: 1722,
    startedMs: 1_795_369_123_000,
    environmentFiles: ['/etc/hermes/keys.env', '/etc/hermes more.env'],
    restarts: 2,
    result: 'success',
    exitStatus: 0,
    needsReload: false,
    path: '/etc/systemd/system/hermes-gateway.service',
    dropIns: ['/etc/systemd/system/hermes-gateway.service.d/otto-install.conf'],
    user: 'cleo',
    directory: '/home/cleo/.hermes/hermes-agent',
    command: ['/home/cleo/.hermes/hermes-agent/venv/bin/python', '-m', 'hermes_cli.main', 'gateway', 'run'],
    restart: 'always',
    killMode: 'mixed',
    stopTimeoutMs: 210_000,
    environment: { HOME: '/home/cleo', HERMES_HOME: '/home/cleo/.hermes' },
    preventsRestart: ['78'],
    forcesRestart: ['75'],
    sandboxing: { noNewPrivileges: false, protectSystem: 'no', filtersCalls: false },
  });
});

test('a unit that systemd does not know', () => {
  expect(parseService('LoadState=not-found\nActiveState=inactive\n')).toMatchObject({
    load: 'not-found',
    active: 'inactive',
    startedMs: undefined,
    command: [],
  });
});

test.each([
  ['nothing', ''],
  ['garbage', '\u001b[31mÿþ 4 8 15\nÄ=\u0000'],
  ['no state', 'ActiveState=active\nLoadState=\n'],
])('systemd says %s: that is not read as a unit that is absent', (_, output) => {
  expect(() => parseService(output)).toThrow('systemctl did not say');
});

test.each([
  ['3min 30s', 210_000],
  ['1min 30s', 90_000],
  ['5s', 5_000],
  ['100ms', 100],
  ['infinity', Number.POSITIVE_INFINITY],
])('%s', (text, ms) => expect(parseTimeSpan(text)).toBe(ms));

test('who has a file open, and who holds a flock', () => {
  expect(parseOpeners('/proc/1722/fd/3\n/proc/1722/fd/9\n/proc/40/fd/1\n')).toEqual([1722, 40]);
  expect(
    parseFlocks(
      '1: FLOCK  ADVISORY  WRITE 1722 00:2f:567 0 EOF\n2: POSIX  ADVISORY  WRITE 40 00:2f:568 0 EOF\n',
    ),
  ).toEqual([1722]);
});

test('processes as ps shows them', () => {
  const line =
    '   4711 cleo                             Sun Nov  1 17:01:04 2026 /home/cleo/x/python -m hermes_cli.main gateway run\n';
  expect(parseProcesses(line)).toEqual([
    {
      pid: 4711,
      user: 'cleo',
      since: 'Sun Nov 1 17:01:04 2026',
      command: '/home/cleo/x/python -m hermes_cli.main gateway run',
    },
  ]);
});

test.each([
  ['python -m hermes_cli.main gateway run', true],
  ['python -m hermes_cli.main --profile x gateway run --replace', true],
  ['/home/cleo/.local/bin/hermes gateway run', true],
  ['python -m http.server 8642', false],
  ['python -m hermes_cli.main chat', false],
])('%s is a gateway: %s', (command, is) => expect(isHermesGateway(command)).toBe(is));
