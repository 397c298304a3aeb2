import { describe, expect, test } from 'vitest';
import type { Action } from '../../../src/engine/contracts/action.ts';
import type { Host } from '../../../src/host/host.ts';
import { reveal } from '../../../src/secret/secret.ts';
import { branchLeft, parseReflog } from '../../../src/system/git/reflog.ts';
import type { ServiceState } from '../../../src/system/services/systemd-show.ts';
import { meaningsIn } from '../../../src/tasks/hermes-service/complaints.ts';
import { hermesServiceTask } from '../../../src/tasks/hermes-service/index.ts';
import type { HermesServiceFacts } from '../../../src/tasks/hermes-service/look.ts';
import type { Rival, SecondUnit } from '../../../src/tasks/hermes-service/rivals.ts';
import { healthyWithThis, saltedHash } from '../../../src/tasks/last-healthy.ts';
import { answersWith } from '../answers.ts';
import { named } from '../containers.ts';
import { answer, healthyHermes as healthy, NOW, PYTHON } from './facts.ts';

const { service } = healthy;
const silent = { answer: { kind: 'none', why: 'refused' } as const, listens: 'nowhere' as const };
const judge = (facts: Partial<HermesServiceFacts>) =>
  hermesServiceTask.judge({ ...healthy, ...facts }, answersWith());
const codes = (facts: Partial<HermesServiceFacts>) => judge(facts).map(({ code }) => code);
const commands = (actions: readonly Action[] = []) =>
  actions.map((action) =>
    'argv' in action ? action.argv.join(' ') : action.kind === 'write-file' ? action.path : '',
  );
const inState = (changes: Partial<ServiceState>) => ({ service: { ...service, ...changes } });

test('healthy: nothing to do', () => expect(judge({})).toEqual([]));

test('a fresh machine: unit, reload, enable, start, unasked', () => {
  const findings = judge({
    ...silent,
    ...inState({ load: 'not-found', active: 'inactive', sub: 'dead', startedMs: undefined, command: [] }),
    unitOrigin: 'absent',
    pythonIsThere: false,
    starts: [],
    changes: [],
  });
  const actions = findings.flatMap(({ fixes }) => fixes[0]?.actions ?? []);
  expect(commands(actions)).toEqual([
    'mkdir -p -- /etc/systemd/system/hermes-gateway.service.d',
    '/etc/systemd/system/hermes-gateway.service.d/otto-ports.nft',
    '/etc/systemd/system/hermes-gateway.service.d/10-otto-sandbox.conf',
    '/etc/systemd/system/hermes-gateway.service',
    'systemctl daemon-reload',
    'systemctl enable hermes-gateway.service',
    'systemctl start hermes-gateway.service',
  ]);
  expect(findings.some(({ fixes }) => fixes[0]?.consequence)).toBe(false);
  const unit = actions[3]?.kind === 'write-file' ? reveal(actions[3].content) : '';
  expect(unit).toContain(`ExecStart=${PYTHON} -m hermes_cli.main gateway run\n`);
  for (const line of [
    'User=cleo',
    'Restart=always',
    'RestartPreventExitStatus=78',
    'KillMode=mixed',
    'TimeoutStopSec=210',
  ])
    expect(unit).toContain(`\n${line}\n`);
});

describe('"active" is not enough', () => {
  test('it was started just now: waited for', () => {
    const [finding] = judge({ ...silent, ...inState({ startedMs: NOW - 3_000 }) });
    expect(finding).toMatchObject({ code: 'hermes-starting', fixes: [], watch: expect.anything() });
  });
  test('it said that it gives up: not waited for', () => {
    const facts = { ...silent, ...inState({ startedMs: NOW - 5_000 }) };
    const said = (secondsAgo: number, words: string) => {
      const local = new Date(NOW - secondsAgo * 1000 - new Date(NOW).getTimezoneOffset() * 60_000);
      const time = local.toISOString().replace('T', ' ').slice(0, 19);
      return { complaints: [`Hermes runs, but … ("${time},032 WARNING ${words}")`] };
    };
    expect(codes({ ...facts, ...said(2, '✗ api_server failed to connect') })).toEqual(['hermes-silent']);
    expect(codes({ ...facts, ...said(2, 'ImportError: telegram') })).toEqual(['hermes-starting']);
    // The last word of the process before it, in the very second of the start.
    expect(codes({ ...facts, ...said(5, '✗ api_server failed to connect') })).toEqual(['hermes-starting']);
  });
  test('silent for long: restarted, with what the logs say', () => {
    const [finding] = judge({ ...silent, complaints: ['Hermes refuses its API key: …'] });
    expect(finding).toMatchObject({
      code: 'hermes-silent',
      evidence: expect.stringContaining('refuses its API key'),
    });
    expect(commands(finding?.fixes[0]?.actions)).toEqual(['systemctl restart hermes-gateway.service']);
  });
  test.each<[string, Partial<HermesServiceFacts>]>([
    ['hermes-still-on-loopback', { listens: 'loopback' }],
    ['hermes-key-not-accepted', { answer: { ...answer, withKey: 401, models: [] } }],
    ['hermes-api-fails', { answer: { ...answer, withKey: 500, models: [] } }],
    ['hermes-model-not-listed', { answer: { ...answer, models: ['hermes-agent'] } }],
    ['hermes-open-without-key', { answer: { ...answer, withoutKey: 200 } }],
  ])('%s: broken, a restart is the way', (code, facts) => {
    const [finding, ...more] = judge(facts);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ code, severity: 'broken' });
    expect(finding?.fixes[0]?.consequence).toBeUndefined();
    expect(judge({ ...facts, connections: 2 })[0]?.fixes[0]?.consequence).toContain('cut off');
  });
  test('another program answers', () => {
    expect(judge({ answer: { kind: 'stranger', status: 404 } })).toMatchObject([
      { code: 'hermes-answers-strangely', fixes: [] },
    ]);
  });
  test('the model’s name is the one in .env', () => {
    expect(judge({ modelName: 'cleo', answer: { ...answer, models: ['cleo'] } })).toEqual([]);
  });
});

describe('changed since its start', () => {
  const changes = [
    { what: '/home/cleo/.hermes/.env', atMs: NOW - 60_000 },
    { what: 'the code', atMs: NOW - 7_200_000 },
  ];
  test('a risk; it works, so it is restarted only with consent', () => {
    const [finding] = judge({ changes });
    expect(finding).toMatchObject({ code: 'hermes-runs-old-settings', severity: 'risk' });
    expect(finding?.evidence).toContain('.env');
    expect(finding?.evidence).not.toContain('the code');
    expect(finding?.fixes[0]?.consequence).toContain('cut off');
  });
  test('the port is closed: restarted at once and unasked, however short it has run', () => {
    const started = { startedMs: NOW - 70_000 };
    const [finding] = judge({ ...silent, ...inState(started), changes });
    expect(finding).toMatchObject({ code: 'hermes-silent', evidence: expect.stringContaining('.env') });
    expect(finding?.fixes[0]?.consequence).toBeUndefined();
  });
  describe('the code: the commit counts, and not when git wrote it down', () => {
    const [A, B] = ['a'.repeat(40), 'b'.repeat(40)];
    const line = (from: string, to: string, ms: number, how: string) =>
      `${from} ${to} Ann <ann@client.example> ${ms / 1000} +0100\t${how}\n`;
    const since = NOW - 3_600_000;
    const code = (...lines: readonly string[]) => {
      const moves = parseReflog(lines.join(''));
      return { changes: [{ what: 'the code', atMs: moves.at(-1)?.atMs ?? 0, moves }] };
    };
    const clone = line('0'.repeat(40), A, since - 60_000, 'clone: from https://github.com/x/y.git');

    test('a tag of the same commit, and there and back again: nothing has changed', () => {
      const tag = line(A, A, since + 60_000, 'checkout: moving from main to v0.19.0');
      expect(judge(code(clone, tag))).toEqual([]);
      const there = line(A, B, since + 60_000, 'checkout: moving from main to other');
      const back = line(B, A, since + 90_000, 'checkout: moving from other to main');
      expect(judge(code(clone, there, back))).toEqual([]);
    });

    test('another commit is a change', () => {
      const pull = line(A, B, since + 60_000, 'pull: Fast-forward');
      expect(judge(code(clone, pull))).toMatchObject([{ code: 'hermes-runs-old-settings' }]);
    });

    test('somebody’s work is left behind: which branch, which commits, where, and the commands back', () => {
      const update = line(A, B, since + 60_000, 'checkout: moving from client to main');
      const facts = code(clone, update);
      expect(branchLeft(facts.changes[0]?.moves ?? [], since)).toBe('client');
      const leftBehind = {
        branch: 'client',
        commit: 'aaaaaaaaa',
        commits: ['aaaaaaa Our own tools'],
        unheld: false,
        stash: 'On client: hermes-update-autostash-1',
      };
      const [finding] = judge({ ...facts, leftBehind });
      expect(finding).toMatchObject({ code: 'hermes-code-left-behind', severity: 'risk' });
      expect(finding?.evidence).toMatch(/runs client \(aaaaaaaaa\).*Our own tools.*autostash/);
      expect(finding?.reason).toMatch(/switch client.*stash apply/);
      expect(finding?.fixes[0]?.consequence).toMatch(
        /^Hermes then works without the commit aaaaaaa Our own tools/,
      );
      const [gone] = judge({
        ...facts,
        leftBehind: { ...leftBehind, branch: undefined, unheld: true, stash: undefined },
      });
      expect(gone?.reason).toMatch(/No branch has these commits.*branch kept-work aaaaaaaaa/);
    });
  });

  test('touched, with the content with which all was healthy since it started: nothing has changed', () => {
    const touched = { what: '/home/cleo/.hermes/.env', atMs: NOW - 60_000 };
    expect(judge({ changes: [{ ...touched, sameSinceMs: NOW - 1_800_000 }] })).toEqual([]);
    // It was healthy with this content before Hermes was started: what it was started with is not known.
    expect(judge({ changes: [{ ...touched, sameSinceMs: NOW - 7_200_000 }] })).toHaveLength(1);
  });

  test('the content that was healthy is told by its salted hash', async () => {
    const record = { at: 5, salt: 's', items: { 'file:/e': { hash: saltedHash('s', 'A=1\n') } } };
    const host = (content: string) =>
      ({
        readFile: async (path: string) => (path === '/e' ? content : JSON.stringify(record)),
      }) as unknown as Host;
    expect(await healthyWithThis(host('A=1\n'), '/e')).toBe(5);
    expect(await healthyWithThis(host('A=2\n'), '/e')).toBeUndefined();
    expect(await healthyWithThis(host('A=1\n'), '/other')).toBeUndefined();
  });

  test('the same second is no change', () => {
    expect(judge({ changes: [{ what: 'the code', atMs: NOW - 3_600_000 + 900 }] })).toEqual([]);
  });
});

describe('the respawn breaker', () => {
  const many = [50, 40, 30, 20, 10].map((s) => NOW - s * 1000);
  const forgetting = [
    'systemctl stop hermes-gateway.service',
    'rm -f -- /home/cleo/.hermes/gateway-starts.log',
    'systemctl reset-failed hermes-gateway.service',
    'systemctl start hermes-gateway.service',
  ];
  test('a restart that would trip it forgets the starts', () => {
    const [finding] = judge({ answer: { ...answer, withKey: 401 }, starts: many });
    expect(finding?.code).toBe('hermes-key-not-accepted');
    expect(commands(finding?.fixes[0]?.actions)).toEqual(forgetting);
  });
  test('so does a start', () => {
    const [finding] = judge({
      ...silent,
      ...inState({ active: 'inactive', sub: 'dead', exitStatus: 0 }),
      starts: many,
    });
    expect(finding?.code).toBe('hermes-not-running');
    expect(commands(finding?.fixes[0]?.actions)).toEqual(forgetting);
  });
  test('a gateway that sleeps is woken, unasked: it serves nobody', () => {
    const starts = [60, 50, 40, 30, 20, 10, 5].map((s) => NOW - s * 1000);
    const [finding, ...more] = judge({ ...silent, ...inState({ startedMs: NOW - 5_000 }), starts });
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ code: 'hermes-started-too-often', severity: 'broken' });
    expect(finding?.evidence).toContain('waits another 15 s');
    expect(finding?.fixes[0]?.consequence).toBeUndefined();
    expect(commands(finding?.fixes[0]?.actions)).toEqual(forgetting);
  });
  test('a fix that works is not put off for the record', () => {
    expect(judge({ starts: many })).toEqual([]);
  });
});

describe('it does not run', () => {
  test('stopped: started', () => {
    const [finding] = judge({ ...silent, ...inState({ active: 'inactive', sub: 'dead' }) });
    expect(finding?.code).toBe('hermes-not-running');
    expect(commands(finding?.fixes[0]?.actions)).toEqual(['systemctl start hermes-gateway.service']);
  });
  test('failed with 78: said, forgotten, started once', () => {
    const [finding] = judge({
      ...silent,
      ...inState({ active: 'failed', sub: 'failed', result: 'exit-code', exitStatus: 78 }),
    });
    expect(finding?.code).toBe('hermes-failed');
    expect(finding?.evidence).toContain('78, its settings cannot work');
    expect(commands(finding?.fixes[0]?.actions)[0]).toBe('systemctl reset-failed hermes-gateway.service');
  });
  test.each([
    [203, /Python cannot be started/],
    [217, /user does not exist/],
    [200, /folder cannot be entered/],
  ])('a crash loop with %i: systemd’s own code in words, no more restarts', (exitStatus, words) => {
    const [finding] = judge({
      ...silent,
      ...inState({ active: 'activating', sub: 'auto-restart', result: 'exit-code', exitStatus, restarts: 7 }),
    });
    expect(finding).toMatchObject({ code: 'hermes-crash-loop', fixes: [], watch: expect.anything() });
    expect(finding?.evidence).toMatch(words);
  });
});

describe('rivals', () => {
  const byHand: Rival = {
    pid: 4711,
    user: 'cleo',
    since: 'Sun Nov 22 11:00:00 2026',
    command: 'python -m hermes_cli.main gateway run',
    holds: 'lock',
    isGateway: true,
    started: '77',
    unit: undefined,
    ofUserManager: false,
  };
  const looping = { ...inState({ active: 'activating', sub: 'auto-restart', exitStatus: 1 }) };

  test('a gateway started by hand: named, and ended only with consent', () => {
    const findings = judge({ ...looping, rivals: [byHand] });
    expect(findings.map(({ code }) => code)).toEqual(['hermes-gateway-by-hand']);
    expect(findings[0]?.evidence).toMatch(/4711.*cleo.*gateway run/);
    expect(findings[0]?.fixes[0]?.consequence).toBeDefined();
    expect(commands(findings[0]?.fixes[0]?.actions)).toEqual([
      'bash -s -- 4711 77 200',
      'systemctl restart hermes-gateway.service',
    ]);
  });
  test('root’s: its files are given back before the service starts', () => {
    const [finding, ...more] = judge({
      ...looping,
      rivals: [{ ...byHand, user: 'root' }],
      foreignFile: '/home/cleo/.hermes/gateway.lock',
    });
    expect(more).toEqual([]);
    expect(finding?.code).toBe('hermes-gateway-by-hand');
    expect(commands(finding?.fixes[0]?.actions)).toEqual([
      'bash -s -- 4711 77 200',
      'systemctl stop hermes-gateway.service',
      'python3 -I - give-back cleo:cleo below /home/cleo/.hermes',
      'systemctl reset-failed hermes-gateway.service',
      'systemctl start hermes-gateway.service',
    ]);
  });
  test('with an unasked restart of the service meanwhile: none', () => {
    expect(codes({ rivals: [byHand], answer: { ...answer, withKey: 401 } })).toEqual([
      'hermes-gateway-by-hand',
    ]);
  });
  test('on a machine without the unit it is made meanwhile, and nothing is started', () => {
    const findings = judge({ ...inState({ load: 'not-found', active: 'inactive' }), rivals: [byHand] });
    expect(findings.map(({ code }) => code)).toEqual(['hermes-unit-missing', 'hermes-gateway-by-hand']);
  });
  test('the user’s own systemd has it: its service is the cause, and is stopped, else it would come back', () => {
    const secondUnit: SecondUnit = {
      kind: 'user',
      path: '/home/cleo/.config/systemd/user/default.target.wants/hermes-gateway.service',
      atWork: true,
      runtimeFolder: '/run/user/1000',
    };
    const findings = judge({ ...looping, rivals: [{ ...byHand, ofUserManager: true }], secondUnit });
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([
      ['hermes-second-unit', 'broken'],
    ]);
    const [fix] = findings[0]?.fixes ?? [];
    expect(fix?.consequence).toBeDefined();
    expect(fix?.actions[0]).toMatchObject({
      argv: ['systemctl', '--user', 'disable', '--now', 'hermes-gateway.service'],
      user: 'cleo',
      env: { XDG_RUNTIME_DIR: '/run/user/1000' },
    });
  });
  test('another program on the port: named, and ended only with consent', () => {
    const python = {
      ...byHand,
      holds: 'port',
      isGateway: false,
      command: 'python3 -m http.server 8642',
    } as const;
    const [finding] = judge({ ...silent, rivals: [python] });
    expect(finding).toMatchObject({
      code: 'hermes-port-taken',
      severity: 'broken',
      evidence: expect.stringContaining('http.server'),
    });
    expect(finding?.fixes[0]?.consequence).toContain('Process 4711');
    expect(commands(finding?.fixes[0]?.actions)[0]).toBe('bash -s -- 4711 77 10');
  });
  test('a gateway of another user on the port is another program', () => {
    const other = { ...byHand, user: 'bob', holds: 'port' } as const;
    expect(codes({ rivals: [other] })).toEqual(['hermes-port-taken']);
    const locked = { ...byHand, holds: 'lock', isGateway: false } as const;
    expect(codes({ rivals: [locked] })).toEqual(['hermes-lock-taken']);
  });
  test('a container that has the port is named and stopped as one, never by the process of Docker’s proxy', () => {
    const container = named('agent', { image: 'agent:1' });
    const proxy: Rival = {
      ...byHand,
      user: 'root',
      holds: 'port',
      isGateway: false,
      command: '/usr/bin/docker-proxy -host-port 8642',
      container,
    };
    const [finding] = judge({ rivals: [proxy] });
    expect(finding).toMatchObject({
      code: 'hermes-port-taken',
      evidence: 'Port 8642 is held by the container agent (image agent:1, restart policy always).',
    });
    expect(finding?.fixes[0]?.consequence).toContain('container agent');
    const words = (finding?.fixes[0]?.actions ?? []).map((one) => ('argv' in one ? one.argv.join(' ') : ''));
    expect(words.slice(0, 2)).toEqual(['docker update --restart no agent', 'docker stop agent']);
    expect(words.join()).not.toContain('bash -s');
  });
  test('what belongs to another service is named with it, and that is stopped', () => {
    const other = { ...byHand, holds: 'port', isGateway: false, unit: 'webapp.service' } as const;
    const [finding] = judge({ rivals: [other] });
    expect(finding?.evidence).toContain('webapp.service');
    expect(commands(finding?.fixes[0]?.actions)[0]).toBe('systemctl disable --now webapp.service');
  });
});

describe('the unit', () => {
  test('the runbook’s own unit: a drop-in beside it, no restart, unasked', () => {
    const findings = judge({
      ...inState({
        command: [...service.command, '--replace'],
        killMode: 'control-group',
        stopTimeoutMs: 90_000,
        preventsRestart: [],
        forcesRestart: [],
        environment: { HOME: '/home/cleo' },
      }),
      unitOrigin: 'not-ours',
    });
    expect(findings).toMatchObject([{ code: 'hermes-unit-not-hardened', severity: 'risk' }]);
    expect(commands(findings[0]?.fixes[0]?.actions)).toEqual([
      'mkdir -p -- /etc/systemd/system/hermes-gateway.service.d',
      '/etc/systemd/system/hermes-gateway.service.d/otto-install.conf',
      'systemctl daemon-reload',
    ]);
    expect(findings[0]?.fixes[0]?.consequence).toBeUndefined();
  });
  test.each<[string, Partial<ServiceState>, RegExp]>([
    ['as root', { user: '' }, /as root/],
    ['another HOME', { environment: { HOME: '/root' } }, /HOME/],
    ['not the gateway', { command: ['/usr/bin/sleep', 'infinity'] }, /sleep infinity/],
    ['a broken unit', { load: 'bad-setting' }, /bad-setting/],
    ['a folder that is gone', { directory: '/gone' }, /\/gone does not exist/],
  ])('%s, and its text is not known: rewritten, with consent when it is not ours', (_, changes, evidence) => {
    const facts = { ...silent, ...inState(changes), directoryIsThere: changes.directory === undefined };
    const [finding, ...more] = judge({ ...facts, unitOrigin: 'not-ours' });
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ code: 'hermes-unit-wrong', evidence: expect.stringMatching(evidence) });
    expect(finding?.fixes[0]?.consequence).toContain('replaced');
    expect(judge({ ...facts, unitOrigin: 'ours' })[0]?.fixes[0]?.consequence).toBeUndefined();
  });
  test('only the wrong settings are changed, in the unit and in drop-ins; what was added stays', () => {
    const unitFiles = [
      {
        path: '/etc/systemd/system/hermes-gateway.service',
        text: '[Unit]\nDescription=x\n[Service]\n# by hand\nMemoryHigh=6G\nUser=bob\nGroup=bob\nEnvironment=HOME=/root A=1\n',
      },
      {
        path: '/etc/systemd/system/hermes-gateway.service.d/override.conf',
        text: '[Service]\nUser=root\nNice=5\n',
      },
    ];
    const changes = inState({ user: 'root', environment: { HOME: '/root', A: '1' } });
    const [finding] = judge({ ...silent, ...changes, unitFiles, unitOrigin: 'not-ours' });
    const actions = finding?.fixes[0]?.actions ?? [];
    const written = actions.flatMap((action) =>
      action.kind === 'write-file' ? [[action.path, reveal(action.content)]] : [],
    );
    expect(Object.fromEntries(written)).toEqual({
      '/etc/systemd/system/hermes-gateway.service':
        '[Unit]\nDescription=x\n[Service]\n# by hand\nMemoryHigh=6G\nUser=cleo\nGroup=cleo\nEnvironment=HOME=/home/cleo A=1\n',
      '/etc/systemd/system/hermes-gateway.service.d/override.conf': '[Service]\nNice=5\n',
    });
    expect(finding?.fixes[0]?.consequence).toBeUndefined();
    expect(commands(actions).slice(-3)).toEqual([
      'systemctl daemon-reload',
      'systemctl enable hermes-gateway.service',
      'systemctl restart hermes-gateway.service',
    ]);
  });
  test('while it serves, correcting it interrupts', () => {
    expect(judge({ ...inState({ user: '' }), unitOrigin: 'ours' })[0]?.fixes[0]?.consequence).toContain(
      'cut off',
    );
  });
  test('another Python is wrong only when Hermes does not answer', () => {
    const other = inState({ command: ['/usr/bin/python3', ...service.command.slice(1)] });
    expect(codes(other)).toEqual([]);
    expect(codes({ ...silent, ...other })).toEqual(['hermes-unit-wrong']);
  });
  test('masked: only with consent', () => {
    expect(judge(inState({ load: 'masked' }))[0]?.fixes[0]?.consequence).toBeDefined();
  });
  test('changed but not read', () => {
    expect(commands(judge(inState({ needsReload: true }))[0]?.fixes[0]?.actions)).toEqual([
      'systemctl daemon-reload',
    ]);
  });
  test('not started at boot', () => {
    expect(commands(judge(inState({ file: 'disabled' }))[0]?.fixes[0]?.actions)).toEqual([
      'systemctl enable hermes-gateway.service',
    ]);
  });
  test('a second unit that is not at work: a risk, its link is taken away', () => {
    const path = '/home/cleo/.config/systemd/user/default.target.wants/hermes-gateway.service';
    const secondUnit: SecondUnit = { kind: 'user', path, atWork: false, runtimeFolder: '/run/user/1000' };
    const [finding] = judge({ secondUnit });
    expect(finding).toMatchObject({ code: 'hermes-second-unit', severity: 'risk' });
    expect(finding?.fixes[0]?.consequence).toBeUndefined();
    expect(commands(finding?.fixes[0]?.actions)).toEqual([`rm -f -- ${path}`]);
  });

  test('a very old unit of the system is stopped, and is not named a second time as a rival', () => {
    const secondUnit: SecondUnit = { kind: 'system', path: '/etc/x', name: 'hermes.service' };
    const [finding] = judge({ secondUnit });
    expect(finding?.severity).toBe('broken');
    expect(commands(finding?.fixes[0]?.actions)[0]).toBe('systemctl disable --now hermes.service');
  });
});

describe('a file of root in Hermes’s folder', () => {
  const foreignFile = '/home/cleo/.hermes/gateway.lock';
  test('it does not run: given back before it is started, as one finding', () => {
    const findings = judge({ ...silent, ...inState({ active: 'inactive', sub: 'dead' }), foreignFile });
    expect(findings.map(({ code }) => code)).toEqual(['hermes-files-of-another-user']);
    expect(commands(findings[0]?.fixes[0]?.actions)).toEqual([
      'systemctl stop hermes-gateway.service',
      'python3 -I - give-back cleo:cleo below /home/cleo/.hermes',
      'systemctl reset-failed hermes-gateway.service',
      'systemctl start hermes-gateway.service',
    ]);
  });
  test('it serves: not restarted', () => {
    expect(commands(judge({ foreignFile })[0]?.fixes[0]?.actions)).toEqual([
      'python3 -I - give-back cleo:cleo below /home/cleo/.hermes',
    ]);
  });
});

test.each([
  ['[Api_Server] Refusing to start: binding to 0.0.0.0 requires API_SERVER_KEY. Set …', /without an API key/],
  ['… API_SERVER_KEY is set to a placeholder value. Generate …', /placeholder/],
  ['… is a placeholder or too short (<16 chars). This endpoint dispatches …', /too short/],
  ['[Api_Server] Port 8642 already in use. Set a different port …', /port/],
  ['Could not bind 0.0.0.0:8642: [Errno 98]', /port/],
  ['Another gateway instance is already running (PID 12).', /lock/],
  ["PermissionError: [Errno 13] Permission denied: '/home/cleo/.hermes/gateway.lock'", /own files/],
  ['API Server: aiohttp not installed', /aiohttp/],
  ['No messaging platforms enabled.', /switched on/],
  ["ModuleNotFoundError: No module named 'yaml'", /missing/],
])('the log line %j', (line, meaning) => {
  const [found] = meaningsIn(['INFO something else', line]);
  expect(found).toMatch(meaning);
  expect(found).toContain(line.slice(0, 30));
});
