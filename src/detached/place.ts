import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { inPrivateFolder } from '../host/private-folder.ts';

/** Where a run that has a process of its own can be reached. Root's alone, and gone after a reboot. */
export const RUN_FOLDER = '/run/otto-install';

/** The events of a run that ended while nobody watched, for whoever comes next. */
export const ENDED_FILE = 'ended.jsonl';

export const SOCKET = 'run.sock';

export interface RunFolder {
  /** The path of the run's socket, as long as the folder is lent. */
  readonly socket: string;
  read(name: string): string | undefined;
  write(name: string, content: string): void;
  remove(name: string): void;
}

/** Lends the folder, which only root can enter. Throws HostError when somebody else could put something there. */
export function withRunFolder<Result>(
  use: (folder: RunFolder) => Promise<Result> | Result,
  folder = RUN_FOLDER,
): Promise<Result> {
  return inPrivateFolder(folder, (place) =>
    use({
      socket: `${place}/${SOCKET}`,
      read: (name) => {
        try {
          return readFileSync(`${place}/${name}`, 'utf8');
        } catch {
          return undefined;
        }
      },
      write: (name, content) => writeFileSync(`${place}/${name}`, content, { mode: 0o600 }),
      remove: (name) => rmSync(`${place}/${name}`, { force: true }),
    }),
  );
}
