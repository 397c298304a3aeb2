import type { Container, Handler, Machine, Request, Response } from '../machine.ts';
import { Unreachable } from '../network.ts';
import { json } from './hermes.ts';

interface User {
  readonly email: string;
  readonly password: string;
  readonly admin: boolean;
}

/** Its accounts; the list is a file in the data folder and survives the container. */
interface Users {
  readonly list: readonly User[];
  save(list: readonly User[]): void;
}

const FIRST_START_MS = 15_000;
const LATER_START_MS = 7_000;

/** Paperclip as its callers see it (facts: paperclip). Not there while it still starts. */
export function paperclip(machine: Machine, container: Container): Handler {
  const path = databaseOf(container);
  const isFirst = !machine.files.exists(path);
  const readyMs = container.startedMs + (isFirst ? FIRST_START_MS : LATER_START_MS);
  const signUpClosed = container.env.PAPERCLIP_AUTH_DISABLE_SIGN_UP === 'true';
  const save = (list: readonly User[]) =>
    machine.files.put(path, JSON.stringify(list), { owner: ownerOf(container) });
  if (isFirst) save([]);
  return (request) => {
    if (machine.now() < readyMs) throw new Unreachable('reset', 'Connection reset by peer');
    return route({ list: JSON.parse(machine.files.read(path) ?? '[]'), save }, signUpClosed, request);
  };
}

const databaseOf = ({ mounts }: Container) =>
  `${mounts['/paperclip'] ?? '/var/lib/docker/volumes/paperclip'}/instances/default/db`;

const ownerOf = ({ env }: Container) => `${env.USER_UID ?? '1000'}:${env.USER_GID ?? '1000'}`;

/** Who administers the Paperclip of this container, as its database says. */
export function administratorsOf(
  machine: Machine,
  container: Container,
): readonly { readonly email: string }[] {
  const users: readonly User[] = JSON.parse(machine.files.read(databaseOf(container)) ?? '[]');
  return users.filter(({ admin }) => admin);
}

function route(users: Users, signUpClosed: boolean, request: Request): Response {
  switch (`${request.method} ${request.url.pathname}`) {
    case 'GET /api/health':
      return json(200, {
        status: 'ok',
        deploymentMode: 'authenticated',
        deploymentExposure: 'private',
        bootstrapStatus: users.list.some((user) => user.admin) ? 'ready' : 'bootstrap_pending',
      });
    case 'POST /api/auth/sign-up/email':
      return signUp(users, signUpClosed, request);
    case 'POST /api/auth/sign-in/email':
      return signIn(users, request);
    case 'POST /api/bootstrap/claim':
      return claim(users, request);
    default:
      return { status: 200, body: '<title>Paperclip</title>' };
  }
}

function signUp({ list, save }: Users, closed: boolean, request: Request): Response {
  if (closed)
    return json(400, {
      code: 'EMAIL_PASSWORD_SIGN_UP_DISABLED',
      message: 'Email and password sign up is not enabled',
    });
  const { email, password } = JSON.parse(request.body);
  if (list.some((user) => user.email === email)) return json(422, { code: 'USER_ALREADY_EXISTS' });
  save([...list, { email, password, admin: false }]);
  return json(200, { user: { email } }, sessionOf(list.length));
}

function signIn({ list }: Users, request: Request): Response {
  const { email, password } = JSON.parse(request.body);
  const index = list.findIndex((user) => user.email === email && user.password === password);
  if (index < 0) return json(401, { code: 'INVALID_EMAIL_OR_PASSWORD' });
  return json(200, { user: { email } }, sessionOf(index));
}

const sessionOf = (index: number) => ({
  'set-cookie': `better-auth.session_token=${index}; Path=/; HttpOnly`,
});

function claim({ list, save }: Users, request: Request): Response {
  if (request.headers.origin === undefined) return json(403, { error: 'Origin required' });
  const session = /better-auth\.session_token=(\d+)/.exec(request.headers.cookie ?? '')?.[1];
  const claimant = session === undefined ? undefined : list[Number(session)];
  if (claimant === undefined) return json(401, { error: 'Unauthorized' });
  if (list.some((user) => user.admin)) return json(409, { error: 'Already claimed' });
  save(list.map((user) => (user === claimant ? { ...user, admin: true } : user)));
  return json(200, { claimed: true });
}
