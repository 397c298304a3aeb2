// Makes everything that a release publishes, in dist/release: the tarball, the one file for each architecture, what is in them
// (CycloneDX) and SHA256SUMS. Makes it twice, the second time from a copy in another folder, and compares.
//
//   npm run release -- --dry-run       names what stands in the way of publishing, and makes the files all the same
//   npm run release -- --tag v1.2.3    refuses as long as something does
//
// Publishing itself is left to .github/workflows/release.yml: see RELEASING.md.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { checksums } from './release/checksums.ts';
import { problems, section } from './release/problems.ts';
import { withNode } from './release/sbom.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values: wanted } = parseArgs({
  options: { 'dry-run': { type: 'boolean', default: false }, tag: { type: 'string' } },
});

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const inTheWay = await problems(root, wanted.tag);
if (inTheWay.length > 0) {
  console.log(
    `otto-install ${version} cannot be published yet:\n${inTheWay.map((line) => `  - ${line}\n`).join('')}`,
  );
  if (!wanted['dry-run']) process.exit(1);
}

const first = await made(root);
// Names of folders must not get into what is published, so the second one lies elsewhere. Nothing but dist is written there.
const copy = join(root, 'dist/again');
rmSync(copy, { recursive: true, force: true });
mkdirSync(copy, { recursive: true });
const sources = readdirSync(root).filter((name) => !['dist', 'artefacts', '.git'].includes(name));
await execa('cp', ['--archive', '--link', ...sources.map((name) => join(root, name)), copy]);
const [sums, again] = [checksums(first), checksums(await made(copy))];
if (sums !== again) throw new Error(`Two builds differ:\n${sums}\n${again}`);
rmSync(copy, { recursive: true, force: true });

writeFileSync(join(first, 'SHA256SUMS'), sums);
const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
writeFileSync(join(root, 'dist/release-notes.md'), `${section(changelog, version) ?? ''}\n`);
console.log(`otto-install ${version}, made twice with the same bytes:\n\n${sums}\n${first}`);
if (wanted['dry-run']) console.log('This was a dry run: nothing is published.');

/** Builds and packs what is in `folder`; answers the folder with what is published. */
async function made(folder) {
  const output = join(folder, 'dist/release');
  for (const script of ['build', 'package', 'run-file'])
    await execa(process.execPath, [`scripts/${script}.mjs`], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output);
  for (const name of ['.tgz', '-linux-x64.run', '-linux-arm64.run'].map(
    (end) => `otto-install-${version}${end}`,
  ))
    cpSync(join(folder, 'dist', name), join(output, name));
  const bom = withNode(JSON.parse(readFileSync(join(folder, 'dist/sbom.json'), 'utf8')), folder);
  writeFileSync(join(output, `otto-install-${version}.cdx.json`), `${JSON.stringify(bom, null, 2)}\n`);
  return output;
}
