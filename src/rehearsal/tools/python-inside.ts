import { createHash } from 'node:crypto';
import { type Call, type Container, type Machine, NotRehearsed, type Outcome } from '../machine.ts';
import { send, Unreachable } from '../network.ts';
import { connections, hasDatabase, type OpenWebuiData, openWebuiData } from '../services/open-webui.ts';
import { jsonIn } from './script-values.ts';

/** `docker exec -i … python3 -`: the scripts of templates/open-webui, known by their first line. */
export function pythonInside(container: Container, call: Call): Outcome | Promise<Outcome> {
  // Asked only of one that does not answer from outside: here both are the same.
  if (call.input.startsWith('# otto-install: ask-inside')) return { exitCode: 0, stdout: 'silent\n' };
  if (call.input.startsWith('# otto-install: has-administrator'))
    return hasAdministrator(call.machine, container);
  if (call.input.startsWith('# otto-install: read-accounts') && !hasDatabase(call.machine, container))
    return { exitCode: 0, stdout: `${JSON.stringify({ problem: 'none', detail: '' })}\n` };
  const { data, save } = openWebuiData(call.machine, container);
  if (call.input.startsWith('# otto-install: read-connection')) return readConnection(data, call);
  if (call.input.startsWith('# otto-install: read-accounts')) return readAccounts(data);
  if (call.input.startsWith('# otto-install: change-settings')) {
    save(changed(data, call.input));
    return { exitCode: 0, stdout: 'backup checked: /app/backend/data/otto-install-backups/webui.db\n' };
  }
  throw new NotRehearsed(`docker ${call.args.join(' ')}`);
}

function hasAdministrator(machine: Machine, container: Container): Outcome {
  const there =
    hasDatabase(machine, container) &&
    openWebuiData(machine, container).data.users.some(({ role }) => role === 'admin');
  return there
    ? { exitCode: 0, stdout: 'It has an administrator.\n' }
    : { exitCode: 1, stderr: 'Nobody administers this Open WebUI yet: its database has no administrator.\n' };
}

function readAccounts({ users }: OpenWebuiData): Outcome {
  const accounts = users.map(({ id, email, name, role }) => {
    return {
      id,
      email,
      name,
      role,
      active: true,
      hasPassword: true,
      secondFactor: false,
      created: 0,
      lastActive: 0,
    };
  });
  const found = { problem: '', detail: '', accounts, sessionStamp: true };
  return { exitCode: 0, stdout: `${JSON.stringify(found)}\n` };
}

/** Tries each connection that leads to Hermes with the key that Open WebUI has for it. */
async function readConnection(data: OpenWebuiData, call: Call): Promise<Outcome> {
  const port = /^PORT = (\d+)$/m.exec(call.input)?.[1];
  const found = await Promise.all(
    connections(data).map(async ({ url, key }) => ({
      url,
      from: 'database',
      keyFrom: 'database',
      keyPrint: key === '' ? '' : createHash('sha256').update(key).digest('hex').slice(0, 16),
      ...(url.includes(`:${port}`) && { probe: await probe(call, url, key) }),
    })),
  );
  const enabled = data.settings['openai.enable'] !== false;
  const result = { layout: 'key-value', problem: '', enabled, connections: found };
  return { exitCode: 0, stdout: `${JSON.stringify(result)}\n` };
}

async function probe({ machine, input }: Call, base: string, key: string): Promise<object> {
  const limitSeconds = Number(/^LIMIT = (\d+)$/m.exec(input)?.[1]);
  try {
    const answer = await send(machine, {
      method: 'GET',
      url: new URL(`${base.replace(/\/+$/, '')}/models`),
      headers: { authorization: `Bearer ${key}` },
      body: '',
      from: 'container',
    });
    return { kind: 'answer', status: answer.status, body: answer.status === 200 ? answer.body : '' };
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    // A packet that is dropped is waited for to the end.
    if (error.failure === 'timeout') await machine.wait(limitSeconds * 1000);
    return { kind: error.failure, detail: error.message };
  }
}

/** The settings with the changes made that the script carries as JSON in a string. */
function changed(data: OpenWebuiData, script: string): OpenWebuiData {
  const changes = jsonIn(script, 'CHANGES') as { path: string[]; index: number | null; value: unknown }[];
  const settings = { ...data.settings };
  for (const { path, index, value } of changes) {
    const name = path.join('.');
    const before = settings[name];
    settings[name] =
      index === null ? value : Object.assign(Array.isArray(before) ? [...before] : [], { [index]: value });
  }
  return { ...data, settings };
}
