import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from '../cache.ts';
import { must } from '../machine/shell.ts';
import { pip } from './pip.ts';

/**
 * The releases of Hermes Agent that the repository holds, oldest first, each with the day it came out. 0.13.0 is
 * what a droplet of spring 2026 runs and the oldest that can be had; 0.19.0 is what an update brings.
 */
export const hermesReleases = [
  { version: '0.13.0', date: '2026-05-07T12:00:00Z' },
  { version: '0.19.0', date: '2026-07-20T12:00:00Z' },
] as const;

/**
 * What an update may bring on top of the newest release, outside of main and its tags: a patch that works, and one whose
 * gateway ends at its start although its program can be called. `refs/test/<name>`, for `github.setMain`.
 */
const patches: readonly {
  readonly name: string;
  readonly version: string;
  readonly date: string;
  /** A file, and what is put before its content. */
  readonly before?: readonly [path: string, text: string];
}[] = [
  { name: 'patched', version: '0.19.1', date: '2026-11-01T12:00:00Z' },
  {
    name: 'broken',
    version: '0.19.2',
    date: '2026-11-02T12:00:00Z',
    before: ['gateway/run.py', 'raise SystemExit("gateway: the new release does not start here")\n'],
  },
];

/** The commit of one of the patches, for `github.setMain`. */
export async function hermesPatch(name: 'patched' | 'broken'): Promise<string> {
  const output = await must(['git', '-C', await hermesRepository(), 'rev-parse', `refs/test/${name}`]);
  return output.trim();
}

/** Returns a directory that holds the source archive of each release, hermes_agent-<version>.tar.gz. */
export function hermesSources(): Promise<string> {
  const recipe = hermesReleases.map((release) => release.version).join(' ');
  return cached('hermes-sources', recipe, async (dir) => {
    const downloads = hermesReleases.map(({ version }) =>
      pip('download', '--no-deps', '--no-binary', ':all:', '--dest', dir, `hermes-agent==${version}`),
    );
    await Promise.all(downloads);
  });
}

/**
 * What a checkout in use contains beside the sources. The source archives have no .gitignore, and without one a
 * checkout with its venv would look dirty.
 */
const ignored = ['/venv/', '/.venv/', '__pycache__/', '*.py[co]', '*.egg-info/', '/build/', '/.env', ''].join(
  '\n',
);

/** Files that packing the source archive added; the egg-info would change at each `pip install -e .`. */
const madeByPacking = ['PKG-INFO', 'setup.cfg', 'hermes_agent.egg-info'];

/**
 * Returns a bare git repository, fit for git-http-backend: branch main with one commit a release, tagged
 * v<version>. Commit ids are the same on every machine.
 */
export function hermesRepository(): Promise<string> {
  const recipe = JSON.stringify({ hermesReleases, patches, ignored, madeByPacking, layout: 1 });
  return cached('hermes-agent.git', recipe, async (dir) => {
    const sources = await hermesSources();
    const work = `${dir}.work`;
    await rm(work, { recursive: true, force: true });
    await must(['git', 'init', '--quiet', '--bare', '--initial-branch=main', dir]);
    for (const [key, value] of settings) await must(['git', '-C', dir, 'config', key, value]);
    for (const { version, date } of hermesReleases) {
      await unpack(join(sources, `hermes_agent-${version}.tar.gz`), work);
      const env = {
        ...author,
        GIT_DIR: dir,
        GIT_WORK_TREE: work,
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_DATE: date,
      };
      await must(['git', 'add', '--all'], { cwd: work, env });
      await must(['git', 'commit', '--quiet', '--message', `Release ${version}`], { cwd: work, env });
      await must(['git', 'tag', `v${version}`], { cwd: work, env });
    }
    for (const patch of patches) await commitPatch(dir, work, patch);
    await rm(work, { recursive: true });
    await rm(join(dir, 'index'));
    await must(['git', '-C', dir, 'repack', '-q', '-a', '-d']);
    // For transports without a git server behind them.
    await must(['git', '-C', dir, 'update-server-info']);
  });
}

/** Makes one commit on top of main's, and leaves main and the working tree as they were. */
async function commitPatch(
  dir: string,
  work: string,
  { name, version, date, before }: (typeof patches)[number],
): Promise<void> {
  const env = {
    ...author,
    GIT_DIR: dir,
    GIT_WORK_TREE: work,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_DATE: date,
  };
  const project = join(work, 'pyproject.toml');
  await edit(project, (text) => text.replace(/^version = ".*"$/m, `version = "${version}"`));
  if (before !== undefined) await edit(join(work, before[0]), (text) => `${before[1]}${text}`);
  await must(['git', 'add', '--all'], { cwd: work, env });
  const tree = (await must(['git', 'write-tree'], { cwd: work, env })).trim();
  const words = ['git', 'commit-tree', '-p', 'main', '-m', `Release ${version}`, tree];
  const commit = (await must(words, { cwd: work, env })).trim();
  await must(['git', '-C', dir, 'update-ref', `refs/test/${name}`, commit]);
  await must(['git', 'reset', '--quiet', '--hard', 'main'], { cwd: work, env });
}

/** Changes a file. Throws when that changes nothing: then the release is not as this was written for. */
async function edit(path: string, change: (text: string) => string): Promise<void> {
  const text = await readFile(path, 'utf8');
  const changed = change(text);
  if (changed === text) throw new Error(`${path} is another than expected`);
  await writeFile(path, changed);
}

/** A shallow clone of any commit may be asked for, and the server need not own the repository's files. */
const settings: readonly (readonly [string, string])[] = [
  ['uploadpack.allowAnySHA1InWant', 'true'],
  ['uploadpack.allowFilter', 'true'],
  ['http.receivepack', 'false'],
  ['gc.auto', '0'],
];

/** A fixed author, and none of this machine's git configuration, so that commit ids depend on the content only. */
const author = {
  GIT_AUTHOR_NAME: 'Test droplet',
  GIT_AUTHOR_EMAIL: 'droplet@client.example',
  GIT_COMMITTER_NAME: 'Test droplet',
  GIT_COMMITTER_EMAIL: 'droplet@client.example',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
};

/** Empties `work` and fills it with the sources in the archive, as a git checkout would have them. */
async function unpack(archive: string, work: string): Promise<void> {
  await rm(work, { recursive: true, force: true });
  const box = `${work}.unpacked`;
  await mkdir(box, { recursive: true });
  await must(['tar', '--extract', '--gzip', '--no-same-owner', '--file', archive, '--directory', box]);
  const [top] = await readdir(box);
  if (top === undefined) throw new Error(`${archive} is empty`);
  await rename(join(box, top), work);
  await rm(box, { recursive: true });
  await Promise.all(madeByPacking.map((name) => rm(join(work, name), { recursive: true, force: true })));
  await writeFile(join(work, '.gitignore'), ignored);
}
