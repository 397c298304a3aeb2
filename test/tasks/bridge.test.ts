import { describe, expect, test } from 'vitest';
import { mask, reveal, Secret } from '../../src/engine/secret.ts';
import { type Probe, parseStoredWay, type StoredWay } from '../../src/tasks/bridge/connection.ts';
import type { BridgeFacts } from '../../src/tasks/bridge/judge.ts';
import { bridgeTask } from '../../src/tasks/bridge.ts';
import { answersWith } from './answers.ts';
import { container } from './containers.ts';
import { steps, words } from './findings.ts';

const URL = 'http://172.17.0.1:8642/v1';
const answering: Probe = { kind: 'answer', status: 200, models: ['otto'] };

function way(
  probe: Probe | undefined,
  changes: Partial<StoredWay> & { url?: string; keyPrint?: string } = {},
): StoredWay {
  const { url = URL, keyPrint = 'same', ...rest } = changes;
  return {
    layout: 'key-value',
    problem: '',
    enabled: true,
    connections: [{ index: 0, url, from: 'database', keyFrom: 'database', keyPrint, probe }],
    ...rest,
  };
}

const healthy: BridgeFacts = {
  container: container(),
  bridge: '172.17.0.1',
  hermesAddresses: ['0.0.0.0'],
  hermesKey: new Secret('the-key-that-hermes-has'),
  keyPrint: 'same',
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
      ['broken bridge-key-wrong (asks)'],
      /only the one in the database counts/,
    ],
    [
      '404 without /v1',
      { way: way({ kind: 'answer', status: 404, models: undefined }, { url: 'http://172.17.0.1:8642' }) },
      ['broken bridge-url-wrong (asks)'],
      /end in \/v1/,
    ],
    [
      '404 with /v1',
      { way: way({ kind: 'answer', status: 404, models: undefined }) },
      ['broken bridge-url-wrong'],
      /not Hermes/,
    ],
    [
      'a page',
      { way: way({ kind: 'answer', status: 200, models: undefined }) },
      ['broken bridge-url-wrong'],
      /not Hermes/,
    ],
    [
      'switched off',
      { way: way(answering, { enabled: false }) },
      ['broken bridge-connection-off (asks)'],
      /switched off/,
    ],
    [
      'asks somebody else',
      { way: way(undefined, { url: 'https://api.example/v1' }) },
      ['broken bridge-no-connection (asks)'],
      /database counts/,
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
      ['broken hermes-listens-on-loopback'],
      /0\.0\.0\.0/,
    ],
    [
      '7, asks localhost',
      { way: way({ kind: 'refused' }, { url: 'http://localhost:8642/v1' }) },
      ['broken bridge-url-is-loopback (asks)'],
      /the container itself/,
    ],
    [
      '6',
      { way: way({ kind: 'dns' }, { url: 'http://host.docker.internal:8642/v1' }) },
      ['broken bridge-name-unknown (asks)'],
      /--add-host/,
    ],
    [
      '28, the bridge moved',
      { way: way({ kind: 'timeout' }), ...moved },
      ['broken bridge-moved (asks)'],
      /bip/,
    ],
    [
      'no route, the bridge moved',
      { way: way({ kind: 'other', detail: 'No route to host' }), ...moved },
      ['broken bridge-moved (asks)'],
      /bip/,
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
      /no way/,
    ],
  ])('%s', (_, facts, codes, because) => {
    const findings = judge(facts);
    expect(words(findings)).toEqual(codes);
    expect(findings[0]?.because).toMatch(because);
  });

  test('a container in a network of its own needs a rule for that one', () => {
    const networks = [{ name: 'otto_default', id: '0123456789abcdef', gateway: '172.17.0.1' }];
    const findings = judge({ way: way({ kind: 'timeout' }), container: container({ networks }) });
    expect(steps(findings)).toEqual([
      'ufw --force delete allow in on br-0123456789ab to any port 8642 proto tcp',
      'ufw insert 1 allow in on br-0123456789ab to any port 8642 proto tcp',
    ]);
  });

  test.each([
    ['', 'there is no key in its database'],
    ['other', "the key in its database is not the one in Hermes's .env"],
    ['same', "it sends the key of Hermes's .env, so Hermes runs with another one and needs a restart"],
  ])('which key it was: %j', (keyPrint, expected) => {
    const [finding] = judge({ way: way({ kind: 'answer', status: 401, models: undefined }, { keyPrint }) });
    expect(finding?.saw).toContain(expected);
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
        probe: undefined,
      },
      {
        index: 1,
        url: URL,
        from: 'environment',
        keyFrom: 'database',
        keyPrint: 'ab',
        probe: { kind: 'answer', status: 200, models: ['otto'] },
      },
    ]);
  });

  test.each(['', 'Error response from daemon: Container is restarting', '{}'])('%j is nothing', (stdout) => {
    expect(parseStoredWay(stdout)).toBeUndefined();
  });
});
