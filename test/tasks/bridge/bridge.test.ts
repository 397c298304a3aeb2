import { describe, expect, test } from 'vitest';
import { mask, reveal, Secret } from '../../../src/secret/secret.ts';
import {
  type Connection,
  type Probe,
  parseStoredWay,
  type StoredWay,
} from '../../../src/tasks/bridge/connection.ts';
import type { BridgeFacts } from '../../../src/tasks/bridge/facts.ts';
import { bridgeTask } from '../../../src/tasks/bridge/index.ts';
import { answersWith } from '../answers.ts';
import { container } from '../containers.ts';
import { steps, words } from '../findings.ts';

const URL = 'http://172.17.0.1:8642/v1';
const answering: Probe = { kind: 'answer', status: 200, models: ['otto'] };

function way(
  probe: Probe | undefined,
  changes: Partial<StoredWay> & { url?: string; keyPrint?: string } = {},
  connection: Partial<Connection> = {},
): StoredWay {
  const { url = URL, keyPrint = 'same', ...rest } = changes;
  return {
    layout: 'key-value',
    problem: '',
    persistent: true,
    enabled: true,
    connections: [
      {
        index: 0,
        url,
        from: 'database',
        keyFrom: 'database',
        keyPrint,
        enabled: true,
        modelIds: [],
        prefix: '',
        probe,
        ...connection,
      },
    ],
    ...rest,
  };
}

const healthy: BridgeFacts = {
  container: container(),
  bridge: '172.17.0.1',
  hermesAddresses: ['0.0.0.0'],
  hermesKey: new Secret('the-key-that-hermes-has'),
  keyPrint: 'same',
  hermesModel: 'otto',
  envFile: undefined,
  creationSpec: undefined,
  way: way(answering),
  wayFailure: '',
};
const judge = (facts: Partial<BridgeFacts>) => bridgeTask.judge({ ...healthy, ...facts }, answersWith());

test('Hermes lists its models to the container: nothing to do', () => {
  expect(judge({})).toEqual([]);
  expect(
    judge({ way: way(answering, { url: 'http://host.docker.internal:8642/v1' }) }),
    'by another way',
  ).toEqual([]);
  expect(judge({ way: way(answering, { layout: 'single-row' }) }), 'in an old database').toEqual([]);
});

describe('the first cut on the way', () => {
  const loopback = ['127.0.0.1'];
  const networks = [{ name: 'bridge', id: 'abcdef0123456789', gateway: '172.26.0.1' }];
  const moved = { bridge: '172.26.0.1', container: container({ networks }) };
  test.each<[string, Partial<BridgeFacts>, readonly string[], RegExp]>([
    [
      'not up yet',
      { way: undefined, container: undefined },
      ['missing bridge-not-tried'],
      /inside the container/,
    ],
    ['restarting', { way: undefined, wayFailure: 'is restarting' }, ['missing bridge-not-tried'], /inside/],
    [
      'postgres',
      { way: way(undefined, { layout: 'another-database' }) },
      ['broken bridge-settings-unreadable'],
      /by hand/,
    ],
    [
      '401',
      { way: way({ kind: 'answer', status: 401, models: undefined }, { keyPrint: 'other' }) },
      ['broken bridge-key-wrong'],
      /only that copy counts/,
    ],
    [
      '401, with the key of .env',
      { way: way({ kind: 'answer', status: 401, models: undefined }) },
      ['broken bridge-key-not-read'],
      /reads .env when it starts/,
    ],
    [
      '404 without /v1',
      { way: way({ kind: 'answer', status: 404, models: undefined }, { url: 'http://172.17.0.1:8642' }) },
      ['broken bridge-v1-missing'],
      /end in \/v1/,
    ],
    [
      '404 with another path',
      {
        way: way(
          { kind: 'answer', status: 404, models: undefined },
          { url: 'http://172.17.0.1:8642/v1/chat/completions' },
        ),
      },
      ['broken bridge-v1-missing'],
      /end in \/v1/,
    ],
    [
      '404 with /v1',
      { way: way({ kind: 'answer', status: 404, models: undefined }) },
      ['broken bridge-not-hermes'],
      /not Hermes/,
    ],
    [
      'a page',
      { way: way({ kind: 'answer', status: 200, models: undefined }) },
      ['broken bridge-not-hermes'],
      /not Hermes/,
    ],
    [
      'a page at another address',
      { way: way({ kind: 'answer', status: 200, models: undefined }, { url: 'http://172.17.0.9:8642/v1' }) },
      ['broken bridge-not-hermes'],
      /Another program/,
    ],
    [
      'switched off',
      { way: way(answering, { enabled: false }) },
      ['broken bridge-connection-off (asks)'],
      /switched it off/,
    ],
    [
      'this connection switched off',
      { way: way(answering, {}, { enabled: false }) },
      ['broken bridge-connection-off (asks)'],
      /switched it off/,
    ],
    [
      'a prefix',
      { way: way(answering, {}, { prefix: 'hermes' }) },
      ['broken bridge-model-renamed (asks)'],
      /prefix/,
    ],
    [
      'a list of names',
      { way: way(answering, {}, { modelIds: ['hermes-agent'] }) },
      ['broken bridge-model-renamed (asks)'],
      /list of model names/,
    ],
    [
      'the name in .env was not read yet',
      { way: way({ kind: 'answer', status: 200, models: ['hermes-agent'] }) },
      ['broken bridge-model-not-read (asks)'],
      /when it starts/,
    ],
    [
      'asks somebody else',
      { way: way(undefined, { url: 'https://api.example/v1' }) },
      ['broken bridge-no-connection (asks)'],
      /reads its database/,
    ],
    [
      'asks nobody',
      { way: way(undefined, { connections: [] }) },
      ['broken bridge-no-connection'],
      /database/,
    ],
    [
      'another port',
      { way: way(undefined, { url: 'http://172.17.0.1:8000/v1' }) },
      ['broken bridge-other-port (asks)'],
      /8642/,
    ],
    [
      '7, nobody listens',
      { way: way({ kind: 'refused' }), hermesAddresses: [] },
      ['broken bridge-hermes-silent'],
      /Hermes service/,
    ],
    [
      '28, nobody listens either',
      { way: way({ kind: 'timeout' }), hermesAddresses: [] },
      ['broken bridge-hermes-silent'],
      /Hermes service/,
    ],
    [
      '7, on loopback alone',
      { way: way({ kind: 'refused' }), hermesAddresses: loopback },
      ['broken hermes-runs-on-loopback'],
      /reads API_SERVER_HOST when/,
    ],
    [
      '7, asks localhost',
      { way: way({ kind: 'refused' }, { url: 'http://localhost:8642/v1' }) },
      ['broken bridge-url-is-loopback'],
      /the container itself/,
    ],
    [
      '6',
      { way: way({ kind: 'dns' }, { url: 'http://host.docker.internal:8642/v1' }) },
      ['broken bridge-name-unknown'],
      /--add-host/,
    ],
    ['28, the bridge moved', { way: way({ kind: 'timeout' }), ...moved }, ['broken bridge-moved'], /bip/],
    [
      'no route, the bridge moved',
      { way: way({ kind: 'other', detail: 'No route to host' }), ...moved },
      ['broken bridge-moved'],
      /bip/,
    ],
    [
      '28, the public address',
      { way: way({ kind: 'timeout' }, { url: 'http://203.0.113.10:8642/v1' }) },
      ['broken bridge-url-elsewhere'],
      /public address/,
    ],
    [
      '28',
      { way: way({ kind: 'timeout' }) },
      ['broken bridge-firewall-drops'],
      /drops what comes in over docker0/,
    ],
    ['7, while Hermes listens', { way: way({ kind: 'refused' }) }, ['broken bridge-refused'], /rejects/],
    [
      'something else',
      { way: way({ kind: 'other', detail: 'Network is unreachable' }) },
      ['broken bridge-unreachable'],
      /no route/,
    ],
  ])('%s', (_, facts, codes, reason) => {
    const findings = judge(facts);
    expect(words(findings)).toEqual(codes);
    expect(findings[0]?.reason).toMatch(reason);
  });

  test('a container in a network of its own needs a rule for that one', () => {
    const networks = [{ name: 'otto_default', id: '0123456789abcdef', gateway: '172.17.0.1' }];
    const findings = judge({ way: way({ kind: 'timeout' }), container: container({ networks }) });
    expect(steps(findings)).toEqual([
      'ufw allow in on br-0123456789ab to any port 8642 proto tcp',
      'ufw --force delete allow in on br-0123456789ab to any port 8642 proto tcp',
      'ufw insert 1 allow in on br-0123456789ab to any port 8642 proto tcp',
    ]);
  });

  test('a container of compose asks its own network’s address, or docker0’s', () => {
    const networks = [{ name: 'otto_default', id: '0123456789abcdef', gateway: '172.18.0.1' }];
    const composed = (url: string) => ({
      way: way({ kind: 'timeout' }, { url }),
      container: container({ networks }),
    });
    const codes = (url: string) => words(judge(composed(url)));
    expect(codes('http://172.18.0.1:8642/v1')).toEqual(['broken bridge-firewall-drops']);
    expect(codes('http://172.17.0.1:8642/v1')).toEqual(['broken bridge-firewall-drops']);
    const [moved] = judge(composed('http://172.30.0.1:8642/v1'));
    expect(moved?.fixes[0]?.title).toContain('http://172.18.0.1:8642/v1');
  });

  test.each([
    ['', 'its database has no key'],
    ['other', "the key in its database is not the one in Hermes's .env"],
    ['same', 'Hermes runs with another one'],
  ])('which key it was: %j', (keyPrint, expected) => {
    const [finding] = judge({ way: way({ kind: 'answer', status: 401, models: undefined }, { keyPrint }) });
    expect(finding?.evidence).toContain(expected);
  });

  test('of two connections to Hermes the one that works counts', () => {
    const [works] = way(answering).connections;
    const [dead] = way({ kind: 'timeout' }, { url: 'http://172.30.0.1:8642/v1' }).connections;
    if (works === undefined || dead === undefined) throw new Error('no connections');
    expect(judge({ way: way(undefined, { connections: [dead, { ...works, index: 1 }] }) })).toEqual([]);
  });
});

describe('putting the stored connection right', () => {
  const wrongKey: Probe = { kind: 'answer', status: 401, models: undefined };

  test('in a database with a row per setting: at once, with the key on stdin', () => {
    const findings = judge({ way: way(wrongKey, { keyPrint: 'other' }) });
    expect(steps(findings)).toEqual(['docker exec -i open-webui python3 -I -']);
    const action = findings[0]?.fixes[0]?.actions[0];
    const input = action?.kind === 'run' ? (action.input ?? '') : '';
    expect(reveal(input)).toContain('the-key-that-hermes-has');
    expect(mask(input)).not.toContain('the-key-that-hermes-has');
  });

  test('the env file follows, and its keys are not shown', () => {
    const envFile =
      'A=1\nOPENAI_API_BASE_URL=http://localhost:8642/v1\nOPENAI_API_KEY=old\nWEBUI_SECRET_KEY=signs\n';
    const findings = judge({ way: way({ kind: 'refused' }, { url: 'http://localhost:8642/v1' }), envFile });
    const action = findings[0]?.fixes[0]?.actions[0];
    if (action?.kind !== 'write-file') throw new Error('no file is written');
    expect(action).toMatchObject({ path: '/opt/cleo/open-webui.env', mode: 0o600 });
    expect(reveal(action.content)).toBe(
      `A=1\nOPENAI_API_BASE_URL=${URL}\nOPENAI_API_KEY=the-key-that-hermes-has\nWEBUI_SECRET_KEY=signs\n`,
    );
    expect(mask(action.content)).not.toMatch(/the-key-that-hermes-has|signs/);
  });

  test('an env file that is right is not written, nor one with several connections', () => {
    const files = [
      `OPENAI_API_BASE_URL=${URL}\nOPENAI_API_KEY=the-key-that-hermes-has\n`,
      'OPENAI_API_BASE_URLS=http://localhost:8642/v1;https://api.example/v1\n',
    ];
    for (const envFile of files)
      expect(steps(judge({ way: way(wrongKey, { keyPrint: 'other' }), envFile }))).toEqual([
        'docker exec -i open-webui python3 -I -',
      ]);
  });

  test('where only the environment counts a new container gets another one', () => {
    const creationSpec = {
      ownEnv: { ENABLE_PERSISTENT_CONFIG: 'False', OPENAI_API_BASE_URL: URL, OPENAI_API_KEYS: 'old' },
      keyInside: undefined,
      image: 'ghcr.io/open-webui/open-webui:main',
      digest: undefined,
    };
    const findings = judge({ way: way(wrongKey, { keyPrint: 'other', persistent: false }), creationSpec });
    expect(words(findings)).toEqual(['broken bridge-key-wrong (asks)']);
    const [file, recreate] = findings[0]?.fixes[0]?.actions ?? [];
    if (file?.kind !== 'write-file') throw new Error('no env file is written');
    expect(reveal(file.content)).toContain('OPENAI_API_KEYS=the-key-that-hermes-has\n');
    expect(mask(file.content)).not.toContain('the-key-that-hermes-has');
    expect(recreate?.kind).toBe('run');
  });

  test('in an older one: Open WebUI is stopped for it and started again whatever happens', () => {
    const findings = judge({ way: way(wrongKey, { keyPrint: 'other', layout: 'single-row' }) });
    expect(steps(findings).map((step) => step.split(' ').slice(0, 2).join(' '))).toEqual([
      'docker stop',
      'docker rm',
      'docker run',
      'docker start',
    ]);
    expect(findings[0]?.fixes[0]?.actions[2]).toMatchObject({ succeedsWith: [0, 1] });
  });
});

describe('what the script in the container prints', () => {
  test('is read', () => {
    const printed = JSON.stringify({
      layout: 'key-value',
      problem: '',
      enabled: true,
      connections: [
        { url: 'https://other.example/v1', from: 'database', keyFrom: 'database', keyPrint: '' },
        {
          url: URL,
          from: 'environment',
          keyFrom: 'database',
          keyPrint: 'ab',
          enabled: false,
          modelIds: ['x'],
          prefix: 'y',
          probe: { kind: 'answer', status: 200, body: '{"data":[{"id":"otto"}]}', ms: 3 },
        },
      ],
    });
    expect(parseStoredWay(printed)?.connections).toEqual([
      {
        index: 0,
        url: 'https://other.example/v1',
        from: 'database',
        keyFrom: 'database',
        keyPrint: '',
        enabled: true,
        modelIds: [],
        prefix: '',
        probe: undefined,
      },
      {
        index: 1,
        url: URL,
        from: 'environment',
        keyFrom: 'database',
        keyPrint: 'ab',
        enabled: false,
        modelIds: ['x'],
        prefix: 'y',
        probe: { kind: 'answer', status: 200, models: ['otto'] },
      },
    ]);
  });

  test.each(['', 'Error response from daemon: Container is restarting', '{}'])('%j is nothing', (stdout) => {
    expect(parseStoredWay(stdout)).toBeUndefined();
  });
});

describe('other connections', () => {
  const [hermes] = way(answering).connections;
  const other = (silentMs: number): Connection => ({
    ...(hermes as Connection),
    index: 1,
    url: 'http://10.0.0.9/v1',
    probe: undefined,
    silentMs,
  });
  const withOther = (silentMs: number, ollama: StoredWay['ollama'] = []) =>
    judge({ way: way(answering, { connections: [hermes as Connection, other(silentMs)], ollama }) });

  test('one that answers is nobody’s business', () => {
    expect(withOther(0)).toEqual([]);
    expect(withOther(900)).toEqual([]);
  });

  test('whoever opens a page waits for the one that does not', () => {
    const findings = withOther(3_000, [{ url: 'http://10.0.0.9:11434', silentMs: 3_001 }]);
    expect(words(findings)).toEqual(['risk other-connection-silent (asks)']);
    expect(findings[0]?.evidence).toContain('http://10.0.0.9:11434');
  });
});
