import type { FetchResult } from '../../host/host.ts';

type Failed = Extract<FetchResult, { ok: false }>;

const WORDS: Readonly<Record<Failed['failure'], string>> = {
  dns: 'DNS on this machine does not know its name',
  refused: 'the connection was refused',
  timeout: 'there was no answer in time, as if a firewall dropped the request',
  tls: 'its certificate is not trusted here, as if a proxy were in between or the clock were wrong',
  reset: 'the connection was cut',
  other: 'the request failed',
};

/** Why there was no answer, in words for an operator, with the raw cause behind them. */
export function failureWords(result: Failed): string {
  return `${WORDS[result.failure]} (${result.detail})`;
}

/** How far this machine's clock is ahead of the server's, ms; undefined when the answer has no usable Date. */
export function clockAhead(result: FetchResult, nowMs: number): number | undefined {
  if (!result.ok) return undefined;
  const date = Date.parse(result.headers.date ?? '');
  return Number.isNaN(date) ? undefined : nowMs - date;
}
