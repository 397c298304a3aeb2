// Stands in for figures in the bundle: the three of its hundred signs that execa names, for a report of commands (its option
// verbose) that we never ask for.
export default { tick: '✔', warning: '⚠', cross: '✖' };
