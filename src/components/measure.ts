import { type DOMElement, type ElementMetrics, measureElement } from 'ink';
import { type RefObject, useLayoutEffect, useState } from 'react';
import { useFrameSize } from './terminal.tsx';

/**
 * Where a box is on the frame and how large it is, as of the last layout; undefined before the first one. Ink's own
 * useBoxMetrics renders again after every render, also when nothing moved: typing fast, React takes that for a loop.
 */
export function useMeasured(ref: RefObject<DOMElement | null>): ElementMetrics | undefined {
  const [metrics, setMetrics] = useState<ElementMetrics>();
  // A new size of the terminal moves boxes whose own component has nothing new to say.
  useFrameSize();
  // After every render, since any of them may have moved the box; it ends as soon as nothing has.
  useLayoutEffect(() => {
    const now = ref.current === null ? undefined : measureElement(ref.current);
    // Without any room, or hidden, a box and all in it measure nothing. Drawn by that it would come back, and so on.
    if (now !== undefined && now.height > 0 && !isSame(now, metrics)) setMetrics(now);
  });
  return metrics;
}

function isSame(one: ElementMetrics, other: ElementMetrics | undefined): boolean {
  if (other === undefined) return false;
  return one.x === other.x && one.y === other.y && one.width === other.width && one.height === other.height;
}
