// Fetches the pinned Node for the copy of otto-install that stays on a server, where another Node runs the wizard. Prints its path.
'use strict';

const path = require('node:path');

// npm lies beside the Node that runs this, which need not be on root's PATH.
process.env.PATH = `${path.dirname(process.execPath)}:${process.env.PATH || ''}`;
// It says that the launcher has started this process already; here it has not.
delete process.env.OTTO_INSTALL_RELAUNCHED;

try {
  console.log(require('./runtime.js').runtime());
} catch (error) {
  if (!error.explained) throw error;
  console.error(error.message);
  process.exitCode = 69;
}
