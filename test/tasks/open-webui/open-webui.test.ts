import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/engine/contracts/task.ts';
import { mask, reveal, Secret } from '../../../src/secret/secret.ts';
import type { NamedContainer } from '../../../src/system/docker/docker.ts';
import { hasPort } from '../../../src/tasks/all-containers.ts';
import { parseImageNote } from '../../../src/tasks/managed-container/image-note.ts';
import type { OpenWebuiFacts } from '../../../src/tasks/open-webui/facts.ts';
import { openWebuiTask } from '../../../src/tasks/open-webui/index.ts';
import { openWebuiImageTask } from '../../../src/tasks/open-webui-image/index.ts';
import { plainEnv } from '../../plain-env.ts';
import { answersWith } from '../answers.ts';
import { container, NOW, named } from '../containers.ts';
import { steps, words } from '../findings.ts';

const published = [{ address: '127.0.0.1', hostPort: 8080, containerPort: 8080 }];
const mounts = [{ source: '/opt/cleo/open-webui', target: '/app/backend/data' }];
const made = (changes = {}) =>
  container({
    published,
    bound: published,
    mounts,
    env: { WEBUI_SECRET_KEY: 'kept-session-key-1' },
    ...changes,
  });

const healthy: OpenWebuiFacts = {
  container: made(),
  aside: undefined,
  creationSpec: {
    ownEnv: { WEBUI_SECRET_KEY: 'kept-session-key-1' },
    keyInside: undefined,
    image: 'ghcr.io/open-webui/open-webui:main',
    digest: 'ghcr.io/open-webui/open-webui@sha256:69ca',
  },
  bridge: '172.17.0.1',
  version: '0.12.4',
  holder: 'docker-proxy',
  taken: true,
  envFile: 'WEBUI_SECRET_KEY=kept-session-key-1\n',
  envFileMode: 0o600,
  databaseThere: true,
  secretKey: new Secret('kept-session-key-1'),
  apiKey: new Secret('the-key-that-hermes-has'),
  log: [],
  nowMs: NOW,
};
const absent: OpenWebuiFacts = {
  container: undefined,
  aside: undefined,
  creationSpec: undefined,
  bridge: undefined,
  version: undefined,
  holder: undefined,
  taken: false,
  envFile: undefined,
  envFileMode: undefined,
  databaseThere: false,
  secretKey: undefined,
  apiKey: undefined,
  log: [],
  nowMs: NOW,
};
const ASK_FIRST =
  'docker run --rm -i --pull never --network none -v /opt/cleo/open-webui:/app/backend/data --entrypoint python3 ghcr.io/open-webui/open-webui:main -I -';
const judge = (facts: Partial<OpenWebuiFacts>) =>
  openWebuiTask.judge({ ...healthy, ...facts }, answersWith());

function written(findings: readonly Finding[]) {
  const action = findings[0]?.fixes[0]?.actions.find(({ kind }) => kind === 'write-file');
  return action?.kind === 'write-file' ? action : undefined;
}

test('a database elsewhere cannot be asked who administers it', () => {
  const envFile = 'WEBUI_SECRET_KEY=k\nDATABASE_URL=postgresql://db/webui\n';
  expect(steps(judge({ ...absent, envFile }))).not.toContain(ASK_FIRST);
});

describe('the file that the next container is made from', () => {
  test('with a word of shells in it: told now, and taken out', () => {
    const findings = judge({ envFile: 'WEBUI_SECRET_KEY=kept-session-key-1\n# export A=1\nexport X=1\n' });
    expect(words(findings)).toEqual(['risk open-webui-env-file-refused']);
    expect(findings[0]?.evidence).toContain('"export X"');
    const text = reveal(written(findings)?.content ?? '');
    expect(text).toBe('WEBUI_SECRET_KEY=kept-session-key-1\n# export A=1\nX=1\n');
    expect(judge({ envFile: text })).toEqual([]);
  });

  test('with another blank in a name: named, and left to whoever wrote it', () => {
    const findings = judge({ envFile: 'WEBUI_SECRET_KEY=kept-session-key-1\nMY NAME=1\n' });
    expect(findings).toMatchObject([{ code: 'open-webui-env-file-refused', fixes: [] }]);
  });
});

describe('whose is it', () => {
  const OLD = named('open-webui-old', { published, mounts, restartPolicy: 'always' });

  test.each<[string, Partial<OpenWebuiFacts>, readonly string[]]>([
    [
      'ours is stopped',
      { container: made({ status: 'exited', labels: {} }), version: undefined },
      ['docker start open-webui'],
    ],
    ['there is none of the name', { ...absent, databaseThere: true }, []],
  ])('another container has the port, and %s: named, and stopped only with consent', (_, facts, then) => {
    const findings = judge({ ...facts, portOwner: OLD });
    expect(words(findings)).toEqual(['broken open-webui-port-of-another (asks)']);
    expect(findings[0]?.evidence).toContain('the container open-webui-old (image');
    expect(steps(findings)).toEqual([
      'docker update --restart no open-webui-old',
      'docker stop open-webui-old',
      ...then,
    ]);
  });

  test('another program in a container of this name is told by what it says, at once', () => {
    const facts = {
      container: made({ image: 'nginx:1', labels: {} }),
      version: undefined,
      stranger: 'a page',
    };
    const findings = judge(facts);
    expect(words(findings)).toEqual(['blocked open-webui-another-program']);
    expect(findings[0]?.evidence).toContain('image nginx:1');
    expect(findings[0]?.evidence).toContain('/api/config with a page');
  });

  test('no second one beside one that works under another name, not even its image', () => {
    const web = named('web-openwebui-1', { project: 'web', mounts });
    const judgeImage = (elsewhere: readonly NamedContainer[]) =>
      openWebuiImageTask.judge({ imageThere: false, containerThere: false, elsewhere }, answersWith());
    expect(words(judgeImage([web]))).toEqual(['blocked open-webui-elsewhere']);
    expect(judgeImage([web])[0]?.evidence).toContain('compose project web');
    expect(steps(judgeImage([web, OLD]))).toEqual([]);
  });

  test('a container has a port that it publishes, or all of them on the machine’s own network', () => {
    expect(hasPort(made(), 8080)).toBe(true);
    expect(hasPort(made({ networkMode: 'host', published: [] }), 8080)).toBe(true);
    expect(hasPort(made({ status: 'exited' }), 8080)).toBe(false);
    expect(hasPort(made({ published: [] }), 8080)).toBe(false);
    expect(hasPort(undefined, 8080)).toBe(false);
  });

  test('as it was found: under its own name and port nothing is wrong with it', () => {
    const at = [{ address: '127.0.0.1', hostPort: 3001, containerPort: 8080 }];
    const answers = answersWith({ openWebuiContainer: 'web-openwebui-1', openWebuiPort: '3001' });
    const facts = { ...healthy, container: made({ published: at, bound: at }) };
    expect(openWebuiTask.judge(facts, answers)).toEqual([]);
    expect(words(openWebuiTask.judge({ ...facts, version: undefined }, answers))).toEqual([
      'missing open-webui-starting',
    ]);
  });
});

test('it answers: nothing to do', () => {
  expect(judge({})).toEqual([]);
});

test('the image is fetched once, and not when a container has it under another name', () => {
  const image = (facts: { imageThere: boolean; containerThere: boolean }) =>
    openWebuiImageTask.judge({ elsewhere: [], ...facts }, answersWith());
  expect(words(image({ imageThere: false, containerThere: false }))).toEqual([
    'missing open-webui-image-missing',
  ]);
  expect(image({ imageThere: true, containerThere: false })).toEqual([]);
  expect(image({ imageThere: false, containerThere: true })).toEqual([]);
});

test('an adopted Otto gets the very image back that it ran from, whatever its tag leads to by now', () => {
  const image = 'ghcr.io/open-webui/open-webui:main';
  const digest = 'ghcr.io/open-webui/open-webui@sha256:69ca';
  const fetched = (note: { image: string; digest: string } | undefined) =>
    steps(
      openWebuiImageTask.judge(
        { imageThere: false, containerThere: false, elsewhere: [], note },
        answersWith(),
      ),
    ).slice(1);
  expect(fetched(undefined)).toEqual([`docker pull ${image}`]);
  expect(fetched({ image, digest })).toEqual([`docker pull ${digest}`, `docker tag ${digest} ${image}`]);
  // Somebody has chosen another image since.
  expect(fetched({ image: 'other:1', digest })).toEqual([`docker pull ${image}`]);
  expect(parseImageNote(JSON.stringify({ image, digest }))).toEqual({ image, digest });
  expect(parseImageNote('{"image":')).toBeUndefined();
});

test('one that was made without -v works, and says that its data goes with it', () => {
  const [finding, ...more] = judge({ container: made({ mounts: [] }), databaseThere: false });
  expect(finding).toMatchObject({ code: 'open-webui-data-inside', severity: 'risk', fixes: [] });
  expect(finding?.reason).toContain('docker cp open-webui:/app/backend/data/. /opt/cleo/open-webui');
  expect(more).toEqual([]);
});

describe('the first start', () => {
  const PUBLISHING = [
    'docker network connect bridge open-webui-claim',
    'docker update --restart always open-webui-claim',
    'docker rename open-webui-claim open-webui',
  ];

  test.each<[string, Partial<OpenWebuiFacts>]>([
    ['will be made before this', absent],
    ['was made', { ...absent, databaseThere: true, unpublished: made({ networks: [] }) }],
  ])('the first account %s, in the container that is then published', (_, facts) => {
    const findings = judge(facts);
    expect(words(findings)).toEqual(['missing open-webui-absent']);
    // Asked at the last moment: has it an administrator?
    expect(steps(findings)).toEqual([ASK_FIRST, ...PUBLISHING]);
  });

  test('one that was cut off when only its name was missing has its own port', () => {
    const unpublished = made({
      networks: [{ name: 'bridge', id: 'abcdef0123456789', address: '172.17.0.2' }],
    });
    const findings = judge({
      ...absent,
      databaseThere: true,
      unpublished,
      taken: true,
      holder: 'docker-proxy',
    });
    expect(steps(findings)).toEqual([ASK_FIRST, ...PUBLISHING.slice(1)]);
  });

  test('while another program has the port, it is not published', () => {
    const facts = { ...absent, databaseThere: true, unpublished: made({ networks: [] }), taken: true };
    expect(words(judge(facts))).toEqual(['blocked open-webui-port-taken']);
  });

  test("the runbook's container over data that was kept, its keys in a file for root", () => {
    const findings = judge({ ...absent, databaseThere: true });
    expect(words(findings)).toEqual(['missing open-webui-absent']);
    expect(steps(findings)).toEqual([
      'install -d -m 0700 -o root -g root /opt/cleo/open-webui',
      'write /opt/cleo/open-webui.env',
      // Asked at the last moment: has it an administrator?
      ASK_FIRST,
      'docker run -d --name open-webui --restart always --label otto-install=open-webui -p 127.0.0.1:8080:8080 -v /opt/cleo/open-webui:/app/backend/data --env-file /opt/cleo/open-webui.env ghcr.io/open-webui/open-webui:main',
    ]);
    expect(written(findings)).toMatchObject({ mode: 0o600, owner: 'root:root' });
  });

  test('what Docker reads from that file', () => {
    const file = written(
      judge({ ...absent, databaseThere: true, bridge: '172.26.0.1', apiKey: healthy.apiKey }),
    );
    expect(plainEnv(file?.content ?? '')).toEqual({
      WEBUI_SECRET_KEY: 'webui-secret-0123456789',
      WEBUI_URL: 'https://otto.client.example',
      CORS_ALLOW_ORIGIN: 'https://otto.client.example;http://localhost:8080;http://127.0.0.1:8080',
      WEBUI_SESSION_COOKIE_SECURE: 'True',
      WEBUI_AUTH_COOKIE_SECURE: 'True',
      // Looked up, not assumed; and the key that Hermes has, not the generated one.
      OPENAI_API_BASE_URL: 'http://172.26.0.1:8642/v1',
      OPENAI_API_KEY: 'the-key-that-hermes-has',
      ENABLE_OLLAMA_API: 'False',
      DEFAULT_MODELS: 'otto',
      BYPASS_MODEL_ACCESS_CONTROL: 'True',
      ENABLE_TITLE_GENERATION: 'False',
      ENABLE_TAGS_GENERATION: 'False',
      ENABLE_FOLLOW_UP_GENERATION: 'False',
      ENABLE_AUTOCOMPLETE_GENERATION: 'False',
      RAG_EMBEDDING_ENGINE: 'openai',
      BYPASS_EMBEDDING_AND_RETRIEVAL: 'True',
    });
    expect(mask(file?.content ?? '')).not.toMatch(/the-key-that|webui-secret-/);
  });

  test('a file that is there keeps its own lines and its session key', () => {
    const envFile = 'WEBUI_SECRET_KEY=kept-session-key-1\nOPENAI_API_KEY=old\nMINE=1\n';
    const file = written(
      judge({
        ...absent,
        databaseThere: true,
        envFile,
        secretKey: healthy.secretKey,
        apiKey: healthy.apiKey,
      }),
    );
    expect(reveal(file?.content ?? '')).toBe(
      'WEBUI_SECRET_KEY=kept-session-key-1\nOPENAI_API_KEY=the-key-that-hermes-has\nMINE=1\nOPENAI_API_BASE_URL=http://172.17.0.1:8642/v1\n',
    );
  });

  test('another program on the port', () => {
    expect(words(judge({ ...absent, taken: true, holder: 'node' }))).toEqual([
      'blocked open-webui-port-taken',
    ]);
  });

  test('a docker-proxy of no container on the port: before anything is started there', () => {
    const left = { taken: true, holder: 'docker-proxy', leftPort: { disturbed: ['shop'], parts: [] } };
    for (const facts of [
      { ...absent, ...left },
      { version: undefined, container: made({ status: 'exited' }), ...left },
    ]) {
      const [finding] = judge(facts as never);
      expect(finding).toMatchObject({ code: 'open-webui-port-taken', fixes: [{ id: 'free-port' }] });
      expect(finding?.fixes[0]?.consequence).toContain('shop');
    }
  });
});

describe('a container that does not answer', () => {
  const silent = { version: undefined, taken: false };

  test('is waited for, with the last line of its log, and never touched', () => {
    const log = [
      'INFO [alembic.runtime.migration] Running upgrade 4ace53fd72c8 -> 922e7a387820, Add group table',
    ];
    const [finding] = judge({ ...silent, log });
    expect(finding).toMatchObject({ code: 'open-webui-starting', severity: 'missing', fixes: [] });
    expect(finding?.evidence).toContain('Running upgrade 4ace53fd72c8');
    expect(finding?.reason).toContain('leaves it alone');
    expect(finding?.watch?.forMs).toBeGreaterThanOrEqual(15 * 60_000);
  });

  test.each<[string, Partial<OpenWebuiFacts>, readonly string[]]>([
    [
      'what a failed start left',
      { container: made({ status: 'created', labels: {}, error: 'port is already allocated' }) },
      ['broken open-webui-never-started'],
    ],
    [
      'one that somebody prepared',
      { container: made({ status: 'created', labels: {} }) },
      ['broken open-webui-never-started (asks)'],
    ],
    ['stopped', { container: made({ status: 'exited' }) }, ['broken open-webui-stopped']],
    [
      'silent long after its start',
      { container: made({ startedMs: NOW - 40 * 60_000 }) },
      ['broken open-webui-silent (asks)'],
    ],
    ['paused', { container: made({ status: 'paused' }) }, ['broken open-webui-paused']],
    [
      "paused, and somebody else's",
      { container: made({ status: 'paused', labels: {} }) },
      ['broken open-webui-paused (asks)'],
    ],
    [
      'started while there was no bridge',
      { container: made({ networkMode: 'default', networks: [] }) },
      ['broken container-without-network'],
    ],
    [
      'in a loop, and running for a moment between two starts',
      { container: made({ restarts: 5 }) },
      ['broken open-webui-restarts'],
    ],
    [
      "stopped, and somebody else's",
      { container: made({ status: 'exited', labels: {} }) },
      ['broken open-webui-stopped (asks)'],
    ],
    ...(
      [
        ['on another port', [{ address: '127.0.0.1', hostPort: 3001, containerPort: 8080 }]],
        [
          'on a port that nobody listens on inside',
          [{ address: '127.0.0.1', hostPort: 8080, containerPort: 80 }],
        ],
        ['on no port', []],
      ] as const
    ).map(([words, bound]): [string, Partial<OpenWebuiFacts>, readonly string[]] => [
      words,
      { container: made({ published: bound, bound }) },
      ['broken open-webui-other-port (asks)'],
    ]),
    [
      'restarting',
      { container: made({ restarting: true, status: 'restarting' }) },
      ['broken open-webui-restarts'],
    ],
  ])('%s', (_, facts, codes) => {
    expect(words(judge({ ...silent, ...facts }))).toEqual(codes);
  });

  test('a migration is never cut short, however long it takes', () => {
    const log = ['Running upgrade 4ace53fd72c8 -> 922e7a387820, Add group table'];
    const container_ = made({ startedMs: NOW - 3 * 3_600_000 });
    expect(words(judge({ ...silent, container: container_, log }))).toEqual(['missing open-webui-starting']);
  });

  test('what a failed start left is removed before the next', () => {
    const left = made({ status: 'created', error: 'port is already allocated' });
    expect(
      steps(judge({ ...silent, container: left, envFile: undefined })).map((step) => step.slice(0, 22)),
    ).toEqual([
      'docker rm -f open-webu',
      'install -d -m 0700 -o ',
      'write /opt/cleo/open-w',
      ASK_FIRST.slice(0, 22),
      'docker run -d --name o',
    ]);
  });

  test.each([
    [
      'RuntimeError: Cannot add unique normalized user email index because duplicate emails exist: bob@example.com (x2).',
      /differ only in case/,
    ],
    ["alembic.util.exc.CommandError: Can't locate revision identified by '0bd252b206fb'", /newer release/],
    ['sqlite3.OperationalError: no such column: config.id', /half migrated/],
    ['ValueError: No embedding model is loaded', /OFFLINE_MODE/],
    ['OSError: We couldn’t connect to https://huggingface.co to load this file', /RAG_EMBEDDING_ENGINE/],
    ['OSError: [Errno 28] No space left on device', /disk is full/],
    ['Traceback (most recent call last):', /docker logs open-webui/],
  ])('%s', (line, reason) => {
    const [finding] = judge({ ...silent, container: made({ restarting: true }), log: [line] });
    expect(finding?.reason).toMatch(reason);
  });
});

describe('it answers, and something should not stay so', () => {
  test.each<[string, Partial<OpenWebuiFacts>, readonly string[], readonly string[]]>([
    [
      'keys that others can read',
      { envFileMode: 0o644 },
      ['broken open-webui-keys-readable'],
      ['chmod 0600 /opt/cleo/open-webui.env'],
    ],
    [
      'made without --restart',
      { container: made({ restartPolicy: 'no' }) },
      ['risk open-webui-not-after-reboot'],
      ['docker update --restart always open-webui'],
    ],
    [
      'the container from before, left over',
      { aside: made({ status: 'exited' }) },
      ['risk open-webui-left-over'],
      ['docker rm -f open-webui-before'],
    ],
  ])('%s', (_, facts, codes, actions) => {
    const findings = judge(facts);
    expect(words(findings)).toEqual(codes);
    expect(steps(findings)).toEqual(actions);
  });

  test('a key file among the data is kept as it is', () => {
    const env = { WEBUI_SECRET_KEY_FILE: '/app/backend/data/key' };
    const envFile = 'WEBUI_SECRET_KEY_FILE=/app/backend/data/key\n';
    expect(judge({ container: made({ env }), envFile })).toEqual([]);
  });
});

describe('a container that only a new one fixes', () => {
  const again =
    'sh -s -- open-webui 300 http://127.0.0.1:8080/health "status":true always -d --name open-webui --restart always';
  const label = '--label otto-install=open-webui';
  const rest =
    '-v /opt/cleo/open-webui:/app/backend/data --env-file /opt/cleo/open-webui.env ghcr.io/open-webui/open-webui:main';
  const inEnv = { ...healthy.creationSpec, ownEnv: {} } as OpenWebuiFacts['creationSpec'];
  const everywhere = [{ address: '0.0.0.0', hostPort: 8080, containerPort: 8080 }];

  test.each<[string, Partial<OpenWebuiFacts>, readonly string[], readonly string[]]>([
    [
      'published to the internet',
      { container: made({ published: everywhere, bound: everywhere }) },
      ['risk open-webui-open-to-internet (asks)'],
      [`${again} ${label} -p 127.0.0.1:8080:8080 ${rest}`],
    ],
    [
      'no session key',
      { container: made({ env: { WEBUI_SECRET_KEY: '' } }), creationSpec: inEnv },
      ['risk open-webui-secret-key-unset (asks)'],
      [`${again} ${label} -p 127.0.0.1:8080:8080 ${rest}`],
    ],
    [
      'other data, while ours is there',
      { container: made({ mounts: [{ source: '/srv/empty', target: '/app/backend/data' }] }) },
      ['broken open-webui-other-data (asks)'],
      [`${again} ${label} -p 127.0.0.1:8080:8080 ${rest}`],
    ],
    [
      'no data folder at all, while ours is there',
      { container: made({ mounts: [] }) },
      ['broken open-webui-other-data (asks)'],
      [`${again} ${label} -p 127.0.0.1:8080:8080 ${rest}`],
    ],
    [
      'a network, a port and a volume of its own are kept',
      {
        container: made({
          env: {},
          networkMode: 'otto_default',
          memoryLimit: 1024,
          extraHosts: ['host.docker.internal:host-gateway'],
          bound: [...everywhere, { address: '127.0.0.1', hostPort: 9000, containerPort: 9000 }],
          mounts: [
            ...mounts,
            { source: '/var/lib/docker/volumes/v/_data', target: '/v', volume: 'v', readOnly: true },
          ],
          labels: { 'otto-install': 'x', 'com.docker.compose.project': 'otto', maintainer: 'me' },
        }),
        creationSpec: inEnv,
      },
      ['risk open-webui-secret-key-unset (asks)'],
      [
        `${again.replace('--restart', '--network otto_default --restart')} ${label} --label com.docker.compose.project=otto --label maintainer=me -p 127.0.0.1:8080:8080 -p 127.0.0.1:9000:9000 -v /opt/cleo/open-webui:/app/backend/data -v v:/v:ro --add-host host.docker.internal:host-gateway --memory 1024 --env-file /opt/cleo/open-webui.env ghcr.io/open-webui/open-webui:main`,
      ],
    ],
  ])('%s', (_, facts, codes, actions) => {
    const findings = judge(facts);
    expect(words(findings)).toEqual(codes);
    expect(steps(findings)).toEqual(actions);
  });

  test('on the machine’s own network nothing can be published: a person has to', () => {
    expect(words(judge({ container: made({ env: {}, networkMode: 'host' }), creationSpec: inEnv }))).toEqual([
      'risk open-webui-secret-key-unset',
    ]);
  });

  test('one that dies of settings that are not the kept ones is made from the kept ones', () => {
    const dying = {
      container: made({ restarting: true, status: 'restarting' }),
      version: undefined,
      creationSpec: {
        ...healthy.creationSpec,
        ownEnv: { WEBUI_SECRET_KEY: 'kept-session-key-1', DATABASE_URL: 'sqlite:////x' },
      },
    } as Partial<OpenWebuiFacts>;
    const findings = judge(dying);
    expect(words(findings)).toEqual(['broken open-webui-restarts (asks)']);
    expect(findings[0]?.reason).toContain('DATABASE_URL');
    // The file stays as it is: what the container dies of is not taken over.
    expect(steps(findings)).toEqual([`${again} ${label} -p 127.0.0.1:8080:8080 ${rest}`]);
    expect(words(judge({ ...dying, creationSpec: healthy.creationSpec }))).toEqual([
      'broken open-webui-restarts',
    ]);
  });

  test('the one that was set aside is put back when its successor was never made', () => {
    const findings = judge({ ...absent, aside: made({ status: 'exited' }) });
    expect(words(findings)).toEqual(['broken open-webui-set-aside']);
    expect(steps(findings)).toEqual([
      'docker rename open-webui-before open-webui',
      'docker update --restart always open-webui',
      'docker start open-webui',
    ]);
  });
});

describe("the runbook's own container, made by hand", () => {
  const env = { OPENAI_API_KEY: 'the-key-that-hermes-has', OPENAI_API_BASE_URL: 'http://172.17.0.1:8642/v1' };
  const byHand: Partial<OpenWebuiFacts> = {
    container: made({ labels: {}, env: { ...env, PATH: '/usr/bin' } }),
    creationSpec: {
      ownEnv: env,
      keyInside: new Secret('made-inside-0001'),
      image: 'ghcr.io/open-webui/open-webui:main',
      digest: undefined,
    },
    envFile: undefined,
    envFileMode: undefined,
    secretKey: undefined,
  };

  test('gives its settings and its key away without being touched', () => {
    const findings = judge(byHand);
    expect(words(findings)).toEqual([
      'risk open-webui-settings-not-kept',
      'risk open-webui-secret-key-unset (asks)',
      'risk open-webui-keys-on-command-line (asks)',
    ]);
    const file = written(findings);
    expect(file).toMatchObject({ mode: 0o600, owner: 'root:root' });
    expect(plainEnv(file?.content ?? '')).toEqual({
      ...env,
      WEBUI_SECRET_KEY: 'made-inside-0001',
    });
    expect(mask(file?.content ?? '')).not.toMatch(/the-key-that|made-inside/);
    expect(findings[1]?.fixes[0]?.consequence).toContain('Nobody is signed out');
  });

  test('of a compose project its keys are where the project has them, and not on a command line', () => {
    const labels = { 'com.docker.compose.project': 'web' };
    const given = { ...env, WEBUI_SECRET_KEY: 'given-by-compose-1' };
    const findings = (spec: Record<string, string>) =>
      words(
        judge({
          ...byHand,
          container: made({ labels, env: spec }),
          creationSpec: { ownEnv: spec, keyInside: undefined, image: 'i', digest: undefined },
          envFile: Object.entries(spec)
            .map(([name, value]) => `${name}=${value}\n`)
            .join(''),
          envFileMode: 0o600,
        }),
      );
    expect(findings(given)).toEqual([]);
    expect(findings(env)).toEqual(['risk open-webui-secret-key-unset (asks)']);
  });

  test('once adopted, only risks are left that interrupt', () => {
    const envFile = 'OPENAI_API_KEY=the-key-that-hermes-has\nWEBUI_SECRET_KEY=made-inside-0001\n';
    expect(words(judge({ ...byHand, envFile, envFileMode: 0o600 }))).toEqual([
      'risk open-webui-secret-key-unset (asks)',
      'risk open-webui-keys-on-command-line (asks)',
    ]);
  });

  test('a kept key counts, not the one that a container without it made for itself', () => {
    const envFile = 'WEBUI_SECRET_KEY=kept-session-key-1\n';
    const finding = judge({ ...byHand, envFile, envFileMode: 0o600 }).find(({ code }) =>
      code.endsWith('key-unset'),
    );
    expect(finding?.fixes[0]?.consequence).toContain('must sign in again');
    const action = finding?.fixes[0]?.actions.find(({ kind }) => kind === 'write-file');
    const content = action?.kind === 'write-file' ? reveal(action.content) : '';
    expect(plainEnv(content)).toEqual({ ...env, WEBUI_SECRET_KEY: 'kept-session-key-1' });
  });
});

describe('"starting" has an end, and evidence', () => {
  const since = (minutes: number) => made({ startedMs: NOW - minutes * 60_000 });
  const found = (minutes: number, facts: object = {}) =>
    judge({ version: undefined, taken: false, container: since(minutes), ...facts } as never)[0];

  test('without a cause in its log it may take a quarter of an hour', () => {
    expect(found(10)).toMatchObject({ code: 'open-webui-starting' });
    expect(found(20)).toMatchObject({ code: 'open-webui-silent' });
    expect(found(20, { log: ['Running upgrade a -> b'] })).toMatchObject({ code: 'open-webui-starting' });
  });

  test('with one it is named after some minutes', () => {
    const log = ['Max retries exceeded with url: /sentence-transformers (Caused by … huggingface.co)'];
    expect(found(1, { log })).toMatchObject({ code: 'open-webui-starting' });
    const late = found(5, { log });
    expect(late).toMatchObject({ code: 'open-webui-silent' });
    expect(late?.reason).toContain('huggingface.co');
  });

  test('healthy inside and dead from outside is no start', () => {
    expect(found(5, { answersInside: true })).toMatchObject({ code: 'open-webui-not-reached' });
    expect(found(5, { answersInside: true, publishesNothing: true })?.reason).toContain('userland-proxy');
  });
});
