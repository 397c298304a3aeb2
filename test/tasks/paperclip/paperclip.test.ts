import { describe, expect, test } from 'vitest';
import type { AnswersInput } from '../../../src/answers/schema.ts';
import type { Finding } from '../../../src/engine/contracts/task.ts';
import { mask, reveal, Secret } from '../../../src/secret/secret.ts';
import { parseAdministrators } from '../../../src/tasks/first-admin/administrators.ts';
import type { PaperclipFacts } from '../../../src/tasks/paperclip/facts.ts';
import { paperclipTask } from '../../../src/tasks/paperclip/index.ts';
import { answersWith } from '../answers.ts';
import { container, NOW, named } from '../containers.ts';
import { steps, words } from '../findings.ts';

const SECRET = { BETTER_AUTH_SECRET: 'the-secret-of-this-machine' };
const ID = 990;
const IDS = { USER_UID: String(ID), USER_GID: String(ID) };
const OPEN = { ...SECRET, ...IDS };
const CLOSED = { ...OPEN, PAPERCLIP_AUTH_DISABLE_SIGN_UP: 'true' };
const DATA = { folder: '/opt/cleo/paperclip', owner: ID, user: ID, strangers: [] };
const FILE =
  '# kept\nBETTER_AUTH_SECRET=the-secret-of-this-machine\nMINE=1\nUSER_UID=990\nUSER_GID=990\nPAPERCLIP_AUTH_DISABLE_SIGN_UP=false\n';
const account = { name: 'otto-paperclip', uid: ID, gid: ID, there: true, groupThere: true, unfit: '' };
const COMMON = {
  account,
  ids: [{ uid: ID, who: undefined, isProcess: true }],
  halfMoved: false,
  administrators: [{ email: 'admin@client.example', name: 'Admin' }],
  named: [],
};
const OK = { status: 'ok', unclaimed: false, error: '' };

const RENAMED = named('agents', { image: 'ghcr.io/paperclipai/paperclip:latest' });

const healthy: PaperclipFacts = {
  health: OK,
  holder: 'docker-proxy',
  taken: true,
  openToOthers: false,
  container: container({ env: CLOSED }),
  imageThere: true,
  envFile: FILE.replace('UP=false', 'UP=true'),
  secret: new Secret('the-secret-of-this-machine'),
  sameImage: true,
  ownEnv: {},
  data: DATA,
  ...COMMON,
  log: [],
  nowMs: NOW,
};
const absent: PaperclipFacts = {
  health: undefined,
  holder: undefined,
  taken: false,
  openToOthers: false,
  container: undefined,
  imageThere: false,
  envFile: undefined,
  secret: undefined,
  sameImage: true,
  ownEnv: {},
  data: { folder: '/opt/cleo/paperclip', user: 1000, strangers: [] },
  ...COMMON,
  account: { ...account, there: false, groupThere: false },
  ids: [],
  administrators: undefined,
  log: [],
  nowMs: NOW,
};
/** The words of a container that nobody but root can reach, and of one that is published. */
const LIKE =
  '--label otto-install=paperclip -v /opt/cleo/paperclip:/paperclip --env-file /opt/cleo/paperclip.env ghcr.io/paperclipai/paperclip:latest';
const HIDDEN = `--network none --restart no ${LIKE}`;
const PUBLISHED = `--restart always ${LIKE.replace(' -v', ' -p 127.0.0.1:3000:3100 -v')}`;
const last = (findings: readonly Finding[]) => steps(findings).at(-1);
const foreign = container({ labels: {} });
const judge = (facts: Partial<PaperclipFacts>, answers: AnswersInput = {}) =>
  paperclipTask.judge({ ...healthy, ...facts }, answersWith(answers));

/** The env file that the recommended fix would write. */
function written(findings: readonly Finding[]) {
  const action = findings[0]?.fixes[0]?.actions.find(({ kind }) => kind === 'write-file');
  return action?.kind === 'write-file' ? action : undefined;
}

test('claimed, closed, on loopback: nothing to do', () => {
  expect(judge({})).toEqual([]);
});

test('one that somebody else made and claimed is left alone', () => {
  expect(judge({ container: foreign })).toEqual([]);
  expect(judge({ container: undefined }), 'not even in a container').toEqual([]);
});

test('no second one beside one that works under another name, on another port', () => {
  const findings = judge({ ...absent, elsewhere: [RENAMED] });
  expect(words(findings)).toEqual(['risk paperclip-elsewhere']);
  expect(findings[0]?.evidence).toContain('the container agents (image');
  expect(steps(findings)).toEqual([]);
});

test('not wanted and not there: nothing to do', () => {
  expect(judge(absent, { paperclip: 'skip' })).toEqual([]);
});

describe('deploying', () => {
  test('on a bare machine', () => {
    const findings = judge(absent);
    expect(words(findings)).toEqual(['missing paperclip-absent']);
    expect(steps(findings).slice(1)).toEqual([
      'docker pull ghcr.io/paperclipai/paperclip:latest',
      'groupadd --system --gid 990 otto-paperclip',
      'useradd --system --uid 990 --gid 990 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin --comment Paperclip of Otto otto-paperclip',
      'install -d -m 0700 -o 990 -g 990 /opt/cleo/paperclip',
      'write /opt/cleo/paperclip.env',
      `docker run -d --name paperclip ${HIDDEN}`,
    ]);
  });

  test('its secret is in a file for root, shown nowhere, and the sign-up is open for the first account', () => {
    const file = written(judge(absent));
    expect(file).toMatchObject({ mode: 0o600, owner: 'root:root' });
    expect(reveal(file?.content ?? '')).toContain('BETTER_AUTH_SECRET=paperclip-secret-0123456789\n');
    expect(reveal(file?.content ?? '')).toContain('\nPAPERCLIP_AUTH_DISABLE_SIGN_UP=false\n');
    expect(reveal(file?.content ?? '')).toContain('\nUSER_UID=990\nUSER_GID=990\n');
    expect(mask(file?.content ?? '')).not.toContain('paperclip-secret');
  });

  test('a secret that the machine has wins over a generated one, and its file is not touched', () => {
    const findings = judge({ ...absent, account, envFile: FILE, secret: healthy.secret, imageThere: true });
    expect(written(findings)).toBeUndefined();
    expect(steps(findings)).toHaveLength(2);
  });

  test('another program on the port', () => {
    const findings = judge({ ...absent, taken: true, holder: 'grafana' });
    expect(words(findings)).toEqual(['blocked paperclip-port-taken']);
    expect(findings[0]?.evidence).toContain('grafana');
    expect(findings[0]?.fixes).toEqual([]);
  });

  test('a docker-proxy of no container on the port: before anything is started there', () => {
    const left = { taken: true, holder: 'docker-proxy', leftPort: { disturbed: [], parts: [] } };
    for (const facts of [
      { ...absent, ...left },
      { health: undefined, container: container({ status: 'created' }), ...left },
      { health: undefined, container: container({ status: 'exited' }), ...left },
    ]) {
      const [finding] = judge(facts);
      expect(finding).toMatchObject({ code: 'paperclip-port-taken', fixes: [{ id: 'free-port' }] });
      expect(finding?.fixes[0]?.consequence).toBeUndefined();
    }
    const [finding] = judge({ ...absent, ...left, leftPort: { disturbed: ['shop'], parts: [] } });
    expect(finding?.fixes[0]?.consequence).toContain('shop');
  });
});

describe('the first administrator', () => {
  const pending = { ...OK, unclaimed: true };
  const hidden = { networkMode: 'none', networks: [], env: OPEN };

  test('is made where nobody else can reach Paperclip, with the request on stdin, and noted', () => {
    const findings = judge({ health: pending, container: container(hidden), taken: false });
    expect(words(findings)).toEqual(['missing paperclip-administrator-missing']);
    expect(steps(findings)).toEqual([
      'sh -s -- paperclip',
      'write /var/lib/otto-install/paperclip-administrators.json',
    ]);
    const [claim] = findings[0]?.fixes[0]?.actions ?? [];
    const input = claim?.kind === 'run' ? (claim.input ?? '') : '';
    expect(reveal(input)).toContain('http://127.0.0.1:3100/api/bootstrap/claim');
    expect(mask(input)).not.toContain('correct horse');
  });

  test('then it is published with the sign-up closed, over the same data, everything else in the file kept', () => {
    const findings = judge({ container: container(hidden), envFile: FILE, taken: false });
    expect(words(findings)).toEqual(['missing paperclip-unpublished']);
    expect(steps(findings).map((step) => step.split(' ').slice(0, 2).join(' '))).toEqual([
      'write /opt/cleo/paperclip.env',
      'docker stop',
      'docker rm',
      'docker run',
    ]);
    expect(reveal(written(findings)?.content ?? '')).toBe(FILE.replace('UP=false', 'UP=true'));
    expect(last(findings)).toBe(`docker run -d --name paperclip ${PUBLISHED}`);
  });

  test('it is not published where another program listens', () => {
    expect(words(judge({ container: container(hidden), taken: true, holder: 'grafana' }))).toEqual([
      'blocked paperclip-port-taken',
    ]);
  });

  test('one of ours that others can reach, as an earlier release made it, is taken from them first, and is not claimed there', () => {
    const reachable = container({ env: SECRET });
    const findings = judge({
      health: pending,
      container: reachable,
      envFile: FILE.replace(/USER_.*\n/g, ''),
      data: { ...DATA, owner: 1000, user: 1000 },
    });
    expect(words(findings)).toEqual(['broken paperclip-unclaimed']);
    expect(steps(findings).some((step) => step.startsWith('curl'))).toBe(false);
    expect(steps(findings).slice(-2)).toEqual([
      'python3 -I - give /opt/cleo/paperclip 990 990',
      `docker run -d --name paperclip ${HIDDEN}`,
    ]);
    expect(reveal(written(findings)?.content ?? '')).toMatch(/USER_UID=990\nUSER_GID=990\n$/);
  });

  test('published and claimed with the sign-up open, as an earlier release left it: closed', () => {
    const findings = judge({ container: container({ env: OPEN }), envFile: FILE });
    expect(words(findings)).toEqual(['missing paperclip-sign-up-open']);
    expect(last(findings)).toBe(`docker run -d --name paperclip ${PUBLISHED}`);
  });

  test.each([
    ['reachable', {}],
    ['hidden', hidden],
  ])(
    '%s and closed before the first account: a dead end that is opened where nobody reaches it',
    (_, more) => {
      const findings = judge({ health: pending, container: container({ ...more, env: CLOSED }) });
      expect(words(findings)).toEqual(['broken paperclip-cannot-be-claimed']);
      expect(reveal(written(findings)?.content ?? '')).toContain('UP=false');
      expect(last(findings)).toBe(`docker run -d --name paperclip ${HIDDEN}`);
    },
  );

  test('while nobody has claimed it, whatever is made again stays where nobody reaches it', () => {
    const secretless = { ...hidden, env: IDS };
    for (const state of [secretless, { ...hidden, status: 'created' } as const])
      expect(last(judge({ health: undefined, taken: false, container: container(state) }))).toBe(
        `docker run -d --name paperclip ${HIDDEN}`,
      );
  });

  test('administrators are told by name: a stranger is a risk until accepted, whatever its letters', () => {
    const administrators = [
      { email: 'Admin@client.example', name: 'Admin' },
      { email: 'mallory@evil.example', name: 'Admin' },
    ];
    const findings = judge({ administrators });
    expect(words(findings)).toEqual(['risk paperclip-administrator-not-named (asks)']);
    expect(findings[0]?.evidence).toContain('mallory@evil.example administers Paperclip');
    const note = JSON.parse(reveal(written(findings)?.content ?? ''));
    expect(note).toMatchObject({ administrators: [{ email: 'mallory@evil.example' }] });
    expect(judge({ administrators, named: parseAdministrators(JSON.stringify(note)) })).toEqual([]);
    expect(words(judge({ administrators, container: foreign }))).toEqual([
      'risk paperclip-administrator-not-named (asks)',
    ]);
    // The only one: whoever was quicker than an earlier release has it, so it is not published, and nothing of it is deleted.
    const [lost, ...more] = judge({
      administrators: [{ email: 'mallory@evil.example', name: 'Admin' }],
      container: container(hidden),
      taken: false,
      envFile: FILE.replace('UP=false', 'UP=true'),
    });
    expect(lost).toMatchObject({ code: 'paperclip-administrator-not-named', severity: 'broken' });
    expect(more).toEqual([]);
    expect(lost?.fixes.every(({ consequence }) => consequence !== undefined)).toBe(true);
    expect(steps(lost === undefined ? [] : [lost])).toEqual([
      'docker stop -t 30 paperclip',
      'docker rm -f paperclip',
      'mv -T -- /opt/cleo/paperclip /opt/cleo/paperclip.aside-20261122T120000Z',
      'write /opt/cleo/paperclip.env',
      'install -d -m 0700 -o 990 -g 990 /opt/cleo/paperclip',
      `docker run -d --name paperclip ${HIDDEN}`,
    ]);
    expect(judge({ administrators: undefined }), 'a release that cannot be asked').toEqual([]);
  });

  test.each([
    ['only this machine reaches it', false, ['risk paperclip-unclaimed (asks)']],
    [
      'open to the internet',
      true,
      ['broken paperclip-unclaimed (asks)', 'risk paperclip-open-to-internet (asks)'],
    ],
  ])("somebody else's, not claimed, %s", (_, openToOthers, codes) => {
    expect(words(judge({ health: pending, container: foreign, openToOthers }))).toEqual(codes);
  });
});

describe('the user that it runs as', () => {
  const shared = { uid: 1000, who: 'cleo, the user that Otto runs as', isProcess: true };
  const old = { ids: [shared], data: { ...DATA, owner: 1000, user: 1000 } };
  const likeOld = { mounts: [{ source: '/opt/cleo/paperclip', target: '/paperclip' }] };

  test('ours with the number of the deploy user, as an earlier release made it: moved to its account, with a way back', () => {
    const findings = judge({
      ...old,
      container: container({ ...likeOld, env: { ...SECRET, PAPERCLIP_AUTH_DISABLE_SIGN_UP: 'true' } }),
      account: { ...account, there: false, groupThere: false },
      envFile: FILE.replace(/USER_.*\n/g, ''),
    });
    expect(words(findings)).toEqual(['broken paperclip-shares-id']);
    expect(findings[0]?.evidence).toBe(
      'Paperclip runs as user 1000, which is cleo, the user that Otto runs as.',
    );
    expect(steps(findings).map((step) => step.split(' ')[0])).toEqual([
      'groupadd',
      'useradd',
      'write',
      'python3',
    ]);
    expect(reveal(written(findings)?.content ?? '')).toMatch(/USER_UID=990\nUSER_GID=990\n$/);
    expect(last(findings)).toBe(
      `python3 -I - move /var/lib/otto-install/paperclip-move.json 990 990 /opt/cleo/paperclip paperclip always http://127.0.0.1:3000/api/health "status":"ok" 180 -d --name paperclip ${PUBLISHED}`,
    );
  });

  test('ours with a number that nobody has is not its account either', () => {
    expect(words(judge({ ids: [{ uid: 777, who: undefined, isProcess: true }] }))).toEqual([
      'broken paperclip-shares-id',
    ]);
  });

  test('only its data', () => {
    expect(judge({ ids: [{ ...shared, isProcess: false }] })[0]?.evidence).toMatch(
      /^Paperclip's data belongs to user 1000/,
    );
  });

  test("somebody else's is told as a risk, and moved only when that is asked for; it stays theirs, where it is", () => {
    const findings = judge({
      ...old,
      container: container({
        ...likeOld,
        labels: {},
        bound: [{ address: '0.0.0.0', hostPort: 3000, containerPort: 3100 }],
      }),
    });
    expect(words(findings)).toEqual(['risk paperclip-shares-id (asks)']);
    expect(last(findings)).toContain('-p 0.0.0.0:3000:3100');
    expect(last(findings)).not.toContain('--label');
    expect(
      words(judge({ ...old, health: { ...OK, unclaimed: true }, container: foreign })),
      'also while nobody has claimed it',
    ).toEqual(['risk paperclip-unclaimed (asks)', 'risk paperclip-shares-id (asks)']);
    const alone = [{ uid: 800, who: undefined, isProcess: true }];
    expect(judge({ ids: alone, container: foreign }), 'a number of nobody').toEqual([]);
  });

  test('a move that was cut off is undone before anything else', () => {
    const findings = judge({ ...old, halfMoved: true, health: undefined, container: undefined });
    expect(words(findings)).toEqual(['broken paperclip-half-moved']);
    expect(steps(findings)).toEqual(['python3 -I - undo /var/lib/otto-install/paperclip-move.json']);
  });

  test('an account of that name that somebody can use is not used', () => {
    const findings = judge({ account: { ...account, unfit: 'its number 1001 is one of those for people' } });
    expect(words(findings)).toEqual(['blocked paperclip-account-unfit']);
  });

  test('ours that is told to run as another user than its account gets a new container, never the data to that user', () => {
    const strangers = [{ path: '/opt/cleo/paperclip', owner: 'otto-paperclip' }];
    const findings = judge({
      data: { ...DATA, user: 1000, strangers },
      container: container({ env: { ...SECRET, PAPERCLIP_AUTH_DISABLE_SIGN_UP: 'true' } }),
    });
    expect(words(findings)).toEqual(['broken paperclip-data-of-another-user']);
    expect(steps(findings).some((step) => step.includes('1000'))).toBe(false);
    expect(last(findings)).toBe(`docker run -d --name paperclip ${HIDDEN}`);
  });
});

describe('not answering', () => {
  const silent = { health: undefined, taken: false, container: container({ env: OPEN }) };
  const loop = { status: 'restarting', restarting: true, exitCode: 1 } as const;
  const restarting = container({ ...loop, env: OPEN });
  test.each<[string, Partial<PaperclipFacts>, readonly string[], RegExp]>([
    ['starting', silent, ['missing paperclip-starting'], /30 seconds/],
    [
      'it says so itself',
      { health: { ...OK, status: 'starting' } },
      ['missing paperclip-starting'],
      /30 seconds/,
    ],
    [
      'started while there was no bridge',
      { ...silent, container: container({ networkMode: 'default', networks: [] }) },
      ['broken paperclip-without-network'],
      /recreated/,
    ],
    [
      'no secret, on the way to its next end',
      { ...silent, container: container({ env: {} }), secret: undefined },
      ['broken paperclip-without-secret'],
      /signs the sessions/,
    ],
    [
      "no secret, somebody else's",
      { ...silent, container: container({ ...loop, env: {}, labels: {} }) },
      ['broken paperclip-without-secret (asks)'],
      /in the env file/,
    ],
    [
      'its data belongs to root',
      {
        ...silent,
        container: restarting,
        data: { ...DATA, strangers: [{ path: '/opt/cleo/paperclip', owner: 'root' }] },
      },
      ['broken paperclip-data-of-another-user'],
      /restores or edits/,
    ],
    [
      'its data belongs to root, while it still answers',
      { data: { ...DATA, strangers: [{ path: '/opt/cleo/paperclip', owner: 'root' }] } },
      ['broken paperclip-data-of-another-user'],
      /next start/,
    ],
    [
      'published on another port',
      {
        ...silent,
        container: container({
          env: OPEN,
          bound: [{ address: '127.0.0.1', hostPort: 3001, containerPort: 3100 }],
        }),
      },
      ['broken paperclip-other-port'],
      /Ports are fixed/,
    ],
    [
      'it ends for another reason',
      { ...silent, container: restarting, log: ['Something nobody has seen'] },
      ['broken paperclip-restarts'],
      /docker logs paperclip/,
    ],
    [
      'it ends again and again, and the mark of its database is there',
      { ...silent, container: restarting, data: { ...DATA, marked: true }, log: ['Error: connect'] },
      ['broken paperclip-restarts'],
      /a power cut leaves this file/,
    ],
    [
      "the same, somebody else's",
      {
        ...silent,
        container: container({ ...loop, env: OPEN, labels: {} }),
        data: { ...DATA, marked: true },
      },
      ['broken paperclip-restarts (asks)'],
      /a power cut leaves this file/,
    ],
    [
      'a stale postmaster.pid',
      {
        ...silent,
        container: restarting,
        log: [
          'Embedded PostgreSQL already running; reusing existing process',
          'ECONNREFUSED 127.0.0.1:54329',
        ],
      },
      ['broken paperclip-stale-database-lock'],
      /postmaster\.pid/,
    ],
    [
      'stopped',
      { ...silent, container: container({ status: 'exited' }) },
      ['broken paperclip-stopped'],
      /loses nothing/,
    ],
    [
      "stopped, and somebody else's",
      { ...silent, container: container({ status: 'exited', labels: {} }) },
      ['broken paperclip-stopped (asks)'],
      /loses nothing/,
    ],
    [
      'paused',
      { ...silent, container: container({ status: 'paused', env: OPEN }) },
      ['broken paperclip-paused'],
      /docker pause/,
    ],
    [
      "paused, and somebody else's",
      { ...silent, container: container({ status: 'paused', env: OPEN, labels: {} }) },
      ['broken paperclip-paused (asks)'],
      /docker pause/,
    ],
    [
      'it was restarted before, and runs: its start is waited for, and the mark is its own',
      {
        ...silent,
        container: container({ status: 'running', restarts: 3, env: OPEN }),
        data: { ...DATA, marked: true },
      },
      ['missing paperclip-starting'],
      /./,
    ],
    [
      'out of memory',
      { ...silent, container: container({ status: 'exited', exitCode: 137, outOfMemory: true }) },
      ['broken paperclip-stopped'],
      /memory ran out/,
    ],
    [
      'never ran',
      { ...silent, container: container({ status: 'created', error: 'port is already allocated' }) },
      ['broken paperclip-never-started'],
      /keeps the name/,
    ],
    [
      'its database is gone',
      { health: { status: 'unhealthy', unclaimed: false, error: 'database_unreachable' } },
      ['broken paperclip-unhealthy (asks)'],
      /inside the same container/,
    ],
  ])('%s', (_, facts, codes, reason) => {
    const findings = judge(facts);
    expect(words(findings)).toEqual(codes);
    expect(findings[0]?.reason).toMatch(reason);
  });

  test('it is recreated as it was: image, data and own environment; with the secret, on loopback', () => {
    const findings = judge({
      ...silent,
      container: container({
        env: { PAPERCLIP_PUBLIC_URL: 'https://p.client.example' },
        imageId: 'sha256:older',
        mounts: [{ source: '/srv/paperclip', target: '/paperclip' }],
        restartPolicy: 'always',
      }),
      ownEnv: { PAPERCLIP_PUBLIC_URL: 'https://p.client.example' },
      sameImage: false,
      envFile: undefined,
      secret: undefined,
    });
    expect(reveal(written(findings)?.content ?? '')).toBe(
      '# Otto: Paperclip. The settings of its container, kept by otto-install.\nPAPERCLIP_PUBLIC_URL=https://p.client.example\nBETTER_AUTH_SECRET=paperclip-secret-0123456789\n',
    );
    expect(mask(written(findings)?.content ?? '')).not.toContain('paperclip-secret');
    expect(steps(findings)[1]).toMatch(
      /-p 127\.0\.0\.1:3000:3100 -v \/srv\/paperclip:\/paperclip --env-file \/opt\/cleo\/paperclip\.env sha256:older$/,
    );
  });

  test('open to the internet and not claimed: nobody can reach it any more, before anything else', () => {
    const findings = judge({
      health: { ...OK, unclaimed: true },
      container: container({ env: OPEN }),
      openToOthers: true,
    });
    expect(words(findings)).toEqual(['broken paperclip-unclaimed', 'risk paperclip-open-to-internet (asks)']);
    const [first] = findings;
    expect(last(first === undefined ? [] : [first])).toBe(`docker run -d --name paperclip ${HIDDEN}`);
  });

  test('a loop over a mark that was left behind: ours is fixed, somebody else’s may find its way by itself', () => {
    const marked = { ...silent, data: { ...DATA, marked: true } };
    const theirs = container({ status: 'restarting', restarting: true, env: OPEN, labels: {} });
    expect(judge({ ...marked, container: { ...theirs } })[0]?.watch).toEqual({
      everyMs: 5_000,
      forMs: 90_000,
    });
    expect(
      judge({ ...marked, container: container({ status: 'restarting', restarting: true }) })[0]?.watch,
    ).toBe(undefined);
  });

  test('a start is waited for in silence', () => {
    expect(judge(silent)[0]).toMatchObject({ fixes: [], watch: { everyMs: 1_500, forMs: 240_000 } });
  });
});

describe('"starting" is a claim that needs evidence', () => {
  const old = container({ env: OPEN, startedMs: NOW - 3_600_000 });
  const silent = { health: undefined, taken: false, container: old };

  test('it answers inside, and nothing leads to it', () => {
    const [finding] = judge({ ...silent, answersInside: true });
    expect(finding).toMatchObject({ code: 'paperclip-not-reached', severity: 'broken' });
    const [told] = judge({ ...silent, answersInside: true, publishesNothing: true });
    expect(told?.reason).toContain('userland-proxy');
    expect(told?.fixes).toEqual([]);
  });

  test('its log says that it took another port', () => {
    const log = ['Requested port is busy; using next free port (requestedPort=3100, selectedPort=3101)'];
    expect(judge({ ...silent, log })[0]).toMatchObject({ code: 'paperclip-on-another-port' });
    // That of its database is its own affair.
    const own = [
      'Embedded PostgreSQL port is in use; using next free port (requestedPort=54329, selectedPort=54330)',
    ];
    expect(judge({ ...silent, log: own })[0]).toMatchObject({ code: 'paperclip-silent' });
  });

  test('an hour is no start', () => {
    expect(judge(silent)[0]).toMatchObject({ code: 'paperclip-silent', severity: 'broken' });
  });
});
