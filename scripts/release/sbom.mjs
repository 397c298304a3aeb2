import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { NPM_INTEGRITY, NPM_VERSION } from '../run-file/npm.mjs';

const hex = (integrity) => Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex');

/**
 * The list of what is in the bundle (CycloneDX, made by scripts/build.mjs), and the Node for both architectures and npm that are
 * in the one file. `root`: the repository.
 */
export function withNode(bom, root) {
  const { VERSION, CHECKSUMS } = createRequire(import.meta.url)(join(root, 'bin/runtime.js'));
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const nodes = Object.keys(CHECKSUMS).map((arch) => {
    const name = `node-linux-${arch}`;
    const purl = `pkg:npm/${name}@${VERSION}`;
    const { license, integrity } = packages[`node_modules/${name}`];
    return {
      type: 'platform',
      'bom-ref': purl,
      name,
      version: VERSION,
      description: `Node.js for Linux on ${arch}; only in otto-install-${bom.metadata.component.version}-linux-${arch}.run`,
      hashes: [{ alg: 'SHA-512', content: hex(integrity) }],
      licenses: [{ license: { id: license, acknowledgement: 'declared' } }],
      cpe: `cpe:2.3:a:nodejs:node.js:${VERSION}:*:*:*:*:*:*:*`,
      purl,
    };
  });
  const npm = {
    type: 'application',
    'bom-ref': `pkg:npm/npm@${NPM_VERSION}`,
    name: 'npm',
    version: NPM_VERSION,
    description:
      'npm as it is published, with what it bundles; only in the .run files, to fetch the Claude CLI',
    hashes: [{ alg: 'SHA-512', content: hex(NPM_INTEGRITY) }],
    licenses: [{ license: { id: 'Artistic-2.0', acknowledgement: 'declared' } }],
    purl: `pkg:npm/npm@${NPM_VERSION}`,
  };
  return { ...bom, components: [...bom.components, ...nodes, npm] };
}
