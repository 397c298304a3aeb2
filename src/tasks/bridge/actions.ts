import type { Action } from '../../engine/action.ts';
import { allowFromFirst, UFW_FAILURES } from '../../system/ufw.ts';
import { PORTS } from '../layout.ts';

/** Lets in what comes from a Docker network of its own, before whatever denies it. */
export function letNetworkIn(device: string): readonly Action[] {
  const [forget, insert] = allowFromFirst(device, PORTS.hermes);
  return [
    { kind: 'run', argv: forget, purpose: 'Take an earlier rule out of its place', timeoutMs: 60_000 },
    {
      kind: 'run',
      argv: insert,
      purpose: `Let containers reach Hermes over ${device}`,
      timeoutMs: 60_000,
      // `insert 1` into an empty list is refused; then the order does not matter either.
      knownFailures: UFW_FAILURES,
    },
  ];
}
