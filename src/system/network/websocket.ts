import type { Argv } from '../../host/host.ts';

/**
 * Asks for a WebSocket as a browser does, and prints the head of the answer. After a 101 the connection stays open, so
 * the caller ends curl as soon as {@link upgradeStatus} knows; until then curl itself gives up after five seconds.
 */
export function askForWebSocket(url: string, origin: string, connectTo?: string): Argv {
  const headers = [
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    // Any 16 bytes: the answer's proof of having read them is not checked.
    'Sec-WebSocket-Key: b3R0by1pbnN0YWxsLXdzIQ==',
    `Origin: ${origin}`,
  ];
  return [
    'curl',
    '--silent',
    '--show-error',
    '--no-buffer',
    '--http1.1',
    '--max-time',
    '5',
    '--output',
    '/dev/null',
    '--dump-header',
    '-',
    ...(connectTo === undefined ? [] : ['--connect-to', `::${connectTo}:`]),
    ...headers.flatMap((header) => ['--header', header]),
    url,
  ];
}

/** The status in a line of an answer's head, 'HTTP/1.1 101 Switching Protocols'; undefined for other lines. */
export function upgradeStatus(line: string): number | undefined {
  const status = /^HTTP\/[\d.]+ (\d{3})\b/.exec(line)?.[1];
  return status === undefined ? undefined : Number(status);
}
