/** What can be wrong with a whole host: faults of the connection, and answers that replace the stand-in's own. */
import type { Answer } from './exchange.ts';
import type { HostName } from './names.ts';

/**
 * A fault of one host. Of the connection: `refused` (nothing listens), `silent` (accepted, then nothing), `reset`,
 * `untrusted` (a certificate from nobody that the droplet trusts), `cut` (every connection dies after about
 * `afterBytes` bytes have been sent), `slow` (so many bytes a second, the handshake included). Of the answers: `answer` is sent instead of the stand-in's own for every path
 * that starts with `path` (all, if there is none), `times` times (for ever, if not given).
 */
export type Fault =
  | { readonly kind: 'refused' | 'silent' | 'reset' | 'untrusted' }
  | { readonly kind: 'cut'; readonly afterBytes: number }
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  | { readonly kind: 'answer'; readonly answer: Answer; readonly path?: string; readonly times?: number };

/** The faults that are being played, at most one a host. */
export interface Faults {
  /** The fault of this host, if it has one. */
  of(host: HostName): Fault | undefined;
  /** The answer to send instead of the stand-in's own, if one is played; counts down its `times`. */
  answerFor(host: HostName, pathname: string): Answer | undefined;
  play(host: HostName, fault: Fault): void;
  /** Ends the fault of one host, or of all. */
  heal(host?: HostName): void;
}

/** Makes an empty set of faults. */
export function createFaults(): Faults {
  const playing = new Map<HostName, { fault: Fault; left: number }>();
  return {
    of: (host) => playing.get(host)?.fault,
    answerFor: (host, pathname) => {
      const entry = playing.get(host);
      if (entry?.fault.kind !== 'answer' || !pathname.startsWith(entry.fault.path ?? '/')) return undefined;
      entry.left -= 1;
      if (entry.left <= 0) playing.delete(host);
      return entry.fault.answer;
    },
    play: (host, fault) => {
      const left = fault.kind === 'answer' ? (fault.times ?? Number.POSITIVE_INFINITY) : 1;
      playing.set(host, { fault, left });
    },
    heal: (host) => {
      if (host) playing.delete(host);
      else playing.clear();
    },
  };
}

/** The page of a hotel's or office's network that wants a sign-in before it lets anybody through. */
export const PORTAL: Answer = {
  status: 200,
  type: 'text/html; charset=utf-8',
  body: '<html><head><title>Network sign-in</title></head><body>Please accept the terms of use.</body></html>',
};

/** A server's answer when something behind it is down. */
export const BAD_GATEWAY: Answer = { status: 502, type: 'text/html', body: '<h1>502 Bad Gateway</h1>' };
