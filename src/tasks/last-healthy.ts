import { createHash } from 'node:crypto';
import { STATE_DIR } from '../engine/records/state-dir.ts';
import type { Host } from '../host/host.ts';
import { object, parseJson, text } from '../system/formats/json.ts';

/** How this droplet was when a look found everything healthy the last time; src/changes writes it and knows all of it. */
export const HEALTHY_FILE = `${STATE_DIR}/healthy.json`;

/** The key of a file in it, and the hash of its content. */
export const fileKey = (path: string): string => `file:${path}`;
export const saltedHash = (salt: string, content: string): string =>
  createHash('sha256').update(salt).update(content).digest('hex');

/** When everything was healthy with the very content that the file has now; undefined when that never was, or is not known. */
export async function healthyWithThis(host: Host, path: string): Promise<number | undefined> {
  try {
    const record = object(parseJson((await host.readFile(HEALTHY_FILE)) ?? ''));
    const noted = text(object(object(record.items)[fileKey(path)]).hash);
    const content = noted === '' ? undefined : await host.readFile(path);
    if (content === undefined || saltedHash(text(record.salt), content) !== noted) return undefined;
    return typeof record.at === 'number' ? record.at : undefined;
  } catch {
    // It only spares a false alarm: what cannot be read spares none.
    return undefined;
  }
}
