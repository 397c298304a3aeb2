import { expect, test } from 'vitest';
import { askForWebSocket, upgradeStatus } from '../../../src/system/network/websocket.ts';

test.each([
  ['HTTP/1.1 101 Switching Protocols', 101],
  ['HTTP/1.1 400 Bad Request', 400],
  ['HTTP/2 200', 200],
  ['Upgrade: websocket', undefined],
  ['', undefined],
])('%j', (line, status) => {
  expect(upgradeStatus(line)).toBe(status);
});

test('asks as the page does, with its origin, over HTTP/1.1', () => {
  const argv = askForWebSocket('https://otto.example/ws', 'https://otto.example');
  expect(argv).toContain('--http1.1');
  expect(argv).toContain('Origin: https://otto.example');
  expect(argv).not.toContain('--connect-to');
});
