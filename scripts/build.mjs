// Bundles the wizard into a few files without run-time dependencies: what runs as root on a client's server is
// exactly what was reviewed. Writes dist/*.mjs, dist/yoga.wasm, dist/templates, dist/help.txt, dist/LICENCES.txt and
// dist/sbom.json.
//
// otto-install.mjs and program.mjs are what every start needs. The screens (React, Ink), the processes of this machine
// (execa) and the rehearsal are files of their own, which are read when they are used: see the import() in src/commands.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import sbom from 'rollup-plugin-sbom';
import { programHelp } from '../src/commands/help.ts';
import { COMMANDS } from '../src/commands/table.ts';
import { licences } from './licences.mjs';
import { partsOfExecaPlugin } from './plugins/parts-of-execa.mjs';
import { yogaPlugin } from './plugins/yoga.mjs';
import { shipTemplates } from './templates.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (path) => `${root}${path}`;

// A chunk of an earlier build would be packed with this one's.
mkdirSync(at('dist'), { recursive: true });
for (const name of readdirSync(at('dist'))) if (/\.(mjs|wasm)$/.test(name)) rmSync(at(`dist/${name}`));

/** What several commands need, and nothing of the screens, the rehearsal and the processes of this machine. */
const COMMANDS_SHARE = /\/src\/(?!screens\/|components\/|rehearsal\/|host\/|cli\.tsx)/;

const { output } = await build({
  cwd: root,
  input: 'src/cli.tsx',
  platform: 'node',
  // Ink imports them only where react-devtools-core is installed, which it is not.
  external: /\/ink\/build\/devtools\.js$/,
  // It tells each package that it lists, and misses Ink's devtools, which are left out on purpose.
  onLog: (level, log, handler) => log.plugin === 'rollup-plugin-sbom' || handler(level, log),
  plugins: [
    yogaPlugin(),
    partsOfExecaPlugin(),
    // What is in the bundle, for whoever looks for a package with a known weakness. Without the time: a build has to be repeatable.
    sbom({ outDir: '.', outFilename: 'sbom', includeWellKnown: false, saveTimestamp: false }),
  ],
  // They do not say of themselves that nothing happens when they are only imported: what is not used of them goes.
  treeshake: { moduleSideEffects: [{ test: /\/node_modules\/(diff|yaml)\//, sideEffects: false }] },
  transform: {
    target: 'node22',
    // React's production build; without it everything is slower and larger.
    define: { 'process.env.NODE_ENV': '"production"' },
  },
  resolve: {
    alias: {
      // ink-spinner brings ninety spinners; we show one.
      'cli-spinners': at('scripts/stand-ins/one-spinner.mjs'),
      figures: at('scripts/stand-ins/three-figures.mjs'),
      'pretty-ms': at('scripts/stand-ins/milliseconds.mjs'),
      // Copies that packages brought with them of what is here anyway: chalk of ansi-styles, proper-lockfile of a Node that
      // runs out of file descriptors, which five calls of a lock never do.
      '#ansi-styles': at('node_modules/ansi-styles/index.js'),
      'graceful-fs': 'node:fs',
      // Of the same release Ink, restore-cursor and proper-lockfile have a copy each; execa's is left out (see plugins/).
      'signal-exit': at('node_modules/ink/node_modules/signal-exit/index.js'),
      // Its ES modules, which leave out what is not used; for Node it names CommonJS ones.
      yaml: at('node_modules/yaml/browser/index.js'),
    },
  },
  output: {
    dir: 'dist',
    entryFileNames: 'otto-install.mjs',
    chunkFileNames: '[name].mjs',
    assetFileNames: '[name][extname]',
    minify: true,
    codeSplitting: {
      // A file for each way in which things are used; without groups there is one for each set of import() that share something.
      groups: [
        { name: 'program', tags: ['$initial'], test: (id) => !id.endsWith('/src/cli.tsx'), priority: 3 },
        { name: 'commands', test: COMMANDS_SHARE, minShareCount: 2, priority: 2 },
        { name: 'screens', test: /\/src\/(screens|components)\//, minShareCount: 2, priority: 1 },
      ],
    },
    // The notices are in LICENCES.txt.
    comments: false,
  },
});

shipTemplates(at('templates'), at('dist/templates'));

// The launcher answers --help without starting the bundle.
writeFileSync(at('dist/help.txt'), programHelp(COMMANDS));

const files = output
  .flatMap((file) => (file.type === 'chunk' ? Object.keys(file.modules) : []))
  .map((path) => relative(root, path));
writeFileSync(at('dist/LICENCES.txt'), licences(root, files));
