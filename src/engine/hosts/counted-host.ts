import type { Argv, ExecOptions, FetchOptions, Host } from '../../host/host.ts';
import type { Busy } from './busy.ts';

/**
 * The same host, with the time of its commands and requests counted: what a look waits for is the machine's time, or
 * Claude's, and not ours.
 */
export function countedHost(host: Host, busy: Busy): Host {
  const counted: Partial<Host> = {
    exec: (argv: Argv, options?: ExecOptions) => busy.during(() => host.exec(argv, options)),
    fetch: (url: string, options?: FetchOptions) => busy.during(() => host.fetch(url, options)),
  };
  return new Proxy(host, {
    get(target, name) {
      const own = Reflect.get(counted, name) ?? Reflect.get(target, name);
      // The host's methods look at their own fields.
      return typeof own === 'function' && !(name in counted) ? own.bind(target) : own;
    },
  });
}
