import { describe, expect, test } from 'vitest';
import type { Action } from '../../../src/engine/contracts/action.ts';
import type { Host } from '../../../src/host/host.ts';
import { mask, reveal } from '../../../src/secret/secret.ts';
import { keyRefused } from '../../../src/system/hermes/hermes-key.ts';
import { hermesConfigTask } from '../../../src/tasks/hermes-config/index.ts';
import type { HermesConfigFacts } from '../../../src/tasks/hermes-config/look.ts';
import { effectiveOf, lookAtUnitEnvironment, placeOf } from '../../../src/tasks/hermes-environment.ts';
import { answersWith } from '../answers.ts';
import { healthyHermes } from '../hermes-service/facts.ts';

const KEY = 'the-key-of-this-machine-0123456789';
const ENV = `# mine
API_SERVER_ENABLED=true
API_SERVER_PORT=8642
API_SERVER_HOST=0.0.0.0
API_SERVER_KEY=${KEY}
API_SERVER_MODEL_NAME=otto
API_SERVER_MODEL_ID=otto
TELEGRAM_BOT_TOKEN=telegram-0123456789
`;
const CONFIG = '# mine\n_config_version: 33\nmodel:\n  default: claude-opus-4-6\n  provider: anthropic\n';
const file = (text: string, changes = {}) => ({
  text,
  mode: 0o600,
  owner: 'cleo',
  modifiedMs: 1_795_000_000_123,
  ...changes,
});
const healthy: HermesConfigFacts = {
  env: file(ENV),
  config: file(CONFIG),
  version: '0.19.0',
  configVersion: 33,
  openWebuiKey: undefined,
  service: { active: 'inactive' },
  serves: false,
  starts: [],
  now: 1_795_000_600_000,
};
const judge = (facts: Partial<HermesConfigFacts>, answers = answersWith()) =>
  hermesConfigTask.judge({ ...healthy, ...facts }, answers);
const env = (from: string, to: string) => ({ env: file(ENV.replace(from, to)) });
const config = (text: string) => ({ config: file(text) });
const written = (action: Action | undefined) => {
  if (action?.kind !== 'write-file') throw new Error('nothing is written');
  return reveal(action.content);
};

test('healthy: nothing to do', () => expect(judge({})).toEqual([]));

describe('what the unit sets counts, in Hermes’s own order', () => {
  const KEYS = '/etc/hermes/keys.env';
  const SERVER = {
    API_SERVER_ENABLED: 'true',
    API_SERVER_HOST: '0.0.0.0',
    API_SERVER_KEY: KEY,
    API_SERVER_MODEL_NAME: 'otto',
    API_SERVER_MODEL_ID: 'otto',
  };
  const unit = (vars: Record<string, string>) => ({
    unitEnv: { env: vars, where: Object.fromEntries(Object.keys(vars).map((name) => [name, KEYS])) },
  });

  test('all of it in a file of root’s, .env empty on purpose or not there: healthy', () => {
    expect(judge({ env: file(''), ...unit(SERVER) })).toEqual([]);
    expect(judge({ env: undefined, ...unit(SERVER) })).toEqual([]);
  });

  test('only key and host there: the rest of .env counts as before', () => {
    const rest = ENV.replace(/^API_SERVER_(KEY|HOST)=.*\n/gm, '');
    const { API_SERVER_KEY, API_SERVER_HOST } = SERVER;
    expect(judge({ env: file(rest), ...unit({ API_SERVER_KEY, API_SERVER_HOST }) })).toEqual([]);
  });

  test('.env overrides it, also with nothing', () => {
    const findings = judge({ env: file(ENV.replace('HOST=0.0.0.0', 'HOST=127.0.0.1')), ...unit(SERVER) });
    expect(findings.map(({ code }) => code)).toEqual(['hermes-listens-on-loopback']);
    expect(judge({ env: file(ENV.replace(`KEY=${KEY}`, 'KEY=')), ...unit(SERVER) })[0]?.code).toBe(
      'hermes-key-missing',
    );
  });

  test('a wrong value there is changed there: nothing is written to where the agent reads it', () => {
    const findings = judge({ env: file(''), ...unit({ ...SERVER, API_SERVER_KEY: 'short' }) });
    expect(findings).toMatchObject([{ code: 'hermes-key-refused', fixes: [] }]);
    expect(findings[0]?.evidence).toContain(`It is set in ${KEYS}`);
  });
});

test('the order of all that sets a variable', async () => {
  const files: Record<string, string> = {
    '/etc/a.env': 'A=file\nB=file\n',
    '/etc/b.env': 'B=later\n',
    '/etc/systemd/system/hermes-gateway.service.d/x.conf': '[Service]\nEnvironment=C=unit A=unit\n',
  };
  const host = { readFile: async (path: string) => files[path] } as unknown as Host;
  const service = {
    ...healthyHermes.service,
    dropIns: ['/etc/systemd/system/hermes-gateway.service.d/x.conf'],
    environment: { C: 'unit', A: 'unit' },
    environmentFiles: ['/etc/a.env', '/etc/b.env'],
  };
  const unit = await lookAtUnitEnvironment(host, service);
  expect(unit.env).toEqual({ A: 'file', B: 'later', C: 'unit' });
  expect(unit.where).toEqual({
    A: '/etc/a.env',
    B: '/etc/b.env',
    C: '/etc/systemd/system/hermes-gateway.service.d/x.conf',
  });
  expect(effectiveOf('B=own\nC=\n', unit)).toEqual({ A: 'file', B: 'own', C: '' });
  expect(placeOf('B', { file: 'B=own\n', unit }, '/home/.env')).toBe('/home/.env');
  expect(placeOf('A', { file: 'B=own\n', unit }, '/home/.env')).toBe('/etc/a.env');
});

test('the runbook’s own files on 0.13: only what is really wrong', () => {
  const runbook = ENV.replace('API_SERVER_MODEL_NAME=otto\n', '');
  const old =
    '\nmodel:\n  default: "claude-opus-4-6"\n  provider: "anthropic"\n\ndisplay:\n  tool_progress: true\n';
  const findings = judge({ env: file(runbook), config: file(old), version: '0.13.0', configVersion: 23 });
  expect(findings.map(({ code }) => code)).toEqual([
    'hermes-model-name-incomplete',
    'hermes-config-without-version',
  ]);
});

describe('a fresh machine', () => {
  const findings = judge({ env: undefined, config: undefined });
  const [envAction, configAction] = findings.map(({ fixes }) => fixes[0]?.actions[0]);

  test('both files, for the user alone, unasked', () => {
    expect(findings.map(({ severity }) => severity)).toEqual(['missing', 'missing']);
    expect(envAction).toMatchObject({ path: '/home/cleo/.hermes/.env', mode: 0o600, owner: 'cleo:cleo' });
    expect(configAction).toMatchObject({
      path: '/home/cleo/.hermes/config.yaml',
      mode: 0o600,
      owner: 'cleo:cleo',
    });
  });

  test('what was written is healthy when looked at again', () => {
    expect(judge({ env: file(written(envAction)), config: file(written(configAction)) })).toEqual([]);
  });

  test('the key does not show in the plan', () => {
    if (envAction?.kind !== 'write-file') throw new Error('nothing is written');
    expect(mask(envAction.content)).toContain('API_SERVER_KEY=••••\n');
  });

  test('tool_progress is a word that the CLI knows too, and base_url is not there', () => {
    expect(written(configAction)).toContain('tool_progress: all');
    expect(written(configAction)).not.toContain('base_url');
  });

  test('a plan before the code is there', () => {
    const [, planned] = judge({
      env: undefined,
      config: undefined,
      version: undefined,
      configVersion: undefined,
    });
    expect(planned?.code).toBe('hermes-config-missing');
    expect(written(planned?.fixes[0]?.actions[0])).not.toMatch(/^_config_version/m);
  });

  test('with an API key for Claude', () => {
    const answers = answersWith({ claude: 'api-key', anthropicApiKey: 'sk-ant-api03-0123456789' });
    const action = judge({ env: undefined }, answers)[0]?.fixes[0]?.actions[0];
    expect(written(action)).toContain('\nANTHROPIC_API_KEY=sk-ant-api03-0123456789\n');
    expect(judge({ env: file(written(action)) }, answers)).toEqual([]);
  });

  test('with an API key that nobody gave: blocked', () => {
    const findings = judge({ env: undefined }, answersWith({ claude: 'api-key' }));
    expect(findings[0]).toMatchObject({ code: 'hermes-env-missing', severity: 'blocked', fixes: [] });
    expect(findings[0]?.reason).toMatch(/run commands\. Give one \(anthropicApiKey/);
  });

  test('a key that config.yaml holds is kept', () => {
    const held = `${CONFIG}platforms:\n  api_server:\n    extra:\n      key: ${KEY}\n`;
    expect(written(judge({ env: undefined, config: file(held) })[0]?.fixes[0]?.actions[0])).toContain(
      `=${KEY}\n`,
    );
  });
});

describe('.env', () => {
  test.each<[string, string, string, string]>([
    [
      'hermes-listens-on-loopback',
      'API_SERVER_HOST=0.0.0.0',
      'API_SERVER_HOST=127.0.0.1',
      'API_SERVER_HOST=0.0.0.0',
    ],
    ['hermes-listens-on-loopback', 'API_SERVER_HOST=0.0.0.0\n', '', 'API_SERVER_HOST=0.0.0.0'],
    [
      'hermes-api-not-enabled',
      'API_SERVER_ENABLED=true',
      'API_SERVER_ENABLED=false',
      'API_SERVER_ENABLED=true',
    ],
    ['hermes-other-port', 'API_SERVER_PORT=8642', 'API_SERVER_PORT=abc', 'API_SERVER_PORT=8642'],
    ['hermes-key-missing', `API_SERVER_KEY=${KEY}\n`, '', 'API_SERVER_KEY=0123456789abcdef0123456789abcdef'],
    ['hermes-key-refused', KEY, 'your-secret-key', 'API_SERVER_KEY=0123456789abcdef0123456789abcdef'],
    ['hermes-key-refused', KEY, 'changeme', 'API_SERVER_KEY=0123456789abcdef0123456789abcdef'],
    ['hermes-model-name-incomplete', 'API_SERVER_MODEL_NAME=otto\n', '', 'API_SERVER_MODEL_NAME=otto'],
    ['hermes-env-windows-text', 'true\n', 'true\r\n', 'API_SERVER_ENABLED=true\nAPI'],
    ['hermes-env-windows-text', '# mine', '\uFEFF# mine', '# mine\n'],
    ['hermes-env-open-quote', `=${KEY}`, `="${KEY}`, `API_SERVER_KEY=${KEY}\n`],
    [
      'hermes-env-open-quote',
      `=${KEY}\n`,
      `="${KEY}\nMINE="a b"\n`,
      `API_SERVER_KEY=${KEY}\nMINE="a b"\nAPI_SERVER_MODEL_NAME`,
    ],
    [
      'hermes-env-duplicates',
      'API_SERVER_HOST=0.0.0.0',
      'API_SERVER_HOST=127.0.0.1\nAPI_SERVER_HOST=0.0.0.0',
      '# set twice, did not count: API_SERVER_HOST=127.0.0.1\nAPI_SERVER_HOST=0.0.0.0\n',
    ],
  ])('%s: %j → %j', (code, from, to, expected) => {
    const [finding, ...more] = judge(env(from, to));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ code, severity: 'broken' });
    expect(finding?.fixes[0]?.consequence).toBeUndefined();
    const text = written(finding?.fixes[0]?.actions[0]);
    expect(text).toContain(expected);
    expect(text).toContain('# mine\n');
    expect(text).toContain('TELEGRAM_BOT_TOKEN=telegram-0123456789\n');
    expect(text).not.toContain('\r');
    expect(judge({ env: file(text) })).toEqual([]);
  });

  test('several faults are one new file', () => {
    const findings = judge({ env: file('OTHER=1\n') });
    expect(findings).toHaveLength(1);
    expect(findings[0]?.code).toBe('hermes-env-incomplete');
    expect(judge({ env: file(written(findings[0]?.fixes[0]?.actions[0])) })).toEqual([]);
  });

  test('a key that stands in config.yaml alone goes into .env, and a provider there is told', () => {
    const held = `${CONFIG}platforms:\n  api_server:\n    extra:\n      key: ${KEY}\n`;
    const keyless = env(`API_SERVER_KEY=${KEY}\n`, '');
    expect(judge({ ...keyless, config: file(held) })[0]?.code).toBe('hermes-key-in-config');
    const elsewhere = judge({ env: file(`${ENV}HERMES_INFERENCE_PROVIDER=openrouter\n`) });
    expect(elsewhere).toMatchObject([{ code: 'hermes-provider-variable', severity: 'risk', fixes: [] }]);
  });

  test('the bridge’s own address is fine', () => {
    expect(judge(env('API_SERVER_HOST=0.0.0.0', 'API_SERVER_HOST=172.17.0.1'))).toEqual([]);
  });

  test('other tokens in it do not show in the diff', () => {
    const action = judge(env('API_SERVER_HOST=0.0.0.0', ''))[0]?.fixes[0]?.actions[0];
    if (action?.kind !== 'write-file') throw new Error('nothing is written');
    expect(mask(action.content)).not.toMatch(/telegram-0123456789|the-key-of-this-machine/);
  });

  test('of two keys the one that Open WebUI has stays, and neither shows in the diff', () => {
    const env = file(`${ENV}API_SERVER_KEY=another-key-0123456789\n`);
    const [finding, ...more] = judge({ env, openWebuiKey: KEY });
    expect(more).toEqual([]);
    expect(finding?.code).toBe('hermes-env-duplicates');
    const action = finding?.fixes[0]?.actions[0];
    expect(written(action)).toContain(`\nAPI_SERVER_KEY=${KEY}\n`);
    expect(written(action)).toContain('# set twice, did not count: API_SERVER_KEY=another-key-0123456789\n');
    if (action?.kind === 'write-file') expect(mask(action.content)).not.toMatch(/another-key|the-key-of/);
    expect(judge({ env: file(written(action)) })).toEqual([]);
    // Without Open WebUI the one that counts stays.
    expect(written(judge({ env })[0]?.fixes[0]?.actions[0])).toContain('\nAPI_SERVER_KEY=another-key');
  });

  test('the same value twice is no fault', () => {
    expect(judge({ env: file(`${ENV}API_SERVER_HOST=0.0.0.0\n`) })).toEqual([]);
  });

  test('a key that Hermes refuses is replaced by the one that Open WebUI has, when that is good', () => {
    const refused = env(KEY, 'changeme');
    const fixed = (openWebuiKey: string) =>
      written(judge({ ...refused, openWebuiKey })[0]?.fixes[0]?.actions[0]);
    expect(fixed(KEY)).toContain(`API_SERVER_KEY=${KEY}\n`);
    expect(fixed('too-short')).toContain('API_SERVER_KEY=0123456789abcdef0123456789abcdef\n');
  });

  test('while Hermes runs it is restarted for it: with consent when it serves, unasked when it does not', () => {
    const broken = env('API_SERVER_HOST=0.0.0.0', 'API_SERVER_HOST=127.0.0.1');
    const fixOf = (facts: Partial<HermesConfigFacts>) => judge({ ...broken, ...facts })[0]?.fixes[0];
    const restarts = (facts: Partial<HermesConfigFacts>) =>
      fixOf(facts)?.actions.map((action) => (action.kind === 'run' ? action.argv.join(' ') : 'write'));
    const service = { active: 'active' };
    expect(restarts({ service })).toEqual(['write', 'systemctl restart hermes-gateway.service']);
    expect(fixOf({ service })?.consequence).toBeUndefined();
    expect(fixOf({ service, serves: true })?.consequence).toContain('cut off');
    expect(restarts({})).toEqual(['write']);
  });

  test('a change of form alone leaves Hermes in peace, and the file its time', () => {
    const windows = judge({ ...env('true\n', 'true\r\n'), service: { active: 'active' }, serves: true });
    expect(windows[0]?.fixes[0]?.consequence).toBeUndefined();
    expect(windows[0]?.fixes[0]?.actions[1]).toMatchObject({
      argv: ['touch', '-d', '@1795000000.123', '--', '/home/cleo/.hermes/.env'],
      user: 'cleo',
    });
  });

  test('another model name breaks the chats that have it, and is changed only when asked for', () => {
    const text = ENV.replaceAll('=otto', '=cleo-bot');
    const [finding] = judge({ env: file(text) });
    expect(finding).toMatchObject({ code: 'hermes-other-model-name', severity: 'broken' });
    expect(finding?.fixes[0]?.consequence).toContain('cleo-bot');
  });

  test('another port that works is asked about', () => {
    expect(judge(env('8642', '9000'))[0]?.fixes[0]?.consequence).toContain('9000');
  });

  test('a key of twelve characters: fine on 0.13 but for the next update, refused on 0.19', () => {
    const short = env(KEY, 'twelve-chars');
    expect(judge({ ...short, version: '0.13.0' })).toMatchObject([
      { code: 'hermes-key-too-short-soon', severity: 'risk', fixes: [] },
    ]);
    expect(judge(short)).toMatchObject([{ code: 'hermes-key-refused', severity: 'broken' }]);
  });

  test('another Anthropic key than the one in the answers is asked about', () => {
    const answers = answersWith({ claude: 'api-key', anthropicApiKey: 'sk-ant-api03-0123456789' });
    const [finding] = judge({ env: file(`${ENV}ANTHROPIC_API_KEY=sk-ant-api03-another00\n`) }, answers);
    expect(finding?.code).toBe('claude-key-differs');
    expect(finding?.impact).toBeUndefined();
    expect(finding?.fixes[0]?.consequence).toBeDefined();
    expect(JSON.stringify(finding)).not.toContain('another00');
    expect(judge({}, answers)[0]?.code).toBe('claude-key-not-set');
  });
});

test('several faults of config.yaml are one new file too', () => {
  const text = 'model: claude-sonnet-4-6\nplatforms:\n  api_server:\n    enabled: false\n';
  const [finding, ...more] = judge({ config: file(text) });
  expect(more).toEqual([]);
  expect(finding?.code).toBe('hermes-config-incomplete');
  expect(finding?.reason).toMatch(/oldest version.*Open WebUI can reach Hermes only through it/s);
});

describe('config.yaml', () => {
  test.each<[string, string, RegExp]>([
    ['hermes-config-without-version', CONFIG.replace('_config_version: 33\n', ''), /_config_version: 33/],
    [
      'hermes-model-not-set',
      '_config_version: 33\nmodel: claude-sonnet-4-6\n',
      /default: claude-sonnet-4-6\n {2}provider: anthropic/,
    ],
    [
      'hermes-model-not-set',
      '_config_version: 33\n# mine\n',
      /default: claude-opus-4-6\n {2}provider: anthropic/,
    ],
    ['hermes-model-not-set', CONFIG.replace('  provider: anthropic\n', ''), /provider: anthropic/],
    ['hermes-api-switched-off', `${CONFIG}platforms:\n  api_server:\n    enabled: false\n`, /enabled: true/],
  ])('%s', (code, text, expected) => {
    const [finding, ...more] = judge(config(text));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ code, severity: 'broken' });
    const after = written(finding?.fixes[0]?.actions[0]);
    expect(after).toMatch(expected);
    if (text.includes('# mine')) expect(after).toContain('# mine');
    expect(judge(config(after))).toEqual([]);
  });

  test('another model stays', () => {
    expect(judge(config(CONFIG.replace('claude-opus-4-6', 'claude-sonnet-4-6')))).toEqual([]);
  });
  test('an older version is not touched: migrating is Hermes’s own business', () => {
    expect(judge(config(CONFIG.replace('33', '23')))).toEqual([]);
  });
  test.each([
    ['hermes-other-provider', CONFIG.replace('anthropic', 'openrouter'), 'broken'],
    ['hermes-model-base-url', `${CONFIG}  base_url: https://openrouter.ai/api/v1\n`, 'broken'],
    ['hermes-model-base-url', `${CONFIG}  base_url: https://claude.corp.example\n`, 'risk'],
  ])('%s is changed only when asked for', (code, text, severity) => {
    const [finding] = judge(config(text));
    expect(finding).toMatchObject({ code, severity });
    expect(finding?.fixes[0]?.consequence).toBeDefined();
    expect(judge(config(written(finding?.fixes[0]?.actions[0])))).toEqual([]);
  });
  test('another provider with a key for it was somebody’s choice', () => {
    const facts = { ...config(CONFIG.replace('anthropic', 'openrouter')) };
    const env = file(`${ENV}OPENROUTER_API_KEY=sk-or-0123456789\n`);
    expect(judge({ ...facts, env })).toMatchObject([{ code: 'hermes-other-provider', severity: 'risk' }]);
  });
  test.each([
    [
      'hermes-config-malformed',
      CONFIG.replace(': anthropic', ': "anthropic'),
      CONFIG.replace('anthropic', '"anthropic"'),
    ],
    ['hermes-config-malformed', CONFIG.replaceAll('  ', '\t'), CONFIG],
    ['hermes-config-without-indentation', CONFIG.replaceAll('  ', ''), CONFIG],
  ])('%s: %j is fixed in its lines, unasked', (code, text, wanted) => {
    const [finding, ...more] = judge(config(text));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ code, severity: 'broken' });
    expect(finding?.fixes[0]?.consequence).toBeUndefined();
    expect(written(finding?.fixes[0]?.actions[0])).toBe(wanted);
  });
  test('the runbook as it was published: everything in one change', () => {
    const published =
      'model:\ndefault: "claude-opus-4-6"\nprovider: "anthropic"\n\ndisplay:\ntool_progress: true\nskin: "default"\n';
    const [finding, ...more] = judge(config(published));
    expect(more).toEqual([]);
    expect(finding?.code).toBe('hermes-config-without-indentation');
    const after = written(finding?.fixes[0]?.actions[0]);
    expect(after).toContain('model:\n  default: "claude-opus-4-6"\n  provider: "anthropic"\n');
    expect(after).toContain('display:\n  tool_progress: true\n  skin: "default"\n');
    expect(judge(config(after))).toEqual([]);
  });
  test('beyond fixing: the line is named, and nothing is replaced unasked', () => {
    const [finding] = judge(config('a: [\nb: [\nc: [\nd: [\ne: [\n'));
    expect(finding).toMatchObject({
      code: 'hermes-config-unreadable',
      evidence: expect.stringMatching(/line \d/),
    });
    expect(finding?.fixes[0]?.consequence).toContain('replaced');
  });
});

describe('owner and mode', () => {
  const commands = (facts: Partial<HermesConfigFacts>) =>
    judge(facts)[0]?.fixes[0]?.actions.map((action) =>
      action.kind === 'run' ? `${action.user ?? 'root'}: ${action.argv.join(' ')}` : '',
    );
  test('of root: given back, and never through a link that the user put there', () => {
    expect(commands({ env: file(ENV, { owner: 'root' }) })).toEqual([
      'root: python3 -I - give-back cleo:cleo itself /home/cleo/.hermes/.env',
      'cleo: chmod 0600 -- /home/cleo/.hermes/.env',
    ]);
  });
  test('readable by others', () => {
    expect(commands({ env: file(ENV, { mode: 0o644 }) })).toEqual([
      'cleo: chmod 0600 -- /home/cleo/.hermes/.env',
    ]);
  });
  test('config.yaml may be read by others, as Hermes itself leaves it', () => {
    expect(judge({ config: file(CONFIG, { mode: 0o644 }) })).toEqual([]);
  });
});

test.each<[string, string | undefined, boolean]>([
  ['0123456789abcdef', '0.19.0', true],
  ['0123456789abcde', '0.19.0', false],
  ['0123456789abcde', '0.17.0', true],
  ['1234567', '0.13.0', false],
  ['1', '0.8.0', true],
  ['0123456789abcde', undefined, false],
  ['PLACEHOLDER', '0.13.0', false],
  ['schlüssel-0123456789', '0.13.0', false],
  ['', '0.8.0', false],
])('key %j on %s: %s', (key, version, taken) => {
  expect(keyRefused(key, version) === undefined).toBe(taken);
});
