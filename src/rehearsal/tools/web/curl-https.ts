import type { Call, Outcome } from '../../machine.ts';
import { send, Unreachable } from '../../network.ts';
import { certificateFor, trustProblem } from '../../services/nginx.ts';

/** curl that asks nginx of this machine over https: for its status and certificate, or for a WebSocket. */
export async function askOverHttps({ machine, args }: Call): Promise<Outcome> {
  const url = new URL(args.at(-1) ?? '');
  const upgrade = args.includes('Upgrade: websocket');
  const insecure = args.includes('--insecure');
  const headers: Record<string, string> = upgrade ? { upgrade: 'websocket' } : {};
  try {
    await machine.wait(30);
    const request = { method: 'GET', url, headers, body: '', from: 'droplet', insecure } as const;
    const { status } = await send(machine, request, args.includes('--resolve') ? '127.0.0.1' : undefined);
    if (args.includes('--dump-header')) {
      // After a protocol switch curl waits for more, until its limit.
      return { exitCode: status === 101 ? 28 : 0, stdout: `HTTP/1.1 ${status}\r\n` };
    }
    const wanted = args[args.indexOf('--write-out') + 1] ?? '';
    const stdout = wanted
      .replace('%{http_code}', String(status))
      .replace('%{ssl_verify_result}', trustProblem(machine, url.hostname) === undefined ? '0' : '20')
      .replace('%{certs}', certificateFor(machine, url.hostname) ?? '')
      .replaceAll('\\n', '\n');
    return { exitCode: 0, stdout };
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return {
      exitCode: error.failure === 'tls' ? 60 : 7,
      stdout: '000 0\n',
      stderr: `curl: ${error.message}\n`,
    };
  }
}
