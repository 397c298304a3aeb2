import { describe, expect, test } from 'vitest';
import type { Action, Command, WriteFile } from '../../../src/engine/contracts/action.ts';
import { mask, reveal, Secret } from '../../../src/secret/secret.ts';
import type { AptState } from '../../../src/tasks/apt-state.ts';
import { judgeSandbox, writeSandbox } from '../../../src/tasks/hermes-service/sandbox.ts';
import { answersWith } from '../answers.ts';
import { idleApt } from '../apt-state.ts';
import { steps } from '../findings.ts';
import { healthyHermes as healthy } from './facts.ts';

const SANDBOX = '/etc/systemd/system/hermes-gateway.service.d/10-otto-sandbox.conf';
const { service } = healthy;
const NO_SANDBOX = { noNewPrivileges: false, protectSystem: 'no', filtersCalls: false };
const bare = { ...healthy, confined: false, service: { ...service, sandboxing: NO_SANDBOX } };
const strict = answersWith();
const none = answersWith({ hermesSandbox: 'none' });

const codes = (facts: typeof healthy, answers = strict) =>
  judgeSandbox(facts, answers).map(({ code }) => code);
const writes = (actions: readonly Action[]) =>
  actions.filter((action): action is WriteFile => action.kind === 'write-file');
const words = (actions: readonly Command[] = []) => actions.map(({ argv }) => argv.join(' '));

describe('what is a sandbox', () => {
  test('in effect and at work: nothing to do', () => expect(codes(healthy)).toEqual([]));
  test.each([
    ['none at all', NO_SANDBOX],
    ['sudo was given back', { ...service.sandboxing, noNewPrivileges: false }],
    ['only parts of the machine are read-only', { ...service.sandboxing, protectSystem: 'full' }],
    ['no filter', { ...service.sandboxing, filtersCalls: false }],
  ])('%s: a risk, never fixed unasked', (_, sandboxing) => {
    const [finding] = judgeSandbox({ ...healthy, service: { ...service, sandboxing } }, strict);
    expect(finding).toMatchObject({ code: 'hermes-unsandboxed', severity: 'risk' });
    expect(finding?.fixes.map(({ consequence }) => consequence?.startsWith('Hermes is unavailable'))).toEqual(
      [true, true],
    );
  });
  test('described, and the process is an older one', () =>
    expect(codes({ ...healthy, confined: false })).toEqual(['hermes-unsandboxed']));
  test('whether the process is confined is not known: systemd’s word counts', () =>
    expect(codes({ ...healthy, confined: undefined })).toEqual([]));
  test('Hermes does not answer: that is looked at first', () =>
    expect(codes({ ...bare, answer: { kind: 'none', why: 'refused' } })).toEqual([]));
  test('not wanted, and not there', () => expect(codes(bare, none)).toEqual([]));
  test('not wanted, and still ours', () =>
    expect(codes({ ...healthy, service: { ...service, dropIns: [SANDBOX] } }, none)).toEqual([
      'hermes-sandbox-not-wanted',
    ]));
  test('not wanted, and there by somebody else’s hand', () => expect(codes(healthy, none)).toEqual([]));
  test.each([
    ['missing', true, ['hermes-local-ports-open']],
    ['unknown', true, []],
    ['missing', false, []],
  ] as const)('rules for ports: %s, with our drop-in: %s', (portRules, ours, expected) => {
    const dropIns = ours ? [SANDBOX] : [];
    expect(codes({ ...healthy, portRules, service: { ...service, dropIns } })).toEqual(expected);
  });
});

describe('without nft, the program that loads the rules for ports', () => {
  const judge = (apt: Partial<AptState> = {}, dropIns = [SANDBOX], answers = strict) => {
    const portRules = { withoutNft: { ...idleApt, ...apt } };
    return judgeSandbox({ ...healthy, portRules, service: { ...service, dropIns } }, answers);
  };

  test('a risk where our rules are to be loaded, and only there', () => {
    expect(judge()).toMatchObject([{ code: 'hermes-nft-missing', severity: 'risk' }]);
    expect(judge({}, [])).toEqual([]);
    expect(judge({}, [SANDBOX], none)).toMatchObject([{ code: 'hermes-sandbox-not-wanted' }]);
  });
  test('installed unasked, and the rules loaded', () => {
    expect(judge()[0]?.fixes[0]?.consequence).toBeUndefined();
    expect(steps(judge())).toEqual([
      expect.stringMatching(/^apt-get .* install .* nftables$/),
      'nft -f /etc/systemd/system/hermes-gateway.service.d/otto-ports.nft',
    ]);
  });
  test('old lists of packages are fetched first', () =>
    expect(steps(judge({ listsFresh: false }))[0]).toMatch(/^apt-get .* update$/));
});

describe('the fix', () => {
  const facts = { ...bare, key: new Secret('a-key-that-nobody-sees') };
  const [proved, unproved] = judgeSandbox(facts, strict)[0]?.fixes ?? [];

  test('is tried before, proved after, and goes back with a restart', () => {
    const [first, , ports, dropIn] = proved?.actions ?? [];
    expect(first).toMatchObject({ kind: 'run', user: 'cleo', argv: ['python3', '-I', '-'] });
    expect(ports).not.toHaveProperty('proof');
    const { proof, afterPutBack } = dropIn as WriteFile;
    expect(words([proof ?? []].flat())).toEqual([
      'systemctl daemon-reload',
      'systemctl restart hermes-gateway.service',
      'python3 -I -',
    ]);
    expect(words(afterPutBack)).toEqual([
      'systemctl daemon-reload',
      'systemctl restart hermes-gateway.service',
      'nft delete table inet otto_hermes',
    ]);
  });
  test('asks for nothing in its second form', () => {
    const { proof } = writes(unproved?.actions ?? []).at(-1) as WriteFile;
    const last = [proof ?? []].flat().at(-1);
    expect(reveal(last?.input ?? '')).toContain('\\"ask\\":false');
    expect(unproved?.actions[0]).toMatchObject({ argv: expect.arrayContaining(['mkdir']) });
  });
  test('shows the key to nobody', () => {
    const [first] = (proved?.actions ?? []) as readonly Command[];
    const input = first?.input ?? '';
    expect(reveal(input)).toContain('a-key-that-nobody-sees');
    expect(mask(input)).not.toContain('a-key-that-nobody-sees');
  });
});

describe('the files', () => {
  const text = (changes: Partial<typeof healthy>, answers = strict) =>
    writes(writeSandbox({ ...healthy, ...changes }, answers)).map(({ content }) => reveal(content));

  test('name the home, the keys’ folder and nothing else of the user’s', () => {
    const [, unit = ''] = text({});
    expect(unit).toContain('\nReadWritePaths=/home/cleo\n');
    expect(unit).toContain('\nBindPaths=/home/cleo\n');
    expect(unit).toContain('\nTemporaryFileSystem=/opt/cleo:ro\n');
    for (const line of [
      'NoNewPrivileges=yes',
      'CapabilityBoundingSet=',
      'PrivateUsers=yes',
      'ProtectSystem=strict',
    ])
      expect(unit.split('\n')).toContain(line);
    // Below the home every path could be swapped before systemd follows it.
    expect(unit.match(/^\w+=.*\/home\/cleo\/.*/gm)).toBeNull();
    // V8 compiles while it runs.
    expect(unit).not.toMatch(/^MemoryDenyWriteExecute=/m);
  });
  test('hide data that is elsewhere', () => {
    const [, unit] = text({}, answersWith({ paperclipData: '/srv/data/paperclip' }));
    expect(unit).toMatch(/^InaccessiblePaths=.* -\/srv\/data\/paperclip$/m);
  });
  test('leave an adopted Hermes its code outside of the home', () => {
    const directory = '/srv/hermes';
    const command = ['/srv/hermes/venv/bin/python', '-m', 'hermes_cli.main', 'gateway', 'run'];
    const [, unit] = text({ service: { ...service, directory, command } });
    expect(unit).toContain('\nReadWritePaths=/home/cleo /srv/hermes /srv/hermes/venv\n');
    const [, usual] = text({ service: { ...service, directory: '/', command: ['/usr/bin/python3'] } });
    expect(usual).toContain('\nReadWritePaths=/home/cleo\n');
  });
  test('close sshd’s port, wherever it is', () => {
    const [rules] = text({ sshPorts: [22, 2222] });
    expect(rules).toMatch(/tcp dport \{ 1-52,.*,27017,2222 \}/);
    expect(rules).toContain('meta skuid != "cleo" accept');
  });
});
