import { createHash } from 'node:crypto';
import type { Machine, Request, Response } from '../machine.ts';

/** Hermes 0.19 as its callers see it: the routes and answers of facts/hermes 1.4. */

interface Settings {
  readonly host: string;
  readonly port: number;
  readonly key: string;
  readonly model: string;
}

/** KEY=value lines; the last one wins. */
export function environment(text: string): Record<string, string> {
  const pairs = text
    .split('\n')
    .map((line) => /^\s*([A-Z_][A-Z0-9_]*)=(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, name = '', value = '']): [string, string] => [name, value]);
  return Object.fromEntries(pairs);
}

function settings(machine: Machine, home: string): Settings {
  const env = environment(machine.files.read(`${home}/.hermes/.env`) ?? '');
  return {
    host: env.API_SERVER_HOST ?? '127.0.0.1',
    port: Number(env.API_SERVER_PORT ?? 8642),
    key: env.API_SERVER_KEY ?? '',
    model: env.API_SERVER_MODEL_NAME ?? 'hermes-agent',
  };
}

/** From its start to an open port, as seen of 0.19. */
const START_MS = 9_000;
const SHORTEST_KEY = 16;
/** From a question to Claude's answer. */
const CHAT_MS = 3_500;

/**
 * What Hermes does once its service has started it: its files, then, a few seconds later, its API. With a key that it
 * refuses it keeps running with its port closed (0.18 and later). It reads its settings now and never again.
 */
export function startHermes(machine: Machine, user: string, home: string, pid: number): void {
  const { host, port, key, model } = settings(machine, home);
  const owner = `${user}:${user}`;
  const folder = `${home}/.hermes`;
  const state = `${JSON.stringify({ pid, kind: 'hermes-gateway' })}\n`;
  for (const name of ['gateway.lock', 'gateway.pid'])
    machine.files.put(`${folder}/${name}`, state, { owner });
  const starts = machine.files.read(`${folder}/gateway-starts.log`) ?? '';
  machine.files.put(`${folder}/gateway-starts.log`, `${starts}${machine.now() / 1000}\n`, { owner });
  if (key.length < SHORTEST_KEY) {
    const line = `${logTime(machine)} ERROR gateway.platforms.api_server: [Api_Server] Refusing to start: API_SERVER_KEY is a placeholder or too short (<${SHORTEST_KEY} chars).\n`;
    machine.files.put(`${folder}/logs/errors.log`, line, { owner });
    return;
  }
  void machine.wait(START_MS).then(() => {
    if (!machine.processes.has(pid)) return;
    log(machine, home, owner, `gateway.run: API server listens on ${host}:${port} as ${model}`);
    machine.listeners.set(port, {
      address: host,
      port,
      process: 'hermes',
      pid,
      handle: async (request) => {
        const answered = await answer(machine, home, { key, model }, request);
        if (request.method === 'POST')
          log(machine, home, owner, `api_server: POST ${request.url.pathname} ${answered.status}`);
        return answered;
      },
    });
  });
}

const logTime = (machine: Machine): string =>
  new Date(machine.now())
    .toISOString()
    .replace('T', ' ')
    .replace(/\.(\d+)Z/, ',$1');

/** A line of its own log. */
function log(machine: Machine, home: string, owner: string, words: string): void {
  const path = `${home}/.hermes/logs/gateway.log`;
  const before = machine.files.read(path) ?? '';
  machine.files.put(path, `${before}${logTime(machine)} INFO ${words}\n`, { owner });
}

function answer(
  machine: Machine,
  home: string,
  known: { key: string; model: string },
  request: Request,
): Response | Promise<Response> {
  const path = request.url.pathname;
  if (path === '/health' || path === '/v1/health') {
    return json(200, { status: 'ok', platform: 'hermes-agent', version: '0.19.0' });
  }
  if (request.headers.authorization !== `Bearer ${known.key}`) {
    return json(401, {
      error: { message: 'Invalid API key', type: 'invalid_request_error', code: 'invalid_api_key' },
    });
  }
  if (path === '/v1/models') {
    return json(200, {
      object: 'list',
      data: [{ id: known.model, object: 'model', owned_by: 'hermes', root: known.model }],
    });
  }
  if (path === '/v1/chat/completions') return chat(machine, home, known.model, request);
  return json(404, { error: { message: 'Not found' } });
}

async function chat(machine: Machine, home: string, model: string, request: Request): Promise<Response> {
  if (!hasCredentials(machine, home)) {
    return json(500, {
      error: { message: 'Internal server error: No Anthropic credentials found.', type: 'server_error' },
    });
  }
  await machine.wait(CHAT_MS);
  const content = 'Yes. I am Otto, running on this droplet.';
  return json(200, {
    id: `chatcmpl-${createHash('sha1').update(request.body).digest('hex').slice(0, 12)}`,
    object: 'chat.completion',
    model,
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 12, completion_tokens: 9, total_tokens: 21 },
  });
}

function hasCredentials(machine: Machine, home: string): boolean {
  const env = environment(machine.files.read(`${home}/.hermes/.env`) ?? '');
  const credentials = machine.files.read(`${home}/.claude/.credentials.json`) ?? '';
  return env.ANTHROPIC_API_KEY !== undefined || /"accessToken":"[^"]+"/.test(credentials);
}

/** An answer with a JSON body. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return { status, body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } };
}
