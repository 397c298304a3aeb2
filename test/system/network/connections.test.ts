import { expect, test } from 'vitest';
import { countFromElsewhere } from '../../../src/system/network/connections.ts';

test.each([
  ['nobody', '', 0],
  ['our own question', '0      0          127.0.0.1:8642    127.0.0.1:51234\n', 0],
  ['our own question over IPv6', '0      0          [::1]:8642    [::1]:51234\n', 0],
  ['our own question to a socket of both kinds', '0 0 [::ffff:127.0.0.1]:8642 [::ffff:127.0.0.1]:51234\n', 0],
  ['Open WebUI', '0 0 172.17.0.1:8642 172.17.0.2:40000\n0 0 127.0.0.1:8642 127.0.0.1:51234\n', 1],
])('%s', (_, output, count) => expect(countFromElsewhere(output)).toBe(count));
