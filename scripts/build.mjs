// Bundles the wizard into one file without run-time dependencies: what runs as root on a client's server is
// exactly what was reviewed. Writes dist/otto-install.mjs, dist/help.txt and dist/LICENCES.txt.
import { mkdirSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { programHelp } from '../src/commands/help.ts';
import { COMMANDS } from '../src/commands/table.ts';
import { licences } from './licences.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (path) => `${root}${path}`;

const {
  output: [bundle],
} = await build({
  cwd: root,
  input: 'src/cli.tsx',
  platform: 'node',
  transform: {
    target: 'node22',
    // React's production build; without it everything is slower and larger.
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  },
  resolve: {
    alias: {
      // Ink loads it only with DEV=true; as an external it would be imported at every start and not be found.
      'react-devtools-core': at('scripts/no-devtools.mjs'),
      // ink-spinner brings ninety spinners; we show one.
      'cli-spinners': at('scripts/one-spinner.mjs'),
      // Its ES modules, which leave out what is not used; for Node it names CommonJS ones.
      yaml: at('node_modules/yaml/browser/index.js'),
    },
  },
  output: {
    file: 'dist/otto-install.mjs',
    minify: true,
    codeSplitting: false,
    // The notices are in LICENCES.txt.
    comments: false,
  },
});

// The launcher answers --help without starting the bundle.
mkdirSync(at('dist'), { recursive: true });
writeFileSync(at('dist/help.txt'), programHelp(COMMANDS));

const files = Object.keys(bundle.modules).map((path) => relative(root, path));
writeFileSync(at('dist/LICENCES.txt'), licences(root, files));
