// For the build: src/host/command.ts starts processes with execa's `execa` and reads their pipes itself. What else it can do
// hangs on a few of its modules, which are only called by who asks for it: these are left out, and all that they bring.
const LEFT_OUT = {
  // execaSync.
  'methods/main-sync.js': 'export const execaCoreSync = undefined;',
  // subprocess.readable() and its kind.
  'convert/add.js': 'export const addConvertedStreams = () => {};',
  // subprocess.pipe().
  'pipe/setup.js': 'export const pipeToSubprocess = () => {};',
  // The option cleanup: host/command.ts ends what it started in its own way, and says so to execa.
  'terminate/cleanup.js': 'export const cleanupOnExit = () => {};',
  // Messages to and from another Node.
  'ipc/methods.js': 'export const addIpcMethods = () => {}; export const getIpcExport = () => ({});',
  // execa`command`, and with it $.
  'methods/template.js':
    'export const isTemplateString = () => false; export const parseTemplates = undefined;',
  'methods/script.js':
    'export const mapScriptAsync = undefined, setScriptSync = undefined, deepScriptOptions = undefined;',
};

/** Fails the build when execa's modules are called otherwise one day, so that nothing comes back unseen. */
export function partsOfExecaPlugin() {
  const seen = new Set();
  return {
    name: 'parts-of-execa',
    load(id) {
      const name = /\/node_modules\/execa\/lib\/(.+)$/.exec(id)?.[1];
      if (name === undefined || LEFT_OUT[name] === undefined) return null;
      seen.add(name);
      return LEFT_OUT[name];
    },
    buildEnd() {
      const gone = Object.keys(LEFT_OUT).filter((name) => !seen.has(name));
      if (gone.length > 0) this.error(`execa has no ${gone.join(', ')} any more: see ${import.meta.url}`);
    },
  };
}
