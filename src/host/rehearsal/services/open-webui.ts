import type { Container, Handler, Machine, Request, Response } from '../machine.ts';
import { send, Unreachable } from '../network.ts';
import { json } from './hermes.ts';

/** What Open WebUI keeps in its database: it survives the container, like the folder that is mounted. */
export interface OpenWebuiData {
  readonly users: { id: string; name: string; email: string; password: string; role: string }[];
  baseUrl: string;
  key: string;
  signup: boolean;
}

/** Time from `docker run` to the first answer (facts: 15–31 s on an empty database). */
const FIRST_START_MS = 16_000;
const LATER_START_MS = 8_000;

/** The database in a data folder; made from the container's environment at the first start, afterwards it wins. */
export function openWebuiData(databases: Map<string, OpenWebuiData>, container: Container): OpenWebuiData {
  const folder = container.mounts['/app/backend/data'] ?? container.name;
  const known = databases.get(folder);
  if (known) return known;
  const fresh: OpenWebuiData = {
    users: [],
    baseUrl: container.env.OPENAI_API_BASE_URL ?? '',
    key: container.env.OPENAI_API_KEY ?? '',
    signup: true,
  };
  databases.set(folder, fresh);
  return fresh;
}

/** Open WebUI 0.12 as its callers see it (facts/open-webui A5, A11). Not there while it still starts. */
export function openWebui(
  machine: Machine,
  container: Container,
  databases: Map<string, OpenWebuiData>,
): Handler {
  const isFirst = !databases.has(container.mounts['/app/backend/data'] ?? container.name);
  const data = openWebuiData(databases, container);
  const readyMs = container.startedMs + (isFirst ? FIRST_START_MS : LATER_START_MS);
  return (request) => {
    if (machine.now() < readyMs) throw new Unreachable('refused', 'Connection reset: still starting');
    return route(machine, data, request);
  };
}

const page: Response = {
  status: 200,
  body: '<!doctype html><title>Open WebUI</title>',
  headers: { 'content-type': 'text/html' },
};

async function route(machine: Machine, data: OpenWebuiData, request: Request): Promise<Response> {
  const path = request.url.pathname;
  switch (`${request.method} ${path}`) {
    case 'GET /health':
    case 'GET /ready':
      return json(200, { status: true });
    case 'GET /api/version':
      return json(200, { version: '0.12.4' });
    case 'GET /api/config':
      return json(200, {
        status: true,
        name: 'Open WebUI',
        version: '0.12.4',
        ...(data.users.length === 0 ? { onboarding: true } : {}),
        features: { auth: true, enable_signup: data.signup, enable_login_form: true },
      });
    case 'GET /ws/socket.io/':
      return request.headers.upgrade === 'websocket'
        ? { status: 101, body: '', headers: { 'sec-websocket-accept': 'rehearsed' } }
        : { status: 400, body: '"Invalid websocket upgrade"' };
    case 'POST /api/v1/auths/signup':
      return signUp(data, request);
    case 'POST /api/v1/auths/signin':
      return signIn(data, request);
    case 'GET /api/models':
    case 'GET /api/v1/models':
      return isSignedIn(data, request)
        ? upstream(machine, data, '/models', request)
        : json(401, { detail: 'Not authenticated' });
    case 'POST /api/chat/completions':
      return isSignedIn(data, request)
        ? upstream(machine, data, '/chat/completions', request)
        : json(401, { detail: 'Not authenticated' });
    default:
      return path.startsWith('/api') ? json(404, { detail: 'Not Found' }) : page;
  }
}

function signUp(data: OpenWebuiData, request: Request): Response {
  if (!data.signup) return json(403, { detail: 'You do not have permission to access this resource.' });
  const { name, email, password } = JSON.parse(request.body);
  const user = {
    id: `user-${data.users.length + 1}`,
    name,
    email,
    password,
    role: data.users.length === 0 ? 'admin' : 'pending',
  };
  data.users.push(user);
  data.signup = false;
  return json(200, session(user));
}

function signIn(data: OpenWebuiData, request: Request): Response {
  const { email, password } = JSON.parse(request.body);
  const user = data.users.find((known) => known.email === email.toLowerCase() && known.password === password);
  return user === undefined
    ? json(400, { detail: 'The email or password provided is incorrect.' })
    : json(200, session(user));
}

function session(user: OpenWebuiData['users'][number]) {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    role: user.role,
    token: `token-of-${user.id}`,
    token_type: 'Bearer',
  };
}

function isSignedIn(data: OpenWebuiData, request: Request): boolean {
  return data.users.some((user) => request.headers.authorization === `Bearer token-of-${user.id}`);
}

/** What Open WebUI asks of Hermes, from inside its container. */
async function upstream(
  machine: Machine,
  data: OpenWebuiData,
  path: string,
  request: Request,
): Promise<Response> {
  try {
    const answered = await send(machine, {
      method: request.method,
      url: new URL(data.baseUrl + path),
      headers: { authorization: `Bearer ${data.key}`, 'content-type': 'application/json' },
      body: request.body,
      from: 'container',
    });
    return { ...answered };
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return path === '/models'
      ? json(200, { data: [] })
      : json(500, { detail: 'Open WebUI: Server Connection Error' });
  }
}
