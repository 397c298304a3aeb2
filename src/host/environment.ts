import type { Account } from './accounts.ts';

/** Where commands are looked for; `/snap/bin` because a Docker from snap must be found to be explained. */
const ROOT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin';
const USER_PATH = '/usr/local/bin:/usr/bin:/bin:/snap/bin';

/** How this machine reaches the internet; everything else of our own environment stays with us. */
const PASSED_ON = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];

/**
 * The environment of a command, made from nothing: what npx, an ssh session or the operator's `OTTO_*` variables put
 * into our own environment must not change what commands do, nor reach other programs. The locale is fixed, so that
 * output can be parsed.
 */
export function environmentOf(
  account: Pick<Account, 'name' | 'home'>,
  own: Readonly<Record<string, string | undefined>>,
  added: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const passed = PASSED_ON.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]]));
  return {
    ...Object.fromEntries(passed),
    HOME: account.home,
    USER: account.name,
    LOGNAME: account.name,
    PATH: account.name === 'root' ? ROOT_PATH : USER_PATH,
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    ...added,
  };
}
