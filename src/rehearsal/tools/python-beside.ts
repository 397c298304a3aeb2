import type { Call, Container, Outcome } from '../machine.ts';
import { type OpenWebuiData, openWebuiData } from '../services/open-webui.ts';
import { pythonInside } from './python-inside.ts';
import { jsonIn, pathIn } from './script-values.ts';

/** Where the data of Open WebUI is inside its containers. */
const INSIDE = '/app/backend/data';

/**
 * `docker run --rm -i … --entrypoint python3 …`: the scripts that work on Open WebUI's database from a container of their
 * own, beside the running one or while it is stopped. `container` is the one with the same data.
 */
export function pythonBeside(container: Container, call: Call): Outcome | Promise<Outcome> {
  const script = /^# otto-install: (\S+)/.exec(call.input)?.[1];
  // What only looks does not make a database where there is none.
  if (script === 'read-accounts' || script === 'has-administrator') return pythonInside(container, call);
  const { data, save } = openWebuiData(call.machine, container);
  const keep = (name: string) =>
    call.machine.files.put(`${container.mounts[INSIDE]}/${name}`, JSON.stringify(data), { mode: 0o600 });
  const kept = (name: string): OpenWebuiData | undefined => {
    const text = call.machine.files.read(`${container.mounts[INSIDE]}/${name}`);
    return text === undefined ? undefined : JSON.parse(text);
  };
  switch (script) {
    case 'set-password': {
      const wish = jsonIn(call.input, 'WISH') as Record<string, string>;
      keep(wish.backup ?? '');
      save({
        ...data,
        users: data.users.map((user) => (user.id === wish.id ? withPassword(user, wish) : user)),
      });
      return said(`backup checked: ${INSIDE}/${wish.backup}`, 'changed: password');
    }
    case 'restore-account':
    case 'restore-database': {
      const backup = kept(pathIn(call.input, 'BACKUP'));
      if (backup !== undefined) save(backup);
      return said('put back');
    }
    case 'backup-database': {
      const name = pathIn(call.input, 'BACKUP');
      keep(name);
      return said(`backup checked: ${INSIDE}/${name}`);
    }
    case 'replace-key': {
      const keys = jsonIn(call.input, 'KEYS') as { old: string; new: string };
      const settings = JSON.stringify(data.settings)
        .split(JSON.stringify(keys.old))
        .join(JSON.stringify(keys.new));
      save({ ...data, settings: JSON.parse(settings) });
      return said('changed: openai.api_keys[0]');
    }
    default:
      return pythonInside(container, call);
  }
}

const said = (...lines: readonly string[]): Outcome => ({
  exitCode: 0,
  stdout: lines.map((line) => `${line}\n`).join(''),
});

function withPassword(
  user: OpenWebuiData['users'][number],
  { password = '', promote }: Record<string, unknown>,
) {
  return { ...user, password: String(password), ...(promote === true ? { role: 'admin' } : {}) };
}
