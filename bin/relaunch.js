// Starts the wizard with another Node and then is nobody: same terminal, same exit code, same signals.
'use strict';

const { spawn } = require('node:child_process');

/** Runs `bundle` with the Node at `node`; ends as the child ended. */
exports.relaunch = function relaunch(node, bundle, args) {
  const env = Object.assign({}, process.env, { OTTO_INSTALL_RELAUNCHED: process.versions.node });
  const child = spawn(node, [bundle].concat(args), { stdio: 'inherit', env });

  // Ctrl-C on a terminal reaches the child by itself: passed on, it would arrive twice. Here it only must not end us first.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));

  child.on('error', (error) => {
    console.error(`The Node at ${node} could not be started: ${error.message}`);
    process.exitCode = 69;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exit(code);
      return;
    }
    // Ctrl-C and a closed terminal need no words; a crash, or the kernel when the memory is used up, must not look like nothing.
    if (['SIGINT', 'SIGTERM', 'SIGHUP'].indexOf(signal) === -1)
      console.error(
        `otto-install was ended by ${signal}. What was begun is finished, or undone, when it is started again.`,
      );
    // Die by the same signal, so that the shell says the same thing; process.exit after a hangup aborts old Nodes.
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
};
