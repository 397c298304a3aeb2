import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Host } from '../../host/host.ts';
import { list, object, parseJson, text } from '../../system/formats/json.ts';
import { pythonBeside } from '../../system/python/python-beside.ts';
import { template } from '../../system/templates.ts';
import { parsePublicConfig } from '../../system/web-apps/open-webui-api.ts';
import { installActions, lookAtApt, withOffers } from '../../tasks/apt-state.ts';
import { lookAtContainer } from '../../tasks/containers.ts';
import { found } from '../../tasks/finding.ts';
import { lookElsewhere } from '../../tasks/hermes-code/running-elsewhere.ts';
import { BACKUP_FOLDER, pythonHere } from '../backup/program.ts';
import type { OttoOperation } from '../otto-operation.ts';
import { dateOf, parseArchive } from './archive.ts';
import { askRestore } from './ask.ts';
import type { FoundBackup, RestoreChoice, RestoreFacts } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { ottoOfBackup } from './fresh.ts';
import { consequenceOf, count, lossOf, refusesRestore } from './judge.ts';
import { hidesPaperclip, planRestore } from './plan.ts';
import { restoreProgram } from './program.ts';

/** Restores a backup over what is here and verifies it; until then everything can be undone. */
export const restore: OttoOperation<RestoreFacts, RestoreChoice> = {
  id: 'restore',
  command: 'restore',
  title: 'Restore a backup',
  help: 'replace what is here with a backup, or set one up on a fresh machine',
  flags: {
    from: { value: 'FILE', what: 'the archive' },
    backupFirst: { value: 'yes|no', what: 'first back up what is here now' },
  },
  secretFlags: { passphrase: 'the passphrase of the archive' },
  why:
    'otto-install first reads and compares the whole archive, and refuses a damaged one before it touches anything. It keeps what is here ' +
    'until the restored Otto answers, and puts it back if that fails.',
  looksAtChoice: true,
  prepare: ({ gpg, apt }, { from }) =>
    !gpg && apt !== undefined && typeof from === 'string' && from.endsWith('.gpg')
      ? installActions(apt, ['gpg'])
      : [],
  look,
  refuses: refusesRestore,
  plan: planRestore,
  verifies: [
    'hermes-config',
    'hermes-service',
    'paperclip',
    'open-webui',
    'bridge',
    'nginx-site',
    'certificate',
    'open-site',
    'first-login',
  ],
  // A Paperclip that nobody had claimed comes back as it was; on another machine its sign-up may be closed by now.
  // Which one it is and whose it is can only be seen while nobody else reaches it; the next fix publishes it.
  // One from before Paperclip had a user of its own comes back with the image's; the next fix gives it its own again.
  accepts: [
    'paperclip-cannot-be-claimed',
    'paperclip-unclaimed',
    'paperclip-administrator-missing',
    'paperclip-unpublished',
    'paperclip-administrator-not-named',
    'paperclip-shares-id',
    'paperclip-data-of-another-user',
    // Without a network, too, there is a way back. That this machine itself does not get there was tried: what the restored
    // Hermes alone does not reach has another code, and takes it back.
    'claude-unreachable',
  ],
  proves,
  next: askRestore,
  consequence: consequenceOf,
  estimate: lossOf,
  withoutOtto: async (host, given) => ottoOfBackup(host, given, await findBackups(host)),
  summary,
};

async function look(host: Host, answers: Answers, choice?: RestoreChoice): Promise<RestoreFacts> {
  const place = layout(answers);
  const [backups, openWebui, paperclip, config, database, gpg, archive, elsewhere] = await Promise.all([
    findBackups(host),
    lookAtContainer(host, place.openWebui.container).catch(() => undefined),
    lookAtContainer(host, place.paperclip.container).catch(() => undefined),
    host.fetch(`http://127.0.0.1:${place.openWebui.port}/api/config`, { timeoutMs: 5_000 }),
    countHere(host, answers),
    host.stat('/usr/bin/gpg'),
    choice === undefined ? undefined : readArchive(host, choice, answers),
    lookElsewhere(host, answers),
  ]);
  const revisions =
    openWebui === undefined || choice === undefined
      ? undefined
      : await host.exec(pythonBeside(openWebui.imageId, place.openWebui.data), {
          input: template('backup/revisions.py', {}),
          timeoutMs: 60_000,
        });
  return {
    backups,
    archive,
    openWebui,
    paperclip,
    revisions: parseRevisions(revisions?.stdout ?? ''),
    version: (config.ok ? parsePublicConfig(config.body)?.version : undefined) ?? '',
    elsewhere,
    domain: answers.domain,
    user: answers.user,
    // An Otto that was just installed holds nothing worth keeping.
    canBackUp: database !== undefined && (database.accounts > 1 || database.chats > 0),
    gpg: gpg !== undefined,
    apt: gpg === undefined ? await withOffers(host, await lookAtApt(host), ['gpg']) : undefined,
    nowMs: host.now(),
  };
}

/** Reads an archive as a whole; changes nothing. */
async function readArchive(host: Host, { from, passphrase }: RestoreChoice, answers: Answers) {
  const { stdout, stderr } = await host.exec(pythonHere('verify'), {
    input: restoreProgram(from, passphrase, answers),
    timeoutMs: 3_600_000,
  });
  return parseArchive(stdout, stderr);
}

/** The archives in the usual folder, the newest first: their names begin with when they were made. */
async function findBackups(host: Host): Promise<readonly FoundBackup[]> {
  const names = (await host.list(BACKUP_FOLDER)) ?? [];
  const archives = names.filter((name) => /^otto-.*\.tar\.gz(\.gpg)?$/.test(name));
  const found = await Promise.all(
    archives.map(async (name) => {
      const path = `${BACKUP_FOLDER}/${name}`;
      const stat = await host.stat(path);
      return stat?.kind === 'file' ? [{ path, bytes: stat.size, modifiedMs: stat.modifiedMs }] : [];
    }),
  );
  return found.flat().toSorted((a, b) => b.modifiedMs - a.modifiedMs);
}

/** How many accounts and chats are here; undefined when the database cannot be read. */
async function countHere(
  host: Host,
  answers: Answers,
): Promise<{ readonly accounts: number; readonly chats: number } | undefined> {
  const { stdout } = await host.exec(pythonHere('count'), {
    input: restoreProgram('/', undefined, answers),
    timeoutMs: 60_000,
  });
  const found = object(parseJson(stdout));
  return typeof found.accounts === 'number'
    ? { accounts: found.accounts, chats: Number(found.chats) }
    : undefined;
}

/** Pure. Undefined when the image did not say. */
function parseRevisions(stdout: string): readonly string[] | undefined {
  const found = list(parseJson(stdout)).map(text);
  return found.length === 0 ? undefined : found;
}

/** That all accounts and chats of the backup are here, and that Open WebUI serves them. */
async function proves(
  host: Host,
  { archive }: RestoreFacts,
  _: RestoreChoice,
  answers: Answers,
): Promise<readonly Finding[]> {
  if (archive === undefined || !archive.ok) return [];
  const here = await countHere(host, answers);
  const url = `http://127.0.0.1:${layout(answers).openWebui.port}/api/config`;
  const answer = await host.fetch(url, { timeoutMs: 30_000 });
  const serves = answer.ok && parsePublicConfig(answer.body) !== undefined;
  // Somebody may have started another chat by now.
  if (here !== undefined && here.accounts >= archive.accounts && here.chats >= archive.chats && serves)
    return [];
  return [
    found(FINDINGS['restore-not-proved'], {
      evidence: serves
        ? `Open WebUI has ${count(here?.accounts ?? 0, 'account')} and ${count(here?.chats ?? 0, 'chat')}; the backup holds ${archive.accounts} and ${archive.chats}.`
        : 'Open WebUI does not answer with the restored data.',
    }),
  ];
}

/** Pure. */
function summary(facts: RestoreFacts, { before }: RestoreChoice): readonly string[] {
  const { archive } = facts;
  if (archive === undefined || !archive.ok) return [];
  return [
    `Otto is as it was on ${dateOf(archive)}: ${count(archive.accounts, 'account')} and ${count(archive.chats, 'chat')} were counted, and Open WebUI serves them.`,
    ...(hidesPaperclip(facts, archive)
      ? [
          'Nobody can reach Paperclip yet: its sign-up was open. Run `otto-install`: it makes sure that Paperclip has an administrator, closes the sign-up and publishes it.',
        ]
      : []),
    ...(before === undefined
      ? []
      : [`What was here before is in ${before}. To restore that: otto-install restore --from ${before}`]),
  ];
}
