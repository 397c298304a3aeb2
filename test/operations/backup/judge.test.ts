import { describe, expect, test } from 'vitest';
import { layout } from '../../../src/answers/layout.ts';
import { AnswersSchema } from '../../../src/answers/schema.ts';
import { recordOf } from '../../../src/engine/records/undo-record.ts';
import { askBackup } from '../../../src/operations/backup/ask.ts';
import { planDaily, planEndDaily } from '../../../src/operations/backup/daily.ts';
import { backup } from '../../../src/operations/backup/index.ts';
import { backupParts } from '../../../src/operations/backup/parts.ts';
import { type BackupSurvey, refusesBackup } from '../../../src/operations/backup/survey.ts';
import { type Archive, parseArchive } from '../../../src/operations/restore/archive.ts';
import { askRestore } from '../../../src/operations/restore/ask.ts';
import type { RestoreChoice, RestoreFacts } from '../../../src/operations/restore/facts.ts';
import { knownAnswers, ottoOfBackup, secretsIn } from '../../../src/operations/restore/fresh.ts';
import { restore } from '../../../src/operations/restore/index.ts';
import { consequenceOf, lossOf, refusesRestore } from '../../../src/operations/restore/judge.ts';
import { planRestore } from '../../../src/operations/restore/plan.ts';
import { mask, reveal, Secret } from '../../../src/secret/secret.ts';
import type { Container } from '../../../src/system/docker/docker.ts';
import type { AptState } from '../../../src/tasks/apt-state.ts';
import { OURS } from '../../../src/tasks/containers.ts';
import { FakeHost } from '../../engine/fake-host.ts';
import { answersWith } from '../../tasks/answers.ts';
import { container } from '../../tasks/containers.ts';
import { differsLater } from '../same-plan.ts';

const answers = answersWith({});
const NOW = Date.UTC(2026, 10, 22, 23, 55);
const passphrase = new Secret('a passphrase that nobody sees');
const FREE: AptState = {
  packages: new Map(),
  interrupted: [],
  halfInstalled: [],
  journalLeft: false,
  holder: undefined,
  listsFresh: true,
  notOffered: [],
};
const BUSY: AptState = { ...FREE, holder: { pid: 7, seconds: 5, command: 'apt-get upgrade' } };
const CUT_OFF: AptState = { ...FREE, journalLeft: true };
const begun = { run: 'r', startedAt: '' };

describe('backup', () => {
  const asking = { domain: 'otto.client.example', nowMs: NOW, daily: false };
  const named = '/var/backups/otto-install/otto-otto.client.example-20261122-235500.tar.gz';
  test.each([
    ['nothing said', {}, 'daily'],
    ['now', { daily: 'now' }, 'encrypt'],
    ['locked without a passphrase', { encrypt: 'yes' }, 'passphrase'],
    ['a passphrase that is too short', { encrypt: 'yes', passphrase: new Secret('short') }, 'passphrase'],
    ['every night', { daily: 'yes', encrypt: 'no' }, 'keep'],
    ['none of them', { daily: 'yes', encrypt: 'no', keep: '0' }, 'keep'],
  ])('asks: %s', (_, given, id) => {
    expect(askBackup(asking, given)).toMatchObject({ ask: { id } });
  });
  test.each([
    ['to the usual folder', { encrypt: 'no' }, { file: named, encrypt: false }],
    [
      'locked, since there is a passphrase',
      { passphrase },
      { file: `${named}.gpg`, encrypt: true, passphrase },
    ],
    ['to a file', { to: '/mnt/x.tar.gz', encrypt: 'no' }, { folder: '/mnt', file: '/mnt/x.tar.gz' }],
    [
      'to a folder',
      { to: '/mnt/', encrypt: 'no' },
      { folder: '/mnt', file: named.replace('/var/backups/otto-install', '/mnt') },
    ],
  ])('%s', (_, given, wish) => {
    expect(askBackup(asking, given)).toMatchObject({ choice: { kind: 'now', wish } });
  });
  test('every night, and no more', () => {
    expect(askBackup(asking, { daily: 'yes', encrypt: 'no', keep: '5' })).toMatchObject({
      choice: { kind: 'daily', wish: { keep: 5, file: undefined } },
    });
    expect(askBackup(asking, { daily: 'no' })).toEqual({ choice: { kind: 'end-daily' } });
  });

  test('comes to the plan that was agreed to, also when time has passed', async () => {
    for (const given of [
      { daily: 'now', encrypt: 'no' },
      { daily: 'yes', encrypt: 'no', keep: '7' },
    ]) {
      const asked = askBackup(asking, given);
      if ('ask' in asked) throw new Error('all is answered');
      const facts = { ...asking, survey: undefined, said: '', apt: undefined };
      const later = { ...facts, nowMs: NOW + 3_600_000 };
      expect(await differsLater(backup, { facts, later, choice: asked.choice, answers })).toEqual([]);
    }
  });

  const room: BackupSurvey = {
    files: 3,
    bytes: 9,
    needed: 100,
    free: 101,
    database: true,
    gpg: true,
    elsewhere: [],
    taken: false,
    folderProblem: '',
  };
  const place = { folder: '/mnt', file: '/mnt/x.tar.gz' };
  test.each([
    ['all is well', room, undefined],
    ['the disk is full', { ...room, free: 99 }, 'backup-disk-full'],
    ['there is no database', { ...room, database: false }, 'backup-no-database'],
    ['the name is taken', { ...room, taken: true }, 'backup-name-taken'],
    [
      'the folder is in what is backed up',
      { ...room, folderProblem: '/mnt lies in it' },
      'backup-folder-unfit',
    ],
    ['nothing was said', undefined, 'backup-not-surveyed'],
  ])('refuses: %s', (_, survey, code) => {
    expect(refusesBackup(survey, '', place)[0]?.code).toBe(code);
  });

  test('gpg is installed for a locked one, and apt may be at work or cut off', () => {
    const wish = { ...place, encrypt: true, passphrase, keep: 1 };
    const made = {
      survey: { ...room, gpg: false },
      said: '',
      daily: false,
      domain: answers.domain,
      nowMs: NOW,
    };
    const refuses = (apt: AptState) =>
      backup.refuses({ ...made, apt }, { kind: 'now', wish }, answers)[0]?.code;
    expect(refuses(BUSY)).toBe('backup-apt-busy');
    expect(refuses(CUT_OFF)).toBe('backup-dpkg-interrupted');
  });

  test('counts once it is there', async () => {
    const wish = { ...place, encrypt: false, keep: 1 };
    const facts = { survey: room, said: '', apt: undefined, daily: false, domain: 'x.example', nowMs: NOW };
    const found = await backup.proves?.(new FakeHost(), facts, { kind: 'now', wish }, answers);
    expect(found).toMatchObject([{ code: 'backup-not-proved', severity: 'broken' }]);
  });

  const damaged = { ok: true, damaged: ['/home/cleo/.hermes/state.db: malformed'] };
  test('with something damaged in it, it counts and ends with a warning that names the file', async () => {
    const host = new FakeHost();
    host.files.set('/mnt/x.tar.gz', { content: '', mode: 0o600, owner: 'root:root' });
    host.files.set('/var/lib/otto-install/backup-last.json', {
      content: JSON.stringify(damaged),
      mode: 0o600,
      owner: 'root:root',
    });
    const wish = { ...place, encrypt: false };
    const facts = { survey: room, said: '', apt: undefined, daily: false, domain: 'x.example', nowMs: NOW };
    const found = await backup.proves?.(host, facts, { kind: 'now', wish }, answers);
    expect(found).toMatchObject([{ code: 'backup-holds-damage', severity: 'risk' }]);
    expect(found?.[0]?.evidence).toContain('.hermes/state.db');
    const told = await backup.summaryAfter?.(host, facts, { kind: 'now', wish });
    expect(told?.join(' ')).not.toContain('complete');
  });

  test('what is elsewhere is told before and after, and then it is not called complete', async () => {
    const elsewhere = ['The certificate in use is not in this backup: /etc/ssl/otto.pem.'];
    const survey = { ...room, elsewhere };
    const facts = { survey, said: '', apt: undefined, daily: false, domain: 'x.example', nowMs: NOW };
    const choice = { kind: 'now', wish: { ...place, encrypt: false } } as const;
    expect(backup.consequence?.(facts, choice)).toBe(elsewhere[0]);
    const told = (await backup.summaryAfter?.(new FakeHost(), facts, choice))?.join(' ');
    expect(told).toContain(elsewhere[0]);
    expect(told).not.toContain('complete');
    const nowhere = refusesBackup({ ...survey, database: false }, '', place)[0];
    expect(nowhere?.evidence).toContain('/etc/ssl/otto.pem');
  });

  test('what every night needs is kept where only root reads it, and its way back holds no secret', () => {
    const plan = planDaily({ folder: '/mnt', file: undefined, encrypt: true, passphrase, keep: 3 }, answers, {
      wasThere: true,
    });
    const files = plan.steps.flatMap(({ do: action }) => (action.kind === 'write-file' ? [action] : []));
    expect(
      files
        .filter(({ content }) => reveal(content).includes('nobody sees'))
        .map(({ path, mode }) => [path, mode]),
    ).toEqual([['/etc/otto-install/backup-passphrase', 0o600]]);
    expect(JSON.stringify(recordOf({ id: 'b', title: 'b' }, plan, begun))).not.toContain('nobody sees');
    expect(() => recordOf({ id: 'b', title: 'b' }, planEndDaily(), begun)).not.toThrow();
    // It goes on when only the command that waits for it is ended, while its files are taken away.
    expect(recordOf({ id: 'b', title: 'b' }, plan, begun).undo.at(-1)).toMatchObject([
      { argv: ['systemctl', 'stop', 'otto-install-backup.service'], succeedsWith: [0, 5] },
    ]);
  });

  test('no part lies in another but where both know it, and none holds what is fetched again', () => {
    const parts = backupParts(layout(answers));
    expect(new Set(parts.map(({ name }) => name)).size).toBe(parts.length);
    expect(parts.find(({ name }) => name === 'hermes')?.exclude).toContain('hermes-agent*');
  });
});

const verify = {
  ok: true,
  madeAt: '2026-11-22T23:10:00Z',
  by: '1.0.0',
  host: 'otto',
  domain: answers.domain,
  user: answers.user,
  answers: {},
  versions: { openWebui: { version: '0.12.4' } },
  contents: { accounts: 2, chats: 3, revision: 'new' },
  files: 9,
  bytes: 99,
  needed: 100,
  free: 101,
  environmentChanged: [],
  holds: ['nginx'],
  present: { accounts: 3, chats: 4, newChats: 2, newAccounts: 1 },
};
const archive = parseArchive(JSON.stringify(verify), '') as Archive;
const facts: RestoreFacts = {
  backups: [{ path: '/var/backups/otto-install/otto-a.tar.gz', bytes: 13_000_000 }],
  archive,
  openWebui: container(),
  paperclip: container({ id: 'p', env: { PAPERCLIP_AUTH_DISABLE_SIGN_UP: 'true' } }),
  revisions: ['old', 'new'],
  version: '0.12.4',
  domain: answers.domain,
  user: answers.user,
  canBackUp: true,
  gpg: true,
  apt: undefined,
  nowMs: NOW,
};
const choice = { from: '/root/a.tar.gz' };

test('an Open WebUI with another database is not restored from a file that it does not read', () => {
  const openWebui = container({ env: { DATABASE_URL: 'postgresql://db/x' } });
  expect(refusesRestore({ ...facts, openWebui }, choice)).toMatchObject([
    { code: 'restore-another-database' },
  ]);
});

test('what a backup lacks stands with what restoring it means', () => {
  const lacks = ['/home/cleo/.hermes/state.db: malformed'];
  expect(consequenceOf({ ...facts, archive: { ...archive, lacks } }, choice)).toContain(
    `not whole: ${lacks[0]}`,
  );
  expect(consequenceOf(facts, choice)).not.toContain('not whole');
});

describe('restore', () => {
  test.each([
    ['nothing said', {}, 'from'],
    ['a name that is none', { from: 'x.tar.gz' }, 'from'],
    ['a locked one', { from: '/root/x.tar.gz.gpg' }, 'passphrase'],
    ['an open one', { from: '/root/x.tar.gz' }, 'backupFirst'],
    ['one of those in the usual folder', { from: 'otto-a.tar.gz' }, 'backupFirst'],
  ])('asks: %s', (_, given, id) => {
    expect(askRestore(facts, given)).toMatchObject({ ask: { id } });
  });
  test('what is here is backed up first, locked where the other one was', () => {
    const before = '/var/backups/otto-install/otto-otto.client.example-20261122-235500-before-restore.tar.gz';
    const where = { ...facts, domain: 'otto.client.example' };
    expect(askRestore(where, { from: '/a.tar.gz', backupFirst: 'yes' })).toEqual({
      choice: { from: '/a.tar.gz', before },
    });
    expect(askRestore(where, { from: '/a.tar.gz', backupFirst: 'no' })).toEqual({
      choice: { from: '/a.tar.gz' },
    });
    expect(askRestore({ ...where, canBackUp: false }, { from: '/a.tar.gz' })).toEqual({
      choice: { from: '/a.tar.gz' },
    });
    expect(askRestore(where, { from: '/a.tar.gz.gpg', passphrase, backupFirst: 'yes' })).toEqual({
      choice: { from: '/a.tar.gz.gpg', passphrase, before: `${before}.gpg` },
    });
  });

  test.each<[string, Partial<RestoreFacts>, string | undefined]>([
    ['all is well', {}, undefined],
    ['the image does not say what it knows', { revisions: undefined }, undefined],
    ['a damaged archive', { archive: { ok: false, kind: 'damaged', words: 'x' } }, 'restore-archive-damaged'],
    [
      'a wrong passphrase',
      { archive: { ok: false, kind: 'wrong-passphrase', words: 'x' } },
      'restore-archive-wrong-passphrase',
    ],
    [
      'one that somebody else could have changed',
      { archive: { ok: false, kind: 'exposed', words: 'x' } },
      'restore-archive-exposed',
    ],
    ['a pipe', { archive: { ok: false, kind: 'no-file', words: 'x' } }, 'restore-archive-no-file'],
    ['no answer', { archive: parseArchive('', 'Killed') }, 'restore-archive-unread'],
    [
      'passphrase-needed',
      { archive: { ok: false, kind: 'passphrase-needed', words: 'x' } },
      'restore-archive-passphrase-needed',
    ],
    ['foreign', { archive: { ok: false, kind: 'foreign', words: 'x' } }, 'restore-archive-foreign'],
    ['newer', { archive: { ok: false, kind: 'newer', words: 'x' } }, 'restore-archive-newer'],
    ['suspicious', { archive: { ok: false, kind: 'suspicious', words: 'x' } }, 'restore-archive-suspicious'],
    ['unreadable', { archive: { ok: false, kind: 'unreadable', words: 'x' } }, 'restore-archive-unreadable'],
    ['no-gpg', { archive: { ok: false, kind: 'no-gpg', words: 'x' } }, 'restore-archive-no-gpg'],
    ['no-room', { archive: { ok: false, kind: 'no-room', words: 'x' } }, 'restore-archive-no-room'],
    ['nobody’s', { archive: { ...archive, accounts: 0 } }, 'restore-nobodys'],
    [
      'one that does not say how many accounts',
      { archive: { ...archive, accounts: Number.NaN } },
      'restore-nobodys',
    ],
    ['another Otto', { domain: 'other.example' }, 'restore-other-domain'],
    ['another user', { user: 'otto' }, 'restore-other-user'],
    ['a newer database', { revisions: ['old'], version: '0.8.12' }, 'restore-newer-database'],
    ['no container', { openWebui: undefined }, 'restore-no-container'],
    ['no room', { archive: { ...archive, free: 99 } }, 'restore-disk-full'],
  ])('refuses: %s', (_, different, code) => {
    const [found] = refusesRestore({ ...facts, ...different }, choice);
    expect(found?.code).toBe(code);
  });

  test('gpg is installed for the backup from before, and apt may be at work or cut off', () => {
    const before = { ...choice, before: '/root/before.tar.gz.gpg' };
    expect(refusesRestore({ ...facts, apt: BUSY }, before)[0]?.code).toBe('restore-apt-busy');
    expect(refusesRestore({ ...facts, apt: CUT_OFF }, before)[0]?.code).toBe('restore-dpkg-interrupted');
    expect(refusesRestore({ ...facts, apt: BUSY }, choice)).toEqual([]);
  });

  test('counts once it is served', async () => {
    const found = await restore.proves?.(new FakeHost(), facts, choice, answers);
    expect(found).toMatchObject([{ code: 'restore-not-proved', severity: 'broken' }]);
  });

  test('says what is lost', () => {
    expect(consequenceOf(facts, choice)).toBe(
      'Nobody can chat for about a minute. Everything goes back to how it was on 2026-11-22 23:10 UTC: 2 accounts, 3 chats, keys and configuration. Everything written since then is lost for good.',
    );
    expect(consequenceOf(facts, { ...choice, before: '/b.tar.gz' })).toContain(
      '; the backup in /b.tar.gz keeps it.',
    );
    expect(lossOf(facts)).toBe('Since then: 2 chats started or continued, 1 account created.');
  });

  test('comes to the plan that was agreed to, also when time has passed and people went on', async () => {
    const later = {
      ...facts,
      nowMs: NOW + 3_600_000,
      archive: { ...archive, free: 100, present: { accounts: 9, chats: 9, newChats: 9, newAccounts: 9 } },
    };
    const differs = (choice: RestoreChoice) =>
      differsLater(restore, { facts, later: later as RestoreFacts, choice, answers });
    expect(await differs(choice)).toEqual([]);
    expect(await differs({ ...choice, before: '/b.tar.gz' })).toEqual([]);
  });

  const commands = (plan: ReturnType<typeof planRestore>) =>
    plan.steps.map(({ do: action }) => (action.kind === 'run' ? action.argv.join(' ') : action.kind));

  test('unpacked while everybody works; stopped, put in place, started again', () => {
    const plan = planRestore(facts, choice, answers);
    const said = commands(plan);
    const at = (words: string) => said.findIndex((one) => one.startsWith(words));
    expect(at('python3 -I - stage')).toBe(0);
    expect(at('docker stop -t 60 open-webui')).toBeGreaterThan(0);
    expect(at('python3 -I - place')).toBeGreaterThan(at('systemctl stop hermes-gateway'));
    expect(at('systemctl start hermes-gateway')).toBeGreaterThan(at('python3 -I - place'));
    expect(said.at(-1)).toBe('docker update --restart always open-webui');
    expect(said.some((one) => one.includes('docker run'))).toBe(false);
  });
  test('a container is recreated only where its environment was another one', () => {
    const changed = { ...facts, archive: { ...archive, environmentChanged: ['open-webui'] } };
    const plan = planRestore(changed, choice, answers);
    const said = commands(plan);
    expect(said.filter((one) => one.startsWith('docker run'))).toHaveLength(1);
    expect(
      plan.cleanupAfterSuccess?.map((action) => (action.kind === 'run' ? action.argv.join(' ') : '')),
    ).toContain('sh -s -- remove open-webui-before');
  });

  const ours = (closed: boolean, more: Partial<Container> = {}) =>
    container({
      id: 'p',
      labels: { [OURS]: 'paperclip' },
      env: closed ? { PAPERCLIP_AUTH_DISABLE_SIGN_UP: 'true' } : {},
      ...more,
    });
  // Whether a container is ours and closed; whether its environment was another one, and closes the sign-up.
  test.each<[string, Container, boolean, boolean, 'published' | 'hidden' | 'as it was']>([
    ['closed, same environment', ours(true), false, true, 'as it was'],
    ['closed, another environment that closes it', ours(true), true, true, 'published'],
    ['closed, another environment that opens it', ours(true), true, false, 'hidden'],
    ['open, same environment', ours(false), false, false, 'hidden'],
    ['open, another environment that closes it', ours(false), true, true, 'published'],
    [
      'nobody could reach it, same environment',
      ours(false, { networkMode: 'none' }),
      false,
      false,
      'as it was',
    ],
    [
      'nobody could reach it, another environment',
      ours(false, { networkMode: 'none' }),
      true,
      true,
      'hidden',
    ],
    [
      'somebody else’s, open, same environment',
      container({ id: 'p', labels: {} }),
      false,
      false,
      'as it was',
    ],
    [
      'somebody else’s, another environment that opens it',
      container({ id: 'p', labels: {} }),
      true,
      false,
      'hidden',
    ],
  ])('Paperclip that was %s', (_, paperclip, changed, signUpClosed, starts) => {
    const environmentChanged = changed ? ['paperclip'] : [];
    const given = { ...facts, paperclip, archive: { ...archive, environmentChanged, signUpClosed } };
    const said = commands(planRestore(given, choice, answers));
    const run = said.filter((one) => one.startsWith('docker run')).join();
    expect(run === '' ? 'as it was' : run.includes(' -p ') ? 'published' : 'hidden').toBe(starts);
    if (starts === 'hidden') expect(run).toContain('--restart no --label otto-install=paperclip');
    if (starts === 'hidden') expect(run).toContain('--network none');
    if (paperclip.networkMode === 'none')
      expect(said).not.toContain('docker update --restart always paperclip');
    const summary = restore.summary?.(given, choice).join(' ') ?? '';
    expect(summary.includes('Nobody can reach Paperclip yet')).toBe(
      starts === 'hidden' || paperclip.networkMode === 'none',
    );
  });

  test('the way back holds no passphrase, and what is shown neither', () => {
    const plan = planRestore(facts, { from: '/a.tar.gz.gpg', passphrase, before: '/b.tar.gz.gpg' }, answers);
    expect(JSON.stringify(recordOf({ id: 'r', title: 'r' }, plan, begun))).not.toContain('nobody sees');
    const inputs = plan.steps.flatMap(({ do: action }) =>
      action.kind === 'run' && action.input !== undefined ? [action.input] : [],
    );
    expect(inputs.filter((input) => reveal(input).includes('nobody sees'))).toHaveLength(2);
    expect(inputs.filter((input) => mask(input).includes('nobody sees'))).toEqual([]);
  });
});

describe('on a machine without an Otto', () => {
  test('its answers come from the backup, as far as they are still answers', () => {
    const found = {
      domain: 'otto.client.example',
      user: 'cleo',
      answers: { email: 'ops@client.example', model: 'm', claude: 'nonsense', apiKey: 'never', unknown: 1 },
    };
    expect(knownAnswers(found)).toEqual({
      domain: 'otto.client.example',
      user: 'cleo',
      email: 'ops@client.example',
      model: 'm',
    });
  });
  test.each([
    [0, { problem: expect.stringMatching(/has no account.*would become its administrator/) }],
    [undefined, { problem: expect.stringMatching(/has no account/) }],
    [1, { answers: { domain: 'otto.client.example', user: 'cleo' } }],
  ])('a backup with %s accounts: nobody could sign in to none', async (accounts, expected) => {
    const host = new FakeHost();
    host.files.set('/usr/bin/python3', { content: '', mode: 0o755, owner: 'root:root' });
    const said = { ok: true, domain: 'otto.client.example', user: 'cleo', answers: {}, files: {} };
    host.commands.python3 = () => ({ stdout: JSON.stringify({ ...said, contents: { accounts } }) });
    expect(await ottoOfBackup(host, { from: '/root/a.tar.gz' }, [])).toMatchObject(expected);
    // Only read so far.
    expect(host.ran.filter((line) => !/^(python3 -I - (whose|keys)|getent )/.test(line))).toEqual([]);
  });
  test('and its keys', () => {
    const keys = secretsIn({
      hermes: 'API_SERVER_KEY="0123456789abcdef"\nANTHROPIC_API_KEY=sk-ant-0123456789\n',
      openWebui: 'WEBUI_SECRET_KEY=signs\nOPENAI_API_KEY=x\n',
      paperclip: 'BETTER_AUTH_SECRET=paper\n',
      gh: 'github.com:\n    oauth_token: gho_0123456789abcdef\n',
      password: 'correct-horse\n',
    });
    expect(
      Object.fromEntries(
        Object.entries(keys).map(([key, value]) => [key, value instanceof Secret && value.reveal()]),
      ),
    ).toEqual({
      apiKey: '0123456789abcdef',
      anthropicApiKey: 'sk-ant-0123456789',
      webuiSecretKey: 'signs',
      paperclipSecret: 'paper',
      githubToken: 'gho_0123456789abcdef',
      adminPassword: 'correct-horse',
    });
    expect(secretsIn({})).toEqual({});
    expect(Object.keys(keys).every((key) => key in AnswersSchema.shape)).toBe(true);
  });
});
