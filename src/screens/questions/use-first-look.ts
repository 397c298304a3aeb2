import { useEffect, useState } from 'react';
import type { FirstLook } from '../../wizard/first-look.ts';

/** How often to check whether another process that is running has ended. */
const AGAIN_MS = 2_000;

/**
 * Looks at the machine, and again when `again` is called. While another process works on the machine it waits and looks
 * again by itself. `seen` is undefined while it looks.
 */
export function useFirstLook(look: () => Promise<FirstLook>): {
  readonly seen: FirstLook | undefined;
  readonly again: () => void;
} {
  const [seen, setSeen] = useState<FirstLook>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    let over = false;
    let timer: NodeJS.Timeout;
    void look().then((found) => {
      if (over) return;
      setSeen(found);
      if (found.busy !== undefined) timer = setTimeout(() => setRound(round + 1), AGAIN_MS);
    });
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [look, round]);
  const again = () => {
    setSeen(undefined);
    setRound(round + 1);
  };
  return { seen, again };
}
