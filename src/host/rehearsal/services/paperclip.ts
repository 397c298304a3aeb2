import type { Container, Handler, Machine, Request, Response } from '../machine.ts';
import { Unreachable } from '../network.ts';
import { json } from './hermes.ts';

/** What Paperclip keeps in its data folder. */
export interface PaperclipData {
  readonly users: { email: string; password: string; admin: boolean }[];
}

const FIRST_START_MS = 15_000;

/** Paperclip as its callers see it (facts/paperclip, tried). Not there while it still starts. */
export function paperclip(
  machine: Machine,
  container: Container,
  databases: Map<string, PaperclipData>,
): Handler {
  const folder = container.mounts['/paperclip'] ?? container.name;
  const isFirst = !databases.has(folder);
  const data: PaperclipData = databases.get(folder) ?? { users: [] };
  databases.set(folder, data);
  const readyMs = container.startedMs + (isFirst ? FIRST_START_MS : FIRST_START_MS / 2);
  const signUpClosed = container.env.PAPERCLIP_AUTH_DISABLE_SIGN_UP === 'true';
  return (request) => {
    if (machine.now() < readyMs) throw new Unreachable('refused', 'Connection reset: still starting');
    return route(data, signUpClosed, request);
  };
}

function route(data: PaperclipData, signUpClosed: boolean, request: Request): Response {
  switch (`${request.method} ${request.url.pathname}`) {
    case 'GET /api/health':
      return json(200, {
        status: 'ok',
        deploymentMode: 'authenticated',
        deploymentExposure: 'private',
        bootstrapStatus: data.users.some((user) => user.admin) ? 'ready' : 'bootstrap_pending',
      });
    case 'POST /api/auth/sign-up/email':
      return signUp(data, signUpClosed, request);
    case 'POST /api/auth/sign-in/email':
      return signIn(data, request);
    case 'POST /api/bootstrap/claim':
      return claim(data, request);
    default:
      return { status: 200, body: '<title>Paperclip</title>' };
  }
}

function signUp(data: PaperclipData, closed: boolean, request: Request): Response {
  if (closed)
    return json(400, {
      code: 'EMAIL_PASSWORD_SIGN_UP_DISABLED',
      message: 'Email and password sign up is not enabled',
    });
  const { email, password } = JSON.parse(request.body);
  if (data.users.some((user) => user.email === email)) return json(422, { code: 'USER_ALREADY_EXISTS' });
  data.users.push({ email, password, admin: false });
  return json(
    200,
    { user: { email } },
    { 'set-cookie': `better-auth.session_token=${data.users.length - 1}; Path=/; HttpOnly` },
  );
}

function signIn(data: PaperclipData, request: Request): Response {
  const { email, password } = JSON.parse(request.body);
  const index = data.users.findIndex((user) => user.email === email && user.password === password);
  if (index < 0) return json(401, { code: 'INVALID_EMAIL_OR_PASSWORD' });
  return json(
    200,
    { user: { email } },
    { 'set-cookie': `better-auth.session_token=${index}; Path=/; HttpOnly` },
  );
}

function claim(data: PaperclipData, request: Request): Response {
  if (request.headers.origin === undefined) return json(403, { error: 'Origin required' });
  const index = /better-auth\.session_token[=\t](\d+)/.exec(request.headers.cookie ?? '')?.[1];
  const user = index === undefined ? undefined : data.users[Number(index)];
  if (user === undefined) return json(401, { error: 'Unauthorized' });
  if (data.users.some((other) => other.admin)) return json(409, { error: 'Already claimed' });
  user.admin = true;
  return json(200, { claimed: true });
}
