// A Node that is new enough, fetched once from the npm registry that this machine's npm is set up for.
// The packages are community builds of Node's own binaries, so version and checksum are pinned here: another
// binary under the same name is refused.
'use strict';

const { spawnSync } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const VERSION = '24.21.0';
/** sha256 of bin/node in node-linux-<arch>@VERSION. */
const CHECKSUMS = {
  x64: '7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c',
  arm64: '0f8949d1028f6d61506b2d5bc57e7e6fe893d7b1997509b7847294fc9c616584',
};
exports.VERSION = VERSION;
exports.CHECKSUMS = CHECKSUMS;

const NPM_LIMIT_MS = 10 * 60 * 1000;

/** An error whose message is all that an operator needs; everything else is a bug and keeps its stack. */
function explained(lines) {
  return Object.assign(new Error(visible(lines.join('\n'))), { explained: true });
}

/** What npm and the network say must not steer the terminal; src/text/visible.ts does the same for all that comes later. */
function visible(text) {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const otherwise = 'Or install Node 22 or newer yourself and run this again.';

/** Where the fetched Node is kept: only root (or this user) can write there. */
function home() {
  if (process.getuid && process.getuid() === 0) return '/var/lib/otto-install/node';
  return path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'otto-install', 'node');
}

function checksum(file) {
  const hash = crypto.createHash('sha256');
  const buffer = Buffer.alloc(1 << 20);
  const handle = fs.openSync(file, 'r');
  try {
    for (let read = 1; read > 0; ) {
      read = fs.readSync(handle, buffer, 0, buffer.length, null);
      hash.update(buffer.slice(0, read));
    }
  } finally {
    fs.closeSync(handle);
  }
  return hash.digest('hex');
}

/** npm as npx started us with it, else the one on PATH. */
function npm(args) {
  const script = process.env.npm_execpath;
  const byNpx = script !== undefined && /npm-cli\.js$|npx-cli\.js$/.test(script);
  const command = byNpx ? process.execPath : 'npm';
  const first = byNpx ? [script.replace(/npx-cli\.js$/, 'npm-cli.js')] : [];
  return spawnSync(command, first.concat(args), {
    encoding: 'utf8',
    timeout: NPM_LIMIT_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** What npm's failure means to an operator. */
function npmProblem(result, name) {
  if (result.error && result.error.code === 'ENOENT') {
    return [
      `npm is not installed, and it is needed to fetch Node ${VERSION}.`,
      'Install it with: apt-get install npm',
      otherwise,
    ];
  }
  const said = (result.stderr || '').trim();
  const telling = said
    .split('\n')
    .filter((line) => /^npm (?:ERR!|error) (?:code|\d|request|network request|reason)/.test(line));
  const last = (telling.length > 0 ? telling : said.split('\n')).slice(0, 3).join('\n');
  if (
    (result.error && result.error.code === 'ETIMEDOUT') ||
    /ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH/.test(said)
  ) {
    return [
      `The npm registry could not be reached, so Node ${VERSION} could not be fetched.`,
      last,
      'Check the network and DNS of this machine (npm ping), then run this again.',
      otherwise,
    ];
  }
  if (/E404|ETARGET/.test(said)) {
    return [
      `The npm registry that this machine uses does not have ${name}@${VERSION}.`,
      last,
      'Check its setting: npm config get registry',
      otherwise,
    ];
  }
  if (/ENOSPC/.test(said))
    return [
      `The disk is full: Node ${VERSION} needs 200 MB under ${home()}.`,
      'Make room (df -h), then run this again.',
    ];
  return [`npm could not fetch ${name}@${VERSION} (exit ${result.status}).`, last, otherwise];
}

/** Fetches into a temporary folder, checks it, and only then gives it its name: a cut run leaves nothing behind. */
function fetchNode(target, arch) {
  const name = `node-linux-${arch}`;
  console.error(
    'This machine has Node ' +
      process.versions.node +
      '. Fetching Node ' +
      VERSION +
      ' once (50 MB, kept in ' +
      home() +
      ') …',
  );
  fs.mkdirSync(home(), { recursive: true, mode: 0o700 });
  removeLeftovers();
  const temporary = fs.mkdtempSync(path.join(home(), 'fetching-'));
  try {
    fs.writeFileSync(path.join(temporary, 'package.json'), '{"private":true}\n');
    const result = npm([
      'install',
      '--prefix',
      temporary,
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--no-package-lock',
      '--global=false',
      '--loglevel=error',
      '--fetch-retries=2',
      '--fetch-timeout=60000',
      `${name}@${VERSION}`,
    ]);
    const node = path.join(temporary, 'node_modules', name, 'bin', 'node');
    if (result.status !== 0 || !fs.existsSync(node)) throw explained(npmProblem(result, name));
    const found = checksum(node);
    if (found !== CHECKSUMS[arch]) {
      throw explained([
        'The Node that the npm registry delivered is not the one that was reviewed, and is not started.',
        `expected sha256 ${CHECKSUMS[arch]}`,
        `got      sha256 ${found}`,
        'A mirror or proxy may have changed it. Check: npm config get registry',
        otherwise,
      ]);
    }
    const kept = path.join(temporary, 'node');
    fs.renameSync(node, kept);
    fs.chmodSync(kept, 0o755);
    remove(path.join(temporary, 'node_modules'));
    remove(target);
    fs.renameSync(temporary, target);
  } catch (error) {
    remove(temporary);
    throw error;
  }
}

/** What a fetch left that was killed: nobody fetches for an hour. */
function removeLeftovers() {
  for (const name of fs.readdirSync(home())) {
    const folder = path.join(home(), name);
    if (/^fetching-/.test(name) && Date.now() - fs.statSync(folder).mtimeMs > 3600 * 1000) remove(folder);
  }
}

/** fs.rm is newer than Node 12. */
function remove(folder) {
  if (fs.rmSync) fs.rmSync(folder, { recursive: true, force: true });
  else if (fs.existsSync(folder)) fs.rmdirSync(folder, { recursive: true });
}

/** Where the fetched Node is, once it was fetched. */
exports.fetched = function fetched() {
  return path.join(home(), `${VERSION}-${process.arch}`, 'node');
};

/** The path of a Node that is new enough. Throws an explained error when there is none to be had. */
exports.runtime = function runtime() {
  if (process.env.OTTO_INSTALL_RELAUNCHED !== undefined) {
    throw explained([
      'The fetched Node reports itself as ' +
        process.versions.node +
        ', which is too old: not started again.',
      `Remove ${home()} and run this again.`,
      otherwise,
    ]);
  }
  const arch = process.arch;
  if (process.platform !== 'linux' || CHECKSUMS[arch] === undefined) {
    throw explained([
      'otto-install needs Node 22 or newer; this is ' +
        process.versions.node +
        ' on ' +
        process.platform +
        ' ' +
        arch +
        '.',
      'It can fetch one only for Linux on x64 and arm64.',
      otherwise,
    ]);
  }
  const target = path.join(home(), `${VERSION}-${arch}`);
  const node = path.join(target, 'node');
  // Checked at every start: 0.3 s for the certainty that what runs as root is what was reviewed.
  if (!fs.existsSync(node) || checksum(node) !== CHECKSUMS[arch]) fetchNode(target, arch);
  return node;
};
