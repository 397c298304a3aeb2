import type { Container, Handler, Machine, Request, Response } from '../machine.ts';
import { send, Unreachable } from '../network.ts';
import { json } from './hermes.ts';

/** What Open WebUI keeps in its database, which survives the container. */
export interface OpenWebuiData {
  readonly users: readonly {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly password: string;
    readonly role: string;
  }[];
  /** A row each, as releases since 0.10 have it: 'openai.api_keys' → ['…']. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A database, and how to write a new state of it. */
interface Stored {
  readonly data: OpenWebuiData;
  save(data: OpenWebuiData): void;
}

/** Time from `docker run` to the first answer (facts: 15–31 s on an empty database). */
const FIRST_START_MS = 16_000;
const LATER_START_MS = 8_000;

/** webui.db in the folder that is mounted. */
function databaseOf({ mounts, name }: Container): string {
  return `${mounts['/app/backend/data'] ?? `/var/lib/docker/volumes/${name}`}/webui.db`;
}

/** Whether there is a database; a start makes one. */
export function hasDatabase(machine: Machine, container: Container): boolean {
  return machine.files.exists(databaseOf(container));
}

/** The database; made from the container's environment at the first start, and from then on it wins. */
export function openWebuiData(machine: Machine, container: Container): Stored {
  const path = databaseOf(container);
  const save = (data: OpenWebuiData) => machine.files.put(path, JSON.stringify(data));
  const stored = machine.files.read(path);
  if (stored !== undefined) return { data: JSON.parse(stored), save };
  const { OPENAI_API_BASE_URL = '', OPENAI_API_KEY = '' } = container.env;
  const fresh: OpenWebuiData = {
    users: [],
    settings: {
      'openai.enable': true,
      'openai.api_base_urls': [OPENAI_API_BASE_URL],
      'openai.api_keys': [OPENAI_API_KEY],
      'ui.enable_signup': true,
    },
  };
  save(fresh);
  return { data: fresh, save };
}

/** Where Open WebUI asks for models, and with which key. */
export function connections({ settings }: OpenWebuiData): readonly { url: string; key: string }[] {
  const texts = (name: string) => [settings[name] ?? []].flat().map(String);
  const keys = texts('openai.api_keys');
  return texts('openai.api_base_urls').map((url, index) => ({ url, key: keys[index] ?? '' }));
}

/** Open WebUI 0.12 as its callers see it (facts: open-webui A5, A11). Not there while it still starts. */
export function openWebui(machine: Machine, container: Container, version: string): Handler {
  const isFirst = !hasDatabase(machine, container);
  const readyMs = container.startedMs + (isFirst ? FIRST_START_MS : LATER_START_MS);
  return (request) => {
    if (machine.now() < readyMs) throw new Unreachable('reset', 'Connection reset by peer');
    return route({ machine, version }, openWebuiData(machine, container), request);
  };
}

const page: Response = {
  status: 200,
  body: '<!doctype html><title>Open WebUI</title>',
  headers: { 'content-type': 'text/html' },
};

async function route(
  { machine, version }: { readonly machine: Machine; readonly version: string },
  stored: Stored,
  request: Request,
): Promise<Response> {
  const { data } = stored;
  const path = request.url.pathname;
  switch (`${request.method} ${path}`) {
    case 'GET /health':
    case 'GET /ready':
      return json(200, { status: true });
    case 'GET /api/version':
      return json(200, { version });
    case 'GET /api/config':
      return json(200, {
        status: true,
        name: 'Open WebUI',
        version,
        ...(data.users.length === 0 ? { onboarding: true } : {}),
        features: { auth: true, enable_signup: isSignUpOpen(data), enable_login_form: true },
      });
    case 'GET /ws/socket.io/':
      return request.headers.upgrade === 'websocket'
        ? { status: 101, body: '' }
        : json(400, { detail: 'Invalid WebSocket upgrade request' });
    case 'POST /api/v1/auths/signup':
      return signUp(stored, request);
    case 'POST /api/v1/auths/signin':
      return signIn(data, request);
    case 'GET /api/models':
    case 'GET /api/v1/models':
      return upstream(machine, data, '/models', request);
    case 'POST /api/chat/completions':
      return upstream(machine, data, '/chat/completions', request);
    default:
      return path.startsWith('/api') ? json(404, { detail: 'Not Found' }) : page;
  }
}

const isSignUpOpen = ({ settings }: OpenWebuiData) => settings['ui.enable_signup'] === true;

/** The first account becomes the administrator, and closes the sign-up behind it. */
function signUp({ data, save }: Stored, request: Request): Response {
  if (!isSignUpOpen(data))
    return json(403, { detail: 'You do not have permission to access this resource.' });
  const { name, email, password } = JSON.parse(request.body);
  const role = data.users.length === 0 ? 'admin' : 'pending';
  const user = { id: `user-${data.users.length + 1}`, name, email, password, role };
  save({ users: [...data.users, user], settings: { ...data.settings, 'ui.enable_signup': false } });
  return json(200, session(user));
}

function signIn(data: OpenWebuiData, request: Request): Response {
  const { email, password } = JSON.parse(request.body);
  const user = data.users.find((known) => known.email === email.toLowerCase() && known.password === password);
  return user === undefined
    ? json(400, { detail: 'The email or password provided is incorrect.' })
    : json(200, session(user));
}

function session({ id, email, name, role }: OpenWebuiData['users'][number]) {
  return { id, email, name, role, token: `token-of-${id}`, token_type: 'Bearer' };
}

/** The requests that Open WebUI sends to Hermes for a signed-in user, from inside its container. */
async function upstream(
  machine: Machine,
  data: OpenWebuiData,
  path: string,
  request: Request,
): Promise<Response> {
  const signedIn = data.users.some(({ id }) => request.headers.authorization === `Bearer token-of-${id}`);
  if (!signedIn) return json(401, { detail: 'Not authenticated' });
  const [connection] = connections(data);
  try {
    if (connection === undefined) throw new Unreachable('refused', 'no connection');
    return await send(machine, {
      method: request.method,
      url: new URL(connection.url + path),
      headers: { authorization: `Bearer ${connection.key}`, 'content-type': 'application/json' },
      body: request.body,
      from: 'container',
    });
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return path === '/models'
      ? json(200, { data: [] })
      : json(500, { detail: 'Open WebUI: Server Connection Error' });
  }
}
