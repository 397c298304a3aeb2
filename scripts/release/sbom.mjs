import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * The list of what is in the bundle (CycloneDX, made by scripts/build.mjs), and the Node that is in the one file, for both
 * architectures. `root`: the repository.
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
      hashes: [
        { alg: 'SHA-512', content: Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex') },
      ],
      licenses: [{ license: { id: license, acknowledgement: 'declared' } }],
      cpe: `cpe:2.3:a:nodejs:node.js:${VERSION}:*:*:*:*:*:*:*`,
      purl,
    };
  });
  return { ...bom, components: [...bom.components, ...nodes] };
}
