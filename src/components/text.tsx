import { Text as InkText, type TextProps } from 'ink';
import { createElement, type ReactNode } from 'react';
import { visibleText } from '../text/visible.ts';

/**
 * Ink's Text, the only way by which words come onto a screen: what steers a terminal or cannot be seen becomes a visible
 * escape here. Ink's own sequences (colours, the cursor) are written later and pass.
 */
export function Text({ children, ...rest }: TextProps) {
  // Spread, as they came: in an array of its own React would ask for their keys.
  return Array.isArray(children)
    ? createElement(InkText, rest, ...children.map(visibleNode))
    : createElement(InkText, rest, visibleNode(children));
}

/** Makes the words of a node visible; elements in it handle their own. */
function visibleNode(node: ReactNode): ReactNode {
  if (typeof node === 'string') return visibleText(node);
  return Array.isArray(node) ? node.map(visibleNode) : node;
}
