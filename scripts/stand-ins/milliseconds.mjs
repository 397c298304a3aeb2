// Stands in for pretty-ms in the bundle: execa writes times with it into the report of commands that we never ask for.
export default (milliseconds) => `${Math.round(milliseconds)} ms`;
