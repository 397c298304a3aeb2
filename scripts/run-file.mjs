// Makes dist/otto-install-<version>-linux-<arch>.run from dist/package (scripts/package.mjs): for a machine that has neither Node
// nor npm. Words are the architectures that are wanted, both without any. Prints their paths, one a line.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { makeRunFile } from './run-file/make.ts';
import { nodeFor } from './run-file/node.mjs';
import { npmTarball } from './run-file/npm.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const header = readFileSync(`${root}scripts/run-file/header.sh`, 'utf8');
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
/** What may be copied onto a server over a bad connection. */
const LIMIT_BYTES = 40e6;

const npm = await npmTarball(root);
const wanted = process.argv.slice(2);
for (const arch of wanted.length > 0 ? wanted : ['x64', 'arm64']) {
  const node = await nodeFor(arch, root);
  const target = `${root}dist/otto-install-${version}-linux-${arch}.run`;
  const size = await makeRunFile({
    header,
    program: `${root}dist/package`,
    node: `${node}/bin/node`,
    nodeLicence: `${node}/LICENSE`,
    npm,
    arch,
    stage: `${root}dist/run-${arch}`,
    target,
  });
  if (size > LIMIT_BYTES) throw new Error(`${target} has ${size} bytes; at most ${LIMIT_BYTES} are wanted`);
  console.error(`${(size / 1e6).toFixed(1)} MB`);
  console.log(target);
}
