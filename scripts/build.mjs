// Bundles the wizard into one file without run-time dependencies: what runs as root on a client's server is
// exactly what was reviewed. Writes dist/otto-install.mjs, dist/help.txt and LICENCES.txt beside them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { licences } from './licences.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (path) => `${root}/${path}`;

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  logLevel: 'warning',
};

const { metafile } = await build({
  ...common,
  entryPoints: ['src/cli.tsx'],
  outfile: 'dist/otto-install.mjs',
  minify: true,
  metafile: true,
  // React's production build; without it everything is slower and larger.
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  // Some bundled packages are CommonJS and call require() for Node's own modules.
  banner: { js: "import{createRequire as __otto}from'node:module';const require=__otto(import.meta.url);" },
  // Ink loads it only with DEV=true; as an external it would be imported at every start and not be found.
  alias: {
    'react-devtools-core': at('scripts/no-devtools.mjs'),
    // ink-spinner brings ninety spinners; we show one.
    'cli-spinners': at('scripts/one-spinner.mjs'),
  },
});

// The launcher answers --help without starting the bundle.
mkdirSync(at('dist'), { recursive: true });
const help = await build({ ...common, entryPoints: ['src/help.ts'], write: false });
const { helpText } = await import(
  `data:text/javascript;base64,${Buffer.from(help.outputFiles[0].text).toString('base64')}`
);
writeFileSync(at('dist/help.txt'), helpText());

writeFileSync(at('dist/LICENCES.txt'), licences(root, Object.keys(metafile.inputs)));
