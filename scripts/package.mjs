// Packs what is published: the launcher, the bundle, the templates and the notices, with a package.json that
// names no dependency. Prints the tarball's path on its last line.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { gzipAsync } from '@gfx/zopfli';
import { execa } from 'execa';
import { repositoryOf } from './release/repository.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = `${root}dist/package`;
const {
  name,
  version,
  description,
  license,
  repository: declared,
  bin,
  man,
  engines,
} = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

const repository = repositoryOf(declared, process.env.OTTO_REPOSITORY);

rmSync(target, { recursive: true, force: true });
mkdirSync(`${target}/dist`, { recursive: true });
writeFileSync(
  `${target}/package.json`,
  `${JSON.stringify({ name, version, description, license, repository, bin, man, engines, os: ['linux', 'darwin'] }, null, 2)}\n`,
);
for (const folder of ['bin', 'man', 'dist/templates'])
  cpSync(`${root}${folder}`, `${target}/${folder}`, { recursive: true });
for (const file of readdirSync(`${root}dist`))
  if (/\.(mjs|wasm)$|^help\.txt$/.test(file)) cpSync(`${root}dist/${file}`, `${target}/dist/${file}`);
cpSync(`${root}dist/LICENCES.txt`, `${target}/LICENCES.txt`);
// What comes after is about the repository.
const [forOperators] = readFileSync(`${root}README.md`, 'utf8').split('\n## For engineers\n');
writeFileSync(`${target}/README.md`, `${forOperators}\n`);

const { stdout } = await execa('npm', ['pack', '--json', '--pack-destination', `${root}dist`], {
  cwd: target,
});
const [packed] = JSON.parse(stdout);

// The same tar, compressed harder than npm does: what is fetched over a bad connection is 4 % smaller.
const tarball = `${root}dist/${packed.filename}`;
const smaller = await gzipAsync(gunzipSync(readFileSync(tarball)), {
  numiterations: 15,
  blocksplittingmax: 0,
});
writeFileSync(tarball, smaller);

console.log(`${(smaller.length / 1000).toFixed(0)} KB packed, ${packed.entryCount} files`);
console.log(tarball);
