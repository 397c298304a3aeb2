// Makes a clean clone ready: installs what package-lock.json names and, asked with `build`, bundles the
// program. Both only when something changed, so that the README's two commands stay one word each.
// Plain JavaScript for old Nodes: it runs before our own Node is there.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const at = (...parts) => join(root, ...parts);

/** The newest modification time below a path, in ms; 0 when there is nothing. */
function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), stat.mtimeMs);
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error) console.error(`${command} could not be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

if (newest(at('package-lock.json')) > newest(at('node_modules', '.package-lock.json'))) {
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
}
if (process.argv[2] === 'build') {
  const sources = ['src', 'templates', 'scripts', 'package.json'].map((name) => newest(at(name)));
  if (Math.max(...sources) > newest(at('dist', 'otto-install.mjs'))) run('npm', ['run', '--silent', 'build']);
}
