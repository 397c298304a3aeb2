import { useEffect, useRef } from 'react';

/** A key that was on its way when something else came under the cursor arrives within this time. */
const SETTLE_MS = 250;

/**
 * Whether what stands under the cursor stands there long enough to be meant by a key. `what` names it; a change of it
 * that came with a change of `moved` was the operator's own and counts at once.
 */
export function useSettled(what: string, moved: number): () => boolean {
  const last = useRef({ what, moved, since: 0 });
  useEffect(() => {
    const known = last.current;
    if (known.what === what && known.moved === moved) return;
    const own = known.moved !== moved || known.what === '';
    last.current = { what, moved, since: own ? 0 : Date.now() };
  }, [what, moved]);
  return () => Date.now() - last.current.since >= SETTLE_MS;
}
