import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/engine/contracts/task.ts';
import { mask, reveal, Secret } from '../../../src/secret/secret.ts';
import { parseAdministrators } from '../../../src/tasks/first-admin/administrators.ts';
import { type FirstAdminFacts, firstAdminTask } from '../../../src/tasks/first-admin/index.ts';
import { ignoresDatabase } from '../../../src/tasks/first-admin/sign-up-open.ts';
import { answersWith } from '../answers.ts';
import { container, NOW } from '../containers.ts';
import { steps, words } from '../findings.ts';

const config = { version: '0.12.4', onboarding: false, signUpOpen: false, loginForm: true };
const own = {
  id: 'a',
  email: 'admin@client.example',
  name: 'Admin',
  role: 'admin',
  active: true,
  createdMs: Date.UTC(2026, 10, 1, 9, 5),
};
const ann = { ...own, id: 'n', email: 'ann@client.example', name: 'Ann' };
const bob = { id: 'b', email: 'bob@client.example', name: 'Bob', role: 'user', active: true };
const accounts = { problem: '', count: 2, admins: [own], others: [bob], alike: [] };
const nobody = { problem: '', count: 0, admins: [], others: [], alike: [] };
const mounts = [{ source: '/opt/cleo/open-webui', target: '/app/backend/data' }];
const bridge = [{ name: 'bridge', id: 'abcdef0123456789', gateway: '172.17.0.1', address: '172.17.0.2' }];
const ours = container({ mounts, networks: bridge });
const byHand = container({ mounts, networks: bridge, labels: {} });
const healthy: FirstAdminFacts = {
  container: ours,
  claim: undefined,
  config,
  accounts,
  databaseThere: true,
  imageThere: true,
  misplaced: false,
  administrators: [],
  proved: undefined,
  envFile: 'WEBUI_SECRET_KEY=kept\n',
  secretKey: new Secret('kept'),
  apiKey: new Secret('the-key-that-hermes-has'),
  bridge: undefined,
  nowMs: NOW,
};
/** A machine on which Docker and the image are there, and no Open WebUI was ever started. */
const fresh: Partial<FirstAdminFacts> = {
  container: undefined,
  config: undefined,
  accounts: undefined,
  databaseThere: false,
  envFile: undefined,
  secretKey: undefined,
  apiKey: undefined,
  bridge: '172.17.0.1',
};
const judge = (facts: Partial<FirstAdminFacts>) =>
  firstAdminTask.judge({ ...healthy, ...facts }, answersWith());
/** The first words of each step. */
const short = (findings: readonly Finding[], count = 3) =>
  steps(findings).map((step) => step.split(' ').slice(0, count).join(' '));

test.each<[string, Partial<FirstAdminFacts>]>([
  ['the named administrator exists and the sign-up is closed', {}],
  [
    'it was noted by a claim, and another address is among the answers by now',
    {
      administrators: [{ email: 'ann@client.example', since: '' }],
      accounts: { ...accounts, admins: [ann] },
    },
  ],
  ['it is starting, and its database already says who has an account', { config: undefined }],
  [
    'it is down, and its data says so',
    {
      config: undefined,
      container: container({ mounts, status: 'exited' }),
    },
  ],
  [
    'there is no container, and the data that was kept has its administrator',
    { ...fresh, accounts, databaseThere: true },
  ],
  [
    'a plan on a machine without the image, over data that was kept',
    { ...fresh, databaseThere: true, imageThere: false },
  ],
  [
    'a container that does not come up and whose database cannot be read: the next task says why',
    {
      accounts: undefined,
      config: undefined,
      container: container({ mounts, restarting: true }),
    },
  ],
  [
    'a container on other data than this Otto’s, or set aside: the next task says so',
    { accounts: nobody, misplaced: true },
  ],
  ['another program in the container of this name', { accounts: nobody, stranger: true }],
])('nothing to do: %s', (_, facts) => {
  expect(judge(facts)).toEqual([]);
});

describe('nobody has claimed it', () => {
  const CLAIMING = [
    'docker create --name open-webui-claim --restart no --label otto-install=open-webui -p 127.0.0.1:8080:8080 -v /opt/cleo/open-webui:/app/backend/data --env-file /opt/cleo/open-webui.env ghcr.io/open-webui/open-webui:main',
    'docker network disconnect bridge open-webui-claim',
    'docker start open-webui-claim',
  ];
  const OF_OURS = { 'otto-install': 'open-webui' };
  const INSIDE = ['sh -s -- open-webui-claim'];
  const waits = expect.stringMatching(
    /^sh -s -- open-webui-claim inside:http:\/\/127\.0\.0\.1:8080\/health /,
  );
  const ENDS = ['docker stop -t 60 open-webui-claim', 'docker rm -f open-webui-claim'];
  const NOTES = ['write /var/lib/otto-install/administrators.json'];
  const PREPARES = [
    'install -d -m 0700 -o root -g root /opt/cleo/open-webui',
    'write /opt/cleo/open-webui.env',
  ];

  test('a fresh machine: claimed off the network, unasked, and then left to be published', () => {
    const findings = judge(fresh);
    expect(words(findings)).toEqual(['missing no-administrator']);
    expect(steps(findings)).toEqual([...PREPARES, ...CLAIMING, waits, ...INSIDE, ...NOTES]);
  });

  test('the password is on stdin, and shown nowhere', () => {
    const action = judge(fresh)[0]?.fixes[0]?.actions.find(
      (one) => one.kind === 'run' && one.purpose === 'Make admin@client.example the administrator',
    );
    const input = action?.kind === 'run' ? (action.input ?? '') : '';
    expect(reveal(input)).toContain('correct horse battery');
    expect(mask(input)).not.toContain('correct horse battery');
    expect(steps(judge(fresh)).join(' ')).not.toContain('correct horse battery');
  });

  test.each<[string, Partial<FirstAdminFacts>]>([
    ['no account in its database', { accounts: nobody, databaseThere: true }],
    [
      'a first start that was cut off before it had made its tables',
      {
        accounts: { ...nobody, problem: 'not-open-webui' },
        databaseThere: true,
      },
    ],
  ])('no container, and %s: the same', (_, facts) => {
    expect(words(judge({ ...fresh, ...facts }))).toEqual(['missing no-administrator']);
    expect(steps(judge({ ...fresh, ...facts }))).toContain(CLAIMING[0]);
  });

  test('a claim that was cut off, its container at work: it goes on from there', () => {
    const claim = container({ labels: OF_OURS, networkMode: 'default', networks: [] });
    const findings = judge({ ...fresh, claim, accounts: nobody, databaseThere: true });
    expect(words(findings)).toEqual(['missing no-administrator']);
    expect(steps(findings)).toEqual([waits, ...INSIDE, ...NOTES]);
  });

  test('one of an earlier release, which can never be published, is ended afterwards', () => {
    const claim = container({
      labels: { 'otto-install': 'open-webui-claim' },
      networkMode: 'none',
      networks: [{ name: 'none', id: 'abcdef0123456789', gateway: '' }],
    });
    const findings = judge({ ...fresh, claim, accounts: nobody, databaseThere: true });
    expect(steps(findings)).toEqual([waits, ...INSIDE, ...ENDS, ...NOTES]);
  });

  test('one that others can reach is not claimed but made anew', () => {
    const claim = container({ labels: OF_OURS, networkMode: 'default', networks: bridge });
    const findings = judge({ ...fresh, claim, accounts: nobody, databaseThere: true });
    expect(steps(findings)[0]).toBe('docker rm -f open-webui-claim');
    expect(steps(findings)).toContain(CLAIMING[0]);
  });

  test('its account is made: nothing to do here, the next task publishes it', () => {
    const claim = container({ labels: OF_OURS, networkMode: 'default', networks: [] });
    expect(judge({ ...fresh, claim, accounts, databaseThere: true })).toEqual([]);
  });

  test('beside one that is published already only one may stay', () => {
    const claim = container({ labels: OF_OURS, networkMode: 'default', networks: [] });
    expect(steps(judge({ claim, accounts }))).toEqual([...ENDS, ...NOTES]);
  });

  test('a claim that was cut off by a power cut: its container is made again', () => {
    const claim = container({ labels: OF_OURS, networkMode: 'default', status: 'exited' });
    const findings = judge({ ...fresh, claim, accounts: nobody, databaseThere: true });
    expect(words(findings)).toEqual(['missing no-administrator']);
    expect(steps(findings)[0]).toBe('docker rm -f open-webui-claim');
    expect(steps(findings)).toContain(CLAIMING[0]);
  });

  test('a claim that was cut off when the account was made: only its container goes', () => {
    const claim = container({ labels: OF_OURS, networkMode: 'default', status: 'exited' });
    const findings = judge({ ...fresh, claim, accounts, databaseThere: true });
    expect(words(findings)).toEqual(['missing no-administrator']);
    expect(steps(findings)).toEqual([...ENDS, ...NOTES]);
  });

  test('somebody’s container of that name is not ours to end', () => {
    const claim = container({ labels: {} });
    expect(steps(judge({ ...fresh, claim })).slice(0, 5)).toEqual([...PREPARES, ...CLAIMING]);
    expect(judge({ claim })).toEqual([]);
  });

  const running: Partial<FirstAdminFacts> = {
    accounts: nobody,
    config: { ...config, onboarding: true, signUpOpen: true },
  };

  test('one of ours that runs where others reach it loses its network first, unasked', () => {
    const findings = judge(running);
    expect(words(findings)).toEqual(['broken open-webui-unclaimed']);
    expect(steps(findings)).toEqual([
      'docker network disconnect -f bridge open-webui',
      expect.stringMatching(/^sh -s -- open-webui inside:http/),
      'sh -s -- open-webui',
      ...NOTES,
    ]);
  });

  test('one that nobody of us made is cut off with consent only', () => {
    expect(words(judge({ ...running, container: byHand }))).toEqual(['broken open-webui-unclaimed (asks)']);
  });

  test('a network of its own is given back when it is claimed', () => {
    const networks = [{ name: 'web', id: 'abcdef0123456789', gateway: '172.18.0.1', address: '172.18.0.2' }];
    const findings = judge({ ...running, container: container({ mounts, networks, networkMode: 'web' }) });
    expect(steps(findings)[0]).toBe('docker network disconnect -f web open-webui');
    expect(steps(findings).at(-1)).toBe('docker network connect web open-webui');
  });

  test('one of ours that is down is claimed in a container of its own before it comes back', () => {
    const down = container({ mounts, networks: bridge, status: 'exited' });
    const findings = judge({ accounts: nobody, config: undefined, container: down });
    expect(words(findings)).toEqual(['broken open-webui-unclaimed']);
    expect(steps(findings)[0]).toBe('docker rm -f open-webui');
    expect(steps(findings)).toContain(CLAIMING[0]);
    expect(short(findings)).not.toContain('docker start open-webui');
  });

  test('one that keeps its data in itself would lose it without its network, and is claimed where it is', () => {
    const findings = judge({ ...running, container: container({ networks: bridge }) });
    expect(short(findings, 2)).toEqual(['sh -s', 'sh -s', 'write /var/lib/otto-install/administrators.json']);
  });

  test('a database that nobody can read, and nothing that runs: nothing is started', () => {
    const findings = judge({ ...fresh, databaseThere: true, accounts: { ...nobody, problem: 'corrupt' } });
    expect(words(findings)).toEqual(['broken accounts-not-known']);
    expect(findings[0]?.fixes).toEqual([]);
  });

  test('a database elsewhere cannot be asked before it runs', () => {
    expect(judge({ ...fresh, envFile: 'DATABASE_URL=postgresql://db/webui\n' })).toEqual([]);
  });
});

describe('an administrator whom nobody named', () => {
  const mallory = { ...own, id: 'm', email: 'mallory@elsewhere.example', name: 'Mallory' };
  const alone = { ...accounts, count: 1, admins: [mallory], others: [] };

  test('the only one: somebody else claimed this Otto, and it is not ready', () => {
    const [finding, ...more] = judge({ accounts: alone });
    expect(more).toEqual([]);
    expect(words([finding as Finding])).toEqual(['broken administrator-is-a-stranger (asks)']);
    expect(finding?.evidence).toBe(
      'Open WebUI is administered by mallory@elsewhere.example (since 2026-11-01 09:05 UTC); admin@client.example is not an administrator there.',
    );
    expect(short([finding as Finding], 4).slice(0, 3)).toEqual([
      'docker stop -t 60',
      'docker rm -f open-webui',
      'mv -T -- /opt/cleo/open-webui',
    ]);
    expect(steps([finding as Finding])[2]).toBe(
      'mv -T -- /opt/cleo/open-webui /opt/cleo/open-webui-of-another-20261122120000',
    );
    expect(steps([finding as Finding]).at(-1)).toBe('write /var/lib/otto-install/administrators.json');
    // Or it is accepted by name, which nobody does unasked either.
    expect(finding?.fixes[1]?.title).toBe('Record that mallory@elsewhere.example is an administrator');
    expect(finding?.fixes[1]?.consequence).toBeDefined();
  });

  test('the same with the container gone, over the data that is there', () => {
    expect(words(judge({ ...fresh, databaseThere: true, accounts: alone }))).toEqual([
      'broken administrator-is-a-stranger (asks)',
    ]);
  });

  test('data in a folder of the operator’s choice is not moved: only accepting is offered', () => {
    const answers = answersWith({ openWebuiData: '/srv/open-webui' });
    const place = container({ mounts: [{ source: '/srv/open-webui', target: '/app/backend/data' }] });
    const [finding] = firstAdminTask.judge({ ...healthy, container: place, accounts: alone }, answers);
    expect(finding?.code).toBe('administrator-is-a-stranger');
    expect(finding?.fixes.map(({ title }) => title)).toEqual([
      'Record that mallory@elsewhere.example is an administrator',
    ]);
  });

  test('ours was made an ordinary account: the same', () => {
    const demoted = { ...accounts, admins: [mallory], others: [{ ...own, role: 'user' }] };
    expect(words(judge({ accounts: demoted }))).toEqual(['broken administrator-is-a-stranger (asks)']);
  });

  test.each<[string, Partial<FirstAdminFacts>]>([
    ['beside ours', { accounts: { ...accounts, count: 3, admins: [own, ann] } }],
    [
      'where ours has signed in before: its address was changed',
      {
        accounts: { ...accounts, admins: [ann] },
        proved: 'admin@client.example',
      },
    ],
    [
      'in an Open WebUI that was here before otto-install',
      { container: byHand, accounts: { ...accounts, admins: [ann] } },
    ],
  ])('%s: a risk that only the operator ends', (_, facts) => {
    const findings = judge(facts);
    expect(words(findings)).toEqual(['risk administrator-not-named (asks)']);
    expect(findings[0]?.evidence).toContain('ann@client.example (since 2026-11-01 09:05 UTC)');
    expect(steps(findings)).toEqual(['write /var/lib/otto-install/administrators.json']);
  });

  test('what was found when it was adopted was named by nobody, the oldest included', () => {
    expect(words(judge({ container: byHand }))).toEqual(['risk administrator-not-named (asks)']);
    expect(words(judge({ container: byHand, proved: 'another@client.example' }))).toEqual([
      'risk administrator-not-named (asks)',
    ]);
  });

  test('one who has signed in with the password that was given is named, also where somebody else made the container', () => {
    expect(judge({ container: byHand, proved: own.email })).toEqual([]);
    const both = { ...accounts, admins: [own, ann] };
    expect(words(judge({ container: byHand, proved: own.email, accounts: both }))).toEqual([
      'risk administrator-not-named (asks)',
    ]);
  });

  test('noted, in whatever capitals, they are healthy; those noted before stay', () => {
    const facts = { accounts: { ...accounts, admins: [own, { ...ann, email: 'Ann@Client.example' }] } };
    const [action] =
      judge({ ...facts, administrators: [{ email: 'eve@client.example', since: 'then' }] })[0]?.fixes[0]
        ?.actions ?? [];
    const content = action?.kind === 'write-file' ? reveal(action.content) : '';
    expect(action).toMatchObject({ mode: 0o600, owner: 'root:root' });
    const administrators = parseAdministrators(content);
    expect(administrators.map(({ email }) => email)).toEqual(['eve@client.example', 'ann@client.example']);
    expect(judge({ ...facts, administrators })).toEqual([]);
  });

  test('one that may not sign in is no administrator', () => {
    expect(judge({ accounts: { ...accounts, admins: [own, { ...ann, active: false }] } })).toEqual([]);
  });

  test.each([[undefined], [''], ['{"administrators":'], ['[]'], ['{"administrators":[1,{"email":2}]}']])(
    'a note that is none notes nobody: %s',
    (content) => expect(parseAdministrators(content)).toEqual([]),
  );
});

test('a sign-up that somebody opened again is closed in the database', () => {
  const findings = judge({ config: { ...config, signUpOpen: true } });
  expect(words(findings)).toEqual(['risk sign-up-open (asks)']);
  expect(steps(findings)).toEqual(['docker exec -i open-webui python3 -I -']);
});

test('where the environment counts and not the database, it is closed in the environment', () => {
  const env = { ENABLE_PERSISTENT_CONFIG: 'False', WEBUI_SECRET_KEY: 'kept' };
  const creationSpec = {
    ownEnv: env,
    keyInside: undefined,
    image: 'ghcr.io/open-webui/open-webui:main',
    digest: undefined,
  };
  const facts = { container: { ...ours, env }, creationSpec, config: { ...config, signUpOpen: true } };
  const findings = judge(facts);
  expect(words(findings)).toEqual(['risk sign-up-open (asks)']);
  expect(findings[0]?.reason).toContain('ENABLE_PERSISTENT_CONFIG=False');
  expect(steps(findings).join()).not.toContain('docker exec');
  const [action] = findings[0]?.fixes[0]?.actions ?? [];
  expect(action?.kind === 'write-file' ? reveal(action.content) : '').toContain('ENABLE_SIGNUP=False');
  expect(judge({ ...facts, config })).toEqual([]);
  expect(ignoresDatabase(ours)).toBe(false);
});

test('a release that holds its settings in memory is stopped for it', () => {
  const findings = judge({ config: { ...config, version: '0.8.12', signUpOpen: true } });
  expect(words(findings)).toEqual(['risk sign-up-open (asks)']);
  expect(findings[0]?.fixes[0]?.consequence).toContain('unavailable for about 30 seconds');
  expect(steps(findings).map((step) => step.split(' ').slice(0, 2).join(' '))).toEqual([
    'docker stop',
    'docker rm',
    'docker run',
    'docker start',
  ]);
});

/** What the fix would change, as the program is told. */
function changes(facts: Partial<FirstAdminFacts>, fix = 0): unknown {
  const action = judge(facts)[0]?.fixes[fix]?.actions[0];
  const input = action?.kind === 'run' ? reveal(action.input ?? '') : '';
  const literal = /^CHANGES = json\.loads\((".*")\)$/m.exec(input)?.[1] ?? '""';
  return JSON.parse(JSON.parse(literal));
}

describe('no administrator who can sign in', () => {
  const none = {
    accounts: { ...accounts, admins: [], others: [bob, { ...bob, id: 'c', email: 'Admin@client.example' }] },
  };

  test('the account of the answers is the one that is recommended, then the oldest', () => {
    expect(words(judge(none))).toEqual(['broken administrator-missing (asks)']);
    expect(changes(none)).toEqual([{ id: 'c', role: 'admin' }]);
    expect(changes(none, 1)).toEqual([{ id: 'b', role: 'admin' }]);
  });

  test('one that was locked comes first', () => {
    const locked = { accounts: { ...accounts, admins: [{ ...ann, id: 'a', active: false }] } };
    expect(words(judge(locked))).toEqual(['broken administrator-missing (asks)']);
    expect(changes(locked)).toEqual([{ id: 'a', active: true }]);
  });

  test.each([['another-database'], ['unreadable']])('%s: nothing is said', (problem) => {
    expect(judge({ accounts: { ...nobody, problem } })).toEqual([]);
  });

  test('whoever is made one was named by the operator who chose it', () => {
    expect(steps(judge(none))).toEqual([
      'docker exec -i open-webui python3 -I -',
      'write /var/lib/otto-install/administrators.json',
    ]);
  });
});

test('addresses that differ only in case: the one in small letters keeps its own', () => {
  const Bob = { ...bob, id: 'x', email: 'Bob@Client.example' };
  const twice = { accounts: { ...accounts, count: 3, alike: [[Bob, bob]] } };
  const findings = judge(twice);
  expect(words(findings)).toEqual(['risk accounts-differ-in-case (asks)']);
  expect(findings[0]?.evidence).toContain('Bob@Client.example and bob@client.example');
  expect(changes(twice)).toEqual([{ id: 'x', email: 'bob+2@client.example' }]);
});

describe('other ways in', () => {
  const variables = { trustedHeader: '', bypassModelAccess: true };
  const creationSpec = { ownEnv: {}, keyInside: undefined, image: 'open-webui:main', digest: undefined };
  const ways = { defaultRole: 'pending', oauthSignUp: true, oauthDomains: '*', sharedModels: [] };
  const found = (facts: Partial<FirstAdminFacts>) => judge({ variables, creationSpec, ...facts });

  test('nobody has to sign in', () => {
    const findings = found({ config: { ...config, auth: false }, emptySignIn: 200 });
    expect(words(findings)).toEqual(['broken sign-in-switched-off (asks)']);
    expect(findings[0]?.evidence).toContain('gives a session');
  });

  test('a header that says who somebody is', () => {
    expect(words(found({ variables: { ...variables, trustedHeader: 'X-Email' } }))).toEqual([
      'broken sign-in-by-header (asks)',
    ]);
  });

  test.each([
    ['new accounts wait for an administrator', ways, []],
    ['only addresses of this domain', { ...ways, defaultRole: 'user', oauthDomains: 'client.example' }, []],
    ['accounts are not made by signing in', { ...ways, defaultRole: 'user', oauthSignUp: false }, []],
    ['everybody', { ...ways, defaultRole: 'user' }, ['risk accounts-by-other-services']],
    ['everybody, as administrator', { ...ways, defaultRole: 'admin' }, ['broken accounts-by-other-services']],
  ])('an account elsewhere is an account here: %s', (_, seen, expected) => {
    const facts = { config: { ...config, otherWays: ['google'] }, accounts: { ...accounts, ways: seen } };
    expect(words(found(facts))).toEqual(expected);
  });

  test('LDAP makes accounts whatever is said of other services', () => {
    const seen = { ...ways, defaultRole: 'user', oauthSignUp: false };
    const facts = { config: { ...config, otherWays: ['ldap'] }, accounts: { ...accounts, ways: seen } };
    expect(words(found(facts))).toEqual(['risk accounts-by-other-services']);
  });

  test('ordinary accounts see the model, or somebody has to share it', () => {
    const closed = { ...variables, bypassModelAccess: false };
    const see = (seen: typeof ways | undefined, others = [bob]) =>
      words(found({ variables: closed, accounts: { ...accounts, others, ways: seen } }));
    expect(see(ways)).toEqual(['risk users-see-no-model (asks)']);
    expect(see({ ...ways, sharedModels: ['otto'] as never })).toEqual([]);
    expect(see(ways, [])).toEqual([]);
    // A release that does not say what is shared.
    expect(see(undefined)).toEqual([]);
  });
});
