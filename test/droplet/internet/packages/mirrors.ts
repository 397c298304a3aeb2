/** The mirrors: a Python index, an npm registry and an apt repository, all files that were made beforehand. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Handler, json, send, sendFile } from '../exchange.ts';

/** Serves the files below `root`; everything is missing when there is no root. */
export function createFileServer(root: string | undefined): Handler {
  return async (exchange) => {
    if (root === undefined) return send(exchange, json(404, { error: 'nothing is served here' }));
    await sendFile(exchange, root, decodeURIComponent(exchange.url.pathname));
  };
}

/**
 * Serves a static npm registry: a package's document is `<name>/packument.json`, its files are below `<name>/-/`.
 * npm writes the slash of a scoped name as %2f in the one and as it is in the other.
 */
export function createNpmRegistry(root: string | undefined): Handler {
  return async (exchange) => {
    const path = decodeURIComponent(exchange.url.pathname);
    if (path === '/-/ping') return send(exchange, json(200, {}));
    const packument = join(path, 'packument.json');
    const known = root !== undefined && (await stat(join(root, packument)).then(isFile, () => false));
    if (root !== undefined && (known || path.includes('/-/'))) {
      return sendFile(exchange, root, known ? packument : path);
    }
    send(exchange, json(404, { error: 'Not found' }));
  };
}

const isFile = (info: { isFile(): boolean }): boolean => info.isFile();
