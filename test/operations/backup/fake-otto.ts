import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fillRestore } from '../../../src/operations/restore/program.ts';
import { reveal, Secret } from '../../../src/secret/secret.ts';
import { makeProgram } from '../../../src/tasks/nightly-backup/program.ts';
import { python, type Said } from '../../python/index.ts';

/** An Otto's files in a folder, and the real programs of templates/backup over them. */
export interface FakeOtto {
  readonly folder: string;
  /** Below the folder: 'webui/webui.db'. */
  path(name: string): string;
  write(name: string, content: string): void;
  python(program: string): string;
  backup(options?: BackupOptions): Said;
  restore(
    mode: string,
    archive: string,
    options?: { readonly passphrase?: string; readonly prelude?: string; readonly seam?: string },
  ): Said;
  /** From now on Hermes's folder is that of a user, who may enter the folders above it. */
  giveAway(): void;
  /** Every file with its content and mode, every folder and link: what must not change. */
  tree(...names: readonly string[]): Readonly<Record<string, string>>;
  remove(): void;
}

export interface BackupOptions {
  readonly file?: string | null;
  readonly folder?: string;
  readonly passphrase?: string;
  readonly keep?: number;
  /** Python that comes before the program: what goes wrong. */
  readonly prelude?: string;
  /** Python that comes after all functions of the program: it may put itself between two of them. */
  readonly seam?: string;
  readonly mode?: 'make' | 'tidy' | 'survey';
}

const DATABASE = `
import os, sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute("PRAGMA journal_mode = WAL")
database.executescript('''
CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('0bd252b206fb');
CREATE TABLE "user" (id TEXT, email TEXT, created_at INTEGER);
CREATE TABLE chat (id TEXT, title TEXT, updated_at INTEGER);
INSERT INTO "user" VALUES ('a', 'admin@client.example', 1), ('b', 'bob@client.example', 2);
INSERT INTO chat VALUES ('1', 'one', 1), ('2', 'two', 2), ('3', 'three', 3);
''')
database.commit()
# Like a program that was ended: what it wrote last is still in the write-ahead log.
os._exit(0)
`;

/** Between its functions and its work: nothing in the program itself lets anybody in there. */
function withSeam(program: string, seam: string): string {
  const at = program.lastIndexOf('\ntry:\n');
  return `${program.slice(0, at)}\n${seam}\n${program.slice(at)}`;
}

/** A user that every Debian has, in the place of the deploy user. */
export const CLEO = { name: 'daemon', uid: 1 } as const;

/** And one in the place of the account that Paperclip runs as. */
export const PAPERCLIP = { name: 'games', uid: 5, gid: 60 } as const;

export function fakeOtto(folder = mkdtempSync(join(tmpdir(), 'otto-backup-'))): FakeOtto {
  const path = (name: string) => join(folder, name);
  const parts = [
    {
      name: 'open-webui',
      title: 'Open WebUI',
      root: path('webui'),
      exclude: ['cache', 'otto-install-backups'],
    },
    {
      name: 'hermes',
      title: 'Hermes',
      root: path('hermes'),
      exclude: ['hermes-agent*', 'logs'],
      keeps: ['auth.json'],
    },
    {
      name: 'paperclip',
      title: 'Paperclip',
      root: path('paperclip'),
      exclude: ['*/postmaster.pid'],
      pause: 'no-such-container',
      account: PAPERCLIP.name,
    },
    {
      name: 'environment',
      title: 'Environment',
      root: path('opt'),
      include: ['open-webui.env', 'paperclip.env'],
      exclude: [],
    },
    {
      name: 'state',
      title: 'State',
      root: path('state'),
      include: ['ledger.json'],
      exclude: [],
      keepsPresent: true,
    },
  ];
  const write = (name: string, content: string) => {
    mkdirSync(join(path(name), '..'), { recursive: true });
    writeFileSync(path(name), content, { mode: 0o600 });
  };
  const secret = (passphrase: string | undefined) =>
    passphrase === undefined ? undefined : new Secret(passphrase);

  write('webui/uploads/a.txt', 'an upload');
  write('webui/cache/model', 'fetched again');
  write('hermes/.env', 'API_SERVER_KEY=0123456789abcdef\n');
  write('hermes/memories/MEMORY.md', 'the milk');
  write('hermes/auth.json', '{"token":"good only once"}');
  write('hermes/hermes-agent/code.py', 'code');
  write('hermes/logs/gateway.log', 'noise');
  write('opt/open-webui.env', 'WEBUI_SECRET_KEY=then\n');
  write('state/ledger.json', JSON.stringify({ files: { '/x': { sha256: ['then'], at: '' } } }));
  python(DATABASE, [path('webui/webui.db')]);

  return {
    folder,
    path,
    write,
    python: (program) => python(program).stdout,
    backup: ({
      file = path('backups/one.tar.gz'),
      folder: into = path('backups'),
      passphrase,
      keep,
      prelude = '',
      seam = '',
      mode = 'make',
    } = {}) => {
      const config = {
        version: '1.0.0',
        domain: 'otto.client.example',
        user: 'cleo',
        parts,
        hermesCheckout: path('hermes/hermes-agent'),
        openWebuiData: path('webui'),
        openWebuiContainer: 'no-such-container',
        openWebuiUrl: 'http://127.0.0.1:1',
        paperclipContainer: 'no-such-container',
        stateFolder: path('state'),
        last: path('state/backup-last.json'),
        written: path('state/backups-written.json'),
        folder: into,
        file,
        encrypt: passphrase !== undefined,
        passphraseFile: null,
        keep: keep ?? null,
        daily: keep !== undefined,
        private: `.otto-test-backup-${basename(folder)}-`,
      };
      return python(withSeam(`${prelude}\n${reveal(makeProgram(config, secret(passphrase)))}`, seam), [mode]);
    },
    restore: (mode, archive, { passphrase, prelude = '', seam = '' } = {}) => {
      const config = {
        archive,
        parts,
        work: path('state/restore'),
        stateFolder: path('state'),
        openWebuiData: path('webui'),
        environment: { 'open-webui': path('opt/open-webui.env'), paperclip: path('opt/paperclip.env') },
        keys: { hermes: path('hermes/.env'), claude: path('hermes/none') },
        private: `.otto-test-restore-${basename(folder)}-`,
      };
      return python(withSeam(`${prelude}\n${reveal(fillRestore(config, secret(passphrase)))}`, seam), [mode]);
    },
    giveAway: () => {
      spawnSync('chmod', ['755', folder]);
      spawnSync('chown', ['-hR', `${CLEO.name}:${CLEO.name}`, path('hermes')]);
    },
    tree: (...names) => Object.fromEntries(names.flatMap((name) => walk(path(name)))),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function walk(path: string): readonly [string, string][] {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  const mode = (stat.mode & 0o7777).toString(8);
  if (stat.isSymbolicLink()) return [[path, `link ${readlinkSync(path)}`]];
  // What SQLite keeps beside a database comes and goes with whoever reads it.
  if (/-(wal|shm)$/.test(path) && stat.size === 0) return [];
  if (path.endsWith('-shm')) return [];
  if (stat.isFile())
    return [[path, `${mode} ${createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 12)}`]];
  return [[path, mode], ...readdirSync(path).flatMap((name) => walk(join(path, name)))];
}

/** Ends the process, as a power cut would, at its n-th change of a name or removal. */
export const endsAt = (count: number): string => `
import os
_left = [${count}]
def _counted(real):
    def call(*words, **more):
        _left[0] -= 1
        if _left[0] == 0:
            os._exit(9)
        return real(*words, **more)
    return call
os.rename, os.unlink, os.mkdir, os.rmdir = map(_counted, (os.rename, os.unlink, os.mkdir, os.rmdir))
`;

/** Folders cannot be renamed, as on an overlay or between two disks: they have to be copied. */
export const NO_RENAMES_OF_FOLDERS = `
import os
_rename = os.rename
def _files_only(source, place, **where):
    # What was copied beside its place gets its name there.
    if source != "whole" and os.path.stat.S_ISDIR(os.stat(source, dir_fd=where.get("src_dir_fd"), follow_symlinks=False).st_mode):
        raise OSError(18, "Invalid cross-device link")
    _rename(source, place, **where)
os.rename = _files_only
`;
