import {
  type Call,
  NotRehearsed,
  type Outcome,
  type Request,
  type Response,
  type Tool,
} from '../../machine.ts';
import { send, Unreachable } from '../../network.ts';
import { fetchImage } from '../docker.ts';
import { askOverHttps } from './curl-https.ts';

/** The requests of a curl configuration, `next` between them, each as its options in order. */
function requests(config: string): (readonly [string, string])[][] {
  return config.split(/^next$/m).map((block) =>
    block
      .split('\n')
      .filter((line) => line !== '')
      .map((line): [string, string] => {
        const [, name = line, value = ''] = /^([\w-]+) = "(.*)"$/.exec(line) ?? [];
        return [name, value.replace(/\\(.)/g, (_, character) => (character === 'n' ? '\n' : character))];
      }),
  );
}

const CURL_EXITS = { dns: 6, refused: 7, timeout: 28, reset: 56, tls: 60 } as const;

/** curl with its requests on stdin (`--config -`), or asking Docker's Engine API over its socket. */
export const curl: Tool = (call) => {
  if (call.args.includes('--unix-socket')) return engineApi(call);
  if (call.args.includes('--write-out') || call.args.includes('--dump-header')) return askOverHttps(call);
  if (call.args.join(' ') !== '--silent --show-error --config -')
    throw new NotRehearsed(`curl ${call.args.join(' ')}`);
  return configured(call);
};

/** curl with its requests on stdin; `ask` is where they go. */
export async function configured(
  { machine, input }: Pick<Call, 'machine' | 'input'>,
  ask: (request: Request) => Response | Promise<Response> = (request) => send(machine, request),
): Promise<Outcome> {
  const cookies = new Map<string, string>();
  let stdout = '';
  for (const options of requests(input)) {
    const value = (name: string) => options.find(([key]) => key === name)?.[1];
    const headers = Object.fromEntries(
      options
        .filter(([key]) => key === 'header')
        .map(([, header]): [string, string] => {
          const cut = header.indexOf(':');
          return [header.slice(0, cut).toLowerCase(), header.slice(cut + 1).trim()];
        }),
    );
    if (cookies.size > 0)
      headers.cookie = [...cookies].map(([name, content]) => `${name}=${content}`).join('; ');
    const body = value('data-raw');
    try {
      await machine.wait(100);
      const answered = await ask({
        method: value('request') ?? (body === undefined ? 'GET' : 'POST'),
        url: new URL(value('url') ?? ''),
        headers,
        body: body ?? '',
        from: 'droplet',
      });
      const [, name, content] = /^([^=]+)=([^;]*)/.exec(answered.headers?.['set-cookie'] ?? '') ?? [];
      if (name !== undefined && content !== undefined) cookies.set(name, content);
      stdout += `${answered.status}\n`;
      if (answered.status >= 400 && options.some(([key]) => key === 'fail')) {
        return {
          exitCode: 22,
          stdout,
          stderr: `curl: (22) The requested URL returned error: ${answered.status}\n`,
        };
      }
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      return {
        exitCode: CURL_EXITS[error.failure],
        stdout: `${stdout}000\n`,
        stderr: `curl: ${error.message}\n`,
      };
    }
  }
  return { exitCode: 0, stdout };
}

async function engineApi({ machine, args, line, signal }: Call): Promise<Outcome> {
  const url = new URL(args.at(-1) ?? '');
  if (url.pathname !== '/images/create') throw new NotRehearsed(`curl ${args.join(' ')}`);
  if (machine.units.get('docker.service')?.active !== true)
    return { exitCode: 7, stderr: 'curl: (7) Could not connect to server\n' };
  await fetchImage(
    machine,
    `${url.searchParams.get('fromImage')}:${url.searchParams.get('tag')}`,
    line,
    signal,
  );
  return { exitCode: 0 };
}
