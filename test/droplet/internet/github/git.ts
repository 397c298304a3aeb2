/** git over https at github.com, with git's own `http-backend` behind GitHub's rules of access. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { must } from '../../machine/shell.ts';
import { type Exchange, type Handler, send, text } from '../exchange.ts';
import { type Accounts, REPOSITORY, tokenIn } from './accounts.ts';

/** A repository that is served, and can be moved on while the droplet is running. */
export interface GitRepository {
  readonly dir: string;
  /** Makes main point at a commit or tag ("v0.13.0"). */
  setMain(revision: string): Promise<void>;
}

/** Makes this run's own repository, which shares the objects of `source` (a bare repository) and changes nothing there. */
export async function cloneRepository(source: string, gitRoot: string): Promise<GitRepository> {
  const dir = join(gitRoot, REPOSITORY.owner, `${REPOSITORY.name}.git`);
  await mkdir(dirname(dir), { recursive: true });
  await must(['git', 'clone', '--quiet', '--bare', '--shared', source, dir]);
  const config = (key: string, value: string) => must(['git', '-C', dir, 'config', key, value]);
  await config('http.receivepack', 'false');
  await config('uploadpack.allowFilter', 'true');
  await config('uploadpack.allowAnySHA1InWant', 'true');
  return {
    dir,
    setMain: async (revision) => {
      await must(['git', '-C', dir, 'update-ref', 'refs/heads/main', `${revision}^{commit}`]);
    },
  };
}

/**
 * Answers git's requests below `/Nucleotto/hermes-agent`, with or without `.git`. As at GitHub, an unknown
 * repository and one that the account may not read look alike.
 */
export function createGit(accounts: Accounts, gitRoot: string): Handler {
  const ours = `/${REPOSITORY.owner}/${REPOSITORY.name}`.toLowerCase();
  return (exchange) => {
    const token = tokenIn(exchange.headers.authorization);
    const account = token === undefined ? undefined : accounts.of(token);
    if (!account) {
      const reason = token === undefined ? 'Authentication required' : 'Invalid username or token.';
      return send(exchange, text(401, reason, { 'www-authenticate': 'Basic realm="GitHub"' }));
    }
    const [, repository = '', rest = ''] =
      /^(\/[^/]+\/[^/]+?)(?:\.git)?(\/.*)$/.exec(exchange.url.pathname) ?? [];
    if (repository.toLowerCase() !== ours || account.reads === 'no') {
      return send(exchange, text(404, 'Repository not found.'));
    }
    if (account.reads === 'sso') {
      const reason = `The '${REPOSITORY.owner}' organization has enabled or enforced SAML SSO.`;
      return send(exchange, text(403, reason));
    }
    if (rest === '/git-receive-pack' || exchange.url.searchParams.get('service') === 'git-receive-pack') {
      return send(exchange, text(403, 'Write access to repository not granted.'));
    }
    return backend(exchange, gitRoot, `/${REPOSITORY.owner}/${REPOSITORY.name}.git${rest}`, account.login);
  };
}

/** Runs `git http-backend` (CGI, see its manual page) for one request. */
async function backend(exchange: Exchange, gitRoot: string, path: string, user: string): Promise<void> {
  const { method, url, headers, body, response } = exchange;
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: gitRoot,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: header(headers['git-protocol']),
      PATH_INFO: path,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: method,
      CONTENT_TYPE: header(headers['content-type']),
      CONTENT_LENGTH: String(body.length),
      REMOTE_USER: user,
      REMOTE_ADDR: '203.0.113.10',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  response.once('close', () => child.kill());
  child.stdin.on('error', () => undefined); // it may end before it has read everything
  child.stdin.end(body);
  await relay(child, response);
}

/** Passes a CGI program's output on: its header lines, one of which may be `Status:`, an empty line, the body. */
async function relay(child: ChildProcess, response: ServerResponse): Promise<void> {
  if (!child.stdout) throw new Error('git http-backend has no output');
  let head = Buffer.alloc(0);
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    if (response.headersSent) {
      if (!response.write(chunk)) await new Promise((resolve) => response.once('drain', resolve));
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) continue;
    const lines = head.subarray(0, end).toString('latin1').split('\r\n');
    const fields = lines.map((line) => line.split(/:\s*/, 2) as [string, string]);
    const status = fields.find(([name]) => name.toLowerCase() === 'status');
    const others = fields.filter((field) => field !== status);
    response.writeHead(Number.parseInt(status?.[1] ?? '200', 10), Object.fromEntries(others));
    response.write(head.subarray(end + 4));
  }
  response.end();
}

const header = (value: string | string[] | undefined): string => [value ?? ''].flat().join(', ');
