import { useEffect, useState } from 'react';
import type { SeenLine } from '../../run/shown-line.ts';

/** DNS is asked when nothing was typed for this long. */
const PAUSE_MS = 500;
/** A record that was just set shows up by itself. */
const AGAIN_MS = 5_000;

/**
 * Asks where a host name leads once typing has stopped, and again every 5 s. Undefined asks nothing. Returns what is
 * to be shown: nothing while it is being typed, 'asking DNS', then the answer.
 */
export function useDomainCheck(
  domain: string | undefined,
  check: (domain: string) => Promise<readonly SeenLine[]>,
): readonly SeenLine[] {
  const [answer, setAnswer] = useState<{ domain: string; lines: readonly SeenLine[] }>();
  useEffect(() => {
    if (domain === undefined) return;
    let over = false;
    let timer: NodeJS.Timeout;
    const ask = async () => {
      const lines = await check(domain);
      if (over) return;
      setAnswer({ domain, lines });
      timer = setTimeout(ask, AGAIN_MS);
    };
    timer = setTimeout(ask, PAUSE_MS);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [domain, check]);
  if (domain === undefined) return [];
  return answer?.domain === domain ? answer.lines : [{ mark: 'working', text: 'asking DNS …' }];
}
