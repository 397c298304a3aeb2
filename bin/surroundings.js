// What we start from, whoever started us and however: root's shell may have been opened in anybody's folder, with any mask
// for new files, and apt, git, pip and all else that we start would take these over.
'use strict';

const fs = require('node:fs');
const path = require('node:path');

/** What a terminal, a proxy and the operator's own answers need; everything else of an environment stays behind. */
const KEPT = [
  'COLORTERM COLUMNS CI FORCE_COLOR HOME INK_SCREEN_READER LANG LANGUAGE LINES LOGNAME NO_COLOR NODE_EXTRA_CA_CERTS SHELL',
  'SSH_CLIENT SSH_CONNECTION SSH_TTY STY TERM TERM_PROGRAM TERM_PROGRAM_VERSION TMUX TMUX_PANE TZ USER WT_SESSION',
  'ALL_PROXY HTTP_PROXY HTTPS_PROXY NO_PROXY all_proxy http_proxy https_proxy no_proxy XDG_CACHE_HOME',
]
  .join(' ')
  .split(' ');
const KEPT_SHAPES = /^(?:LC_|OTTO_)/;
const ROOT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin';

/** Files that we and what we start make can be written by their owner alone, and read by all unless somebody says otherwise. */
exports.setMask = function setMask() {
  process.umask(0o022);
};

/** Takes away what is not kept: NODE_OPTIONS, LD_*, PYTHON*, npm's settings of the folder that npx was started in. */
exports.cleanEnvironment = function cleanEnvironment(env, uid) {
  for (const name of Object.keys(env)) {
    if (name === 'PATH' || KEPT.indexOf(name) !== -1 || KEPT_SHAPES.test(name)) continue;
    delete env[name];
  }
  if (uid === 0) env.PATH = ROOT_PATH;
};

/** Whether anybody but root may put something into a folder. A sticky one counts: /tmp/node_modules can be anybody's. */
function isOpen(stat) {
  return stat.uid !== 0 || (stat.mode & 0o002) !== 0 || ((stat.mode & 0o020) !== 0 && stat.gid !== 0);
}

/** The first folder from `folder` upwards that another user can write; undefined when there is none. */
exports.openFolder = function openFolder(folder) {
  for (let place = path.resolve(folder); ; place = path.dirname(place)) {
    let stat;
    try {
      stat = fs.statSync(place);
    } catch {
      return undefined;
    }
    if (isOpen(stat)) return place;
    if (place === path.dirname(place)) return undefined;
  }
};

/**
 * Why npx was started where root must not start it; undefined when all is well. From the folder that it is in upwards npx runs
 * what it finds in node_modules/.bin, and does as an .npmrc says. This time it started us; the next time it may be another.
 */
exports.npxProblem = function npxProblem(env, uid, folder) {
  if (uid !== 0 || env.npm_command !== 'exec') return undefined;
  const open = exports.openFolder(folder);
  if (open === undefined) return undefined;
  return [
    `npx was started as root in ${visible(folder)}, and another user can write in ${visible(open)}.`,
    'There npx runs whatever that user puts into node_modules/.bin, as root. Nothing was done.',
    'Start it from a folder of root: cd / && npx -y otto-install',
  ].join('\n');
};

/** A folder's name is anybody's text: what a terminal would obey is shown instead. */
function visible(text) {
  return text.replace(/[^\x20-\x7e]/g, (character) => `\\u{${character.codePointAt(0).toString(16)}}`);
}
