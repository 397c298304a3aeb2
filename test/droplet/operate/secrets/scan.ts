import type { Control } from '../../internet/control.ts';
import type { Droplet } from '../../machine/droplet.ts';
import { sentElsewhere } from '../../script/secrets.ts';
import type { SecretKind, SecretsBook, Shown, UsedSecret } from './book.ts';

/** A file of the droplet that holds secrets. */
export interface Hit {
  readonly path: string;
  readonly secrets: readonly UsedSecret[];
  /** Everybody on the droplet can read it. */
  readonly open: boolean;
}

/** A kind of file that is there to hold secrets, and which. */
interface Meant {
  readonly path: RegExp;
  readonly kinds: readonly SecretKind[];
}

/** All files that are meant to hold a secret; everything else is a leak. */
const MEANT: readonly Meant[] = [
  { path: /^\/home\/cleo\/\.hermes\/\.env$/, kinds: ['api-key', 'claude'] },
  { path: /^\/home\/cleo\/\.hermes\/auth\.json$/, kinds: ['claude'] },
  { path: /^\/home\/cleo\/\.claude\//, kinds: ['claude'] },
  { path: /^\/home\/cleo\/\.config\/gh\/hosts\.yml$/, kinds: ['github'] },
  { path: /^\/opt\/cleo\/open-webui\.env$/, kinds: ['api-key', 'session-key'] },
  { path: /^\/opt\/cleo\/paperclip\.env$/, kinds: ['paperclip'] },
  // Its own database, and the checked backups of it, which are for root alone.
  { path: /^\/opt\/cleo\/open-webui\/webui\.db(-wal|-shm)?$/, kinds: ['api-key'] },
  { path: /^\/opt\/cleo\/open-webui\/otto-install-backups\/[^/]+\.db$/, kinds: ['api-key'] },
  // Docker keeps what a container was made with, for root alone.
  {
    path: /^\/var\/lib\/docker\/containers\/[0-9a-f]+\/config\.v2\.json$/,
    kinds: ['api-key', 'session-key', 'paperclip'],
  },
  {
    path: /^\/var\/lib\/containerd\/io\.containerd\.metadata\.v1\.bolt\/meta\.db$|^\/run\/containerd\/.*\/config\.json$/,
    kinds: ['api-key', 'session-key', 'paperclip'],
  },
  // Open WebUI 0.8.12 makes its own key beside its program when it is given none.
  {
    path: /^\/var\/lib\/docker\/overlay2\/[0-9a-f]+\/diff\/app\/backend\/\.webui_secret_key$/,
    kinds: ['session-key'],
  },
  // What the operator made: the first password, answers, what the two Ottos of April were built from.
  { path: /^\/root\/otto-admin-password\.txt$/, kinds: ['password'] },
  { path: /^\/root\/(answers\.yaml|by-hand\.env)$/, kinds: ['password', 'claude', 'github'] },
  { path: /^\/root\/given\/[^/]+$/, kinds: ['password', 'passphrase', 'api-key'] },
  // The nightly backup has to know it.
  { path: /^\/etc\/otto-install\/backup-passphrase$/, kinds: ['passphrase'] },
  // A file that was replaced is kept, as secret as it was.
  {
    path: /^\/var\/lib\/otto-install\/replaced\/.*\.env(\.[^/]*)?$/,
    kinds: ['api-key', 'session-key', 'paperclip', 'claude'],
  },
];

/** Open WebUI makes its database readable for everybody; everything else that holds a secret is for those who need it. */
const OPEN_BY_ITSELF = /^\/opt\/cleo\/open-webui\/webui\.db(-wal|-shm)?$/;

/** Pure. What is wrong with the files that hold secrets, a sentence for each; empty when all are meant to. */
export function judgeFiles(hits: readonly Hit[]): readonly string[] {
  return hits.flatMap(({ path, secrets, open }) => {
    const kinds = MEANT.filter((meant) => meant.path.test(path)).flatMap((meant) => meant.kinds);
    const strange = secrets.filter(({ kind }) => !kinds.includes(kind)).map(({ name }) => name);
    if (strange.length > 0) return [`${path} holds ${strange.join(', ')}`];
    return open && !OPEN_BY_ITSELF.test(path) ? [`${path} can be read by everybody`] : [];
  });
}

/** Pure. Which secrets the texts show although nobody meant to, a sentence for each. */
export function judgeTexts(texts: readonly Shown[], secrets: readonly UsedSecret[]): readonly string[] {
  return texts.flatMap(({ where, text, terminal }) =>
    secrets
      .filter(({ value, shown }) => text.includes(value) && !(terminal && shown))
      .map(({ name }) => `${where} shows ${name}`),
  );
}

/**
 * All files but those of the system's own kind and the layers of images, which are as they were pulled; what containers
 * wrote is among them. Prints path, whether everybody can read it, and the numbers of the secrets in it.
 */
const SEARCH = String.raw`
import json, os, stat, subprocess, sys
secrets = json.load(sys.stdin)
found = subprocess.run(['sh', '-c', r'''
docker ps -aq | xargs -r docker inspect -f '{{.GraphDriver.Data.UpperDir}}'
'''], capture_output=True, text=True).stdout.split('\n')
roots = ['/', '/run', '/dev/shm', '/tmp', '/var/tmp', '/var/lib/docker/containers', '/var/lib/docker/volumes'] + [path for path in found if path]
find = subprocess.run(['find'] + [path for path in dict.fromkeys(roots) if os.path.isdir(path)] + ['-xdev', '-type', 'f', '-print0'], capture_output=True)
names = b'\0'.join(dict.fromkeys(find.stdout.rstrip(b'\0').split(b'\0')))
with open('/dev/shm/looked-for', 'w', opener=lambda path, flags: os.open(path, flags, 0o600)) as patterns: patterns.write('\n'.join(secrets) + '\n')
grep = subprocess.run(['xargs', '-0', 'grep', '-laF', '-f', '/dev/shm/looked-for', '--'], input=names, capture_output=True)
os.unlink('/dev/shm/looked-for')
hits = []
def everybody(path):
    # The file, and every folder above it.
    if not os.stat(path).st_mode & stat.S_IROTH: return False
    while path != '/':
        path = os.path.dirname(path)
        if not os.stat(path).st_mode & stat.S_IXOTH: return False
    return True
for name in grep.stdout.decode(errors='surrogateescape').split('\n'):
    if not name or name == '/dev/shm/looked-for': continue
    with open(name, 'rb') as file: data = file.read()
    there = [index for index, secret in enumerate(secrets) if secret.encode() in data]
    hits.append([name.encode(errors='replace').decode(), everybody(name), there])
json.dump({'files': names.count(b'\0') + 1, 'hits': hits}, sys.stdout)
`;

/** What was looked through. */
export interface Scan {
  readonly files: number;
  readonly texts: number;
  readonly leaks: readonly string[];
  /** Paths of the files that hold secrets and are meant to. */
  readonly homes: readonly string[];
}

/** Looks for every secret of the book in the files and the journal of a droplet, in all that was noted, and in all requests. */
export async function scan(droplet: Droplet, internet: Control, book: SecretsBook): Promise<Scan> {
  const { secrets } = book;
  const input = JSON.stringify(secrets.map(({ value }) => value));
  const answer = JSON.parse(await droplet.must(['python3', '-c', SEARCH], { input, timeoutMs: 300_000 })) as {
    readonly files: number;
    readonly hits: readonly (readonly [string, boolean, readonly number[]])[];
  };
  const hits = answer.hits.map(
    ([path, open, there]): Hit => ({ path, open, secrets: there.flatMap((index) => secrets[index] ?? []) }),
  );
  // Long lines are compressed in the journal's files, so it is read as text as well; of all boots.
  const journal = await droplet.must(['journalctl', '--no-pager', '--all', '-o', 'cat'], {
    timeoutMs: 120_000,
  });
  const texts = [...book.shown, { where: 'the journal', text: journal }];
  const elsewhere = await sentElsewhere(internet, secrets);
  return {
    files: answer.files,
    texts: texts.length,
    leaks: [
      ...new Set([
        ...judgeFiles(hits),
        ...judgeTexts(texts, secrets),
        ...elsewhere.map((what) => `sent: ${what}`),
      ]),
    ],
    homes: hits.map(({ path }) => path),
  };
}
