import { createHash } from 'node:crypto';
import type { FileStat } from '../../../host/host.ts';
import { type Call, type Machine, NotRehearsed, type Outcome } from '../../machine.ts';
import { jsonIn } from '../script-values.ts';

/** The programs of templates/backup: an archive in memory is a file that holds the others, each with its owner and mode. */

interface Part {
  readonly name: string;
  readonly root: string;
  readonly include?: readonly string[];
  readonly exclude: readonly string[];
  readonly keepsPresent?: true;
  readonly keeps?: readonly string[];
}

interface Config {
  readonly parts: readonly Part[];
  readonly openWebuiData: string;
  readonly stateFolder: string;
}

interface BackupConfig extends Config {
  readonly version: string;
  readonly domain: string;
  readonly user: string;
  readonly folder: string;
  readonly file: string | null;
  readonly encrypt: boolean;
  /** The program of the night has it in a file. */
  readonly passphraseFile: string | null;
  readonly daily: boolean;
  readonly last: string;
}

interface RestoreConfig extends Config {
  readonly archive: string;
  readonly work: string;
  readonly environment: Readonly<Record<string, string>>;
}

type Kept = Pick<FileStat, 'mode' | 'owner' | 'group'> & { readonly content: string };
type Files = Readonly<Record<string, Kept>>;

interface Archive {
  readonly madeAt: string;
  readonly by: string;
  readonly host: string;
  readonly domain: string;
  readonly user: string;
  readonly accounts: number;
  /** Of the passphrase that opens it; undefined when none does. */
  readonly lock?: string;
  readonly files: Files;
}

/** How long it takes to read everything once. */
const READING_MS = 4_000;
const FREE = 76_000_000_000;

const said = (value: unknown): Outcome => ({ exitCode: 0, stdout: `${JSON.stringify(value)}\n` });
const well: Outcome = { exitCode: 0 };

/** `python3 -I - MODE` with one of them; undefined when it is another program. */
export function backupProgram(call: Call): Outcome | Promise<Outcome> | undefined {
  const mode = call.args.at(-1) ?? '';
  if (call.input.startsWith('# otto-install: backup')) return backUp(call, mode);
  if (call.input.startsWith('# otto-install: restore')) return restore(call, mode);
  return undefined;
}

/** Makes an archive, or says how much there is to put into one. */
export async function backUp({ machine, input, signal }: Call, mode: string): Promise<Outcome> {
  const config = jsonIn(input, 'CONFIG') as BackupConfig;
  const inFile = machine.files.read(config.passphraseFile ?? '')?.trimEnd();
  const lock = config.encrypt && mode === 'make' ? (lockWith(inFile) ?? lockOf(input)) : undefined;
  const files = filesOf(machine, config);
  const bytes = sizeOf(files);
  if (mode === 'survey')
    return said({
      files: Object.keys(files).length,
      bytes,
      needed: bytes * 2,
      free: FREE,
      database: machine.files.exists(`${config.openWebuiData}/webui.db`),
      gpg: true,
      taken: config.file !== null && machine.files.exists(config.file),
      folderProblem: '',
    });
  if (mode === 'tidy') return well;
  if (mode !== 'make') throw new NotRehearsed(`a backup with ${mode}`);
  await machine.wait(READING_MS, signal);
  if (signal?.aborted) return { exitCode: 143 };
  const madeAt = new Date(machine.now()).toISOString();
  const path =
    config.file ??
    `${config.folder}/otto-${config.domain}-${madeAt.replace(/\D/g, '').slice(0, 14)}.tar.gz${config.encrypt ? '.gpg' : ''}`;
  const { version: by, domain, user } = config;
  const accounts = accountsIn(machine.files.read(`${config.openWebuiData}/webui.db`));
  const archive: Archive = { madeAt, by, host: machine.hostName, domain, user, accounts, lock, files };
  machine.files.makeDirectory(config.folder, { mode: 0o700 });
  machine.files.put(path, JSON.stringify(archive), { mode: 0o600 });
  const last = { at: madeAt, daily: config.daily, ok: true, archive: path, bytes, seconds: 4 };
  machine.files.put(config.last, JSON.stringify(last), { mode: 0o600 });
  return { exitCode: 0, stdout: `${path}: read back and complete\n` };
}

async function restore({ machine, input, signal }: Call, mode: string): Promise<Outcome> {
  const config = jsonIn(input, 'CONFIG') as RestoreConfig;
  const here = accountsIn(machine.files.read(`${config.openWebuiData}/webui.db`));
  const before = `${config.work}/before`;
  switch (mode) {
    case 'count':
      return said({ accounts: here, chats: 0 });
    case 'verify':
      await machine.wait(READING_MS, signal);
      return said(verified(machine, config, { here, lock: lockOf(input) }));
    case 'stage':
      await machine.wait(READING_MS, signal);
      return archiveAt(machine, config.archive) === undefined ? { exitCode: 1 } : well;
    case 'place': {
      const archive = archiveAt(machine, config.archive);
      if (archive === undefined) return { exitCode: 1 };
      machine.files.put(before, JSON.stringify(filesOf(machine, config)), { mode: 0o600 });
      place(machine, archive.files, config.parts);
      return well;
    }
    case 'put-back': {
      const kept = machine.files.read(before);
      if (kept !== undefined) place(machine, JSON.parse(kept) as Files, []);
      return well;
    }
    case 'clear':
      machine.files.remove(config.work);
      return well;
    default:
      throw new NotRehearsed(`a restore with ${mode}`);
  }
}

/** Not the passphrase itself: nothing in memory holds that. */
const lockWith = (passphrase: string | undefined): string | undefined =>
  passphrase === undefined || passphrase === ''
    ? undefined
    : createHash('sha256').update(passphrase).digest('hex');

const lockOf = (input: string) => lockWith((jsonIn(input, 'SECRET') as { passphrase: string }).passphrase);

function verified(
  machine: Machine,
  config: RestoreConfig,
  { here, lock }: { readonly here: number; readonly lock: string | undefined },
): object {
  const archive = archiveAt(machine, config.archive);
  if (archive === undefined) {
    const there = machine.files.exists(config.archive);
    const words = `${config.archive} ${there ? 'is no backup of otto-install' : 'does not exist'}.`;
    return { ok: false, kind: there ? 'foreign' : 'no-file', words };
  }
  if (archive.lock !== undefined && archive.lock !== lock)
    return lock === undefined
      ? { ok: false, kind: 'passphrase-needed', words: `${config.archive} is locked with a passphrase.` }
      : { ok: false, kind: 'wrong-passphrase', words: `The passphrase does not open ${config.archive}.` };
  const { files, accounts, lock: _, ...about } = archive;
  const bytes = sizeOf(files);
  const changed = Object.entries(config.environment).filter(
    ([, path]) => files[path] !== undefined && files[path]?.content !== machine.files.read(path),
  );
  return {
    ok: true,
    ...about,
    answers: {},
    versions: {},
    contents: { accounts, chats: 0, revision: '' },
    ...{ files: Object.keys(files).length, bytes, needed: bytes * 2, free: FREE },
    environmentChanged: changed.map(([name]) => name),
    signUpClosed: true,
    holds: config.parts
      .filter((part) => Object.keys(files).some((path) => isIn(part, path)))
      .map(({ name }) => name),
    present: { accounts: here, chats: 0, newChats: 0, newAccounts: Math.max(0, here - accounts) },
  };
}

/** What is kept where it is present stays as it is. */
function place(machine: Machine, files: Files, parts: readonly Part[]): void {
  for (const [path, { content, mode, owner, group }] of Object.entries(files)) {
    const part = parts.find((one) => isIn(one, path));
    const keeps =
      part?.keepsPresent === true || part?.keeps?.includes(path.slice(part.root.length + 1)) === true;
    if (keeps && machine.files.exists(path)) continue;
    machine.files.put(path, content, { mode, owner: `${owner}:${group}` });
  }
}

function archiveAt(machine: Machine, path: string): Archive | undefined {
  try {
    const found = JSON.parse(machine.files.read(path) ?? '') as Partial<Archive>;
    return found.files === undefined ? undefined : (found as Archive);
  } catch {
    return undefined;
  }
}

function filesOf(machine: Machine, { parts }: Config): Files {
  const paths = parts.flatMap((part) => machine.files.below(part.root).filter((path) => isIn(part, path)));
  const kept = paths.flatMap((path) => {
    const stat = machine.files.stat(path);
    const content = machine.files.read(path);
    if (stat?.kind !== 'file' || content === undefined) return [];
    return [[path, { content, mode: stat.mode, owner: stat.owner, group: stat.group }] as const];
  });
  return Object.fromEntries(kept);
}

/** Whether a path belongs to a part. What is named stands for all that is below it; a star crosses folders. */
function isIn({ root, include, exclude }: Part, path: string): boolean {
  if (!path.startsWith(`${root}/`)) return false;
  const names = path.slice(root.length + 1).split('/');
  const prefixes = names.map((_, at) => names.slice(0, at + 1).join('/'));
  const fits = (pattern: string) => prefixes.some((one) => globbed(pattern).test(one));
  return (include === undefined || include.some(fits)) && !exclude.some(fits);
}

const globbed = (pattern: string) =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );

const sizeOf = (files: Files): number =>
  Object.values(files).reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);

function accountsIn(database: string | undefined): number {
  return database === undefined ? 0 : (JSON.parse(database) as { users: readonly unknown[] }).users.length;
}
