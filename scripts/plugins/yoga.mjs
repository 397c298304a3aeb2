import { readFileSync } from 'node:fs';

/**
 * For the build: Ink's layout (Yoga, WebAssembly) comes as base64 inside a module; it is put beside the bundle as the bytes
 * that it is, which are a quarter smaller in the package. Yoga gets the same text as before.
 */
export function yogaPlugin() {
  return {
    name: 'yoga',
    load(id) {
      if (!id.endsWith('/yoga-wasm-base64-esm.js')) return null;
      const [before, base64, after, ...more] = readFileSync(id, 'utf8').split(
        /"data:application\/octet-stream;base64,([\w+/]+=*)"/,
      );
      if (after === undefined || more.length > 0)
        throw new Error(`${id} does not hold one WebAssembly module`);
      this.emitFile({ type: 'asset', name: 'yoga.wasm', source: Buffer.from(base64, 'base64') });
      return [
        "import { readFileSync } from 'node:fs';",
        "const wasm = readFileSync(new URL('./yoga.wasm', import.meta.url), 'base64');",
        `${before}"data:application/octet-stream;base64," + wasm${after}`,
      ].join('\n');
    },
  };
}
