import type { Argv } from '../../host/host.ts';

/** Lists who is connected to a port of this machine. Output: {@link countFromElsewhere}. */
export const connectionsArgv = (port: number): Argv => [
  'ss',
  '-Htn',
  'state',
  'established',
  'sport',
  '=',
  `:${port}`,
];

/** How many of them do not come over loopback, as our own questions do. Lines: 'Recv-Q Send-Q local peer'. */
export function countFromElsewhere(output: string): number {
  return output
    .split('\n')
    .map((line) => line.trim().split(/\s+/)[3])
    .filter((peer) => peer !== undefined && !/^\[?(127\.|::1\]|::ffff:127\.)/.test(peer)).length;
}
