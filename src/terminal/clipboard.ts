type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether a terminal may be asked to copy. Most that do not know how ignore it; Linux's own console prints what it does not
 * know. OTTO_NO_CLIPBOARD, any value but the empty one, switches it off.
 */
export function mayCopy({ TERM = '', OTTO_NO_CLIPBOARD = '' }: Environment): boolean {
  return TERM !== 'linux' && TERM !== 'dumb' && OTTO_NO_CLIPBOARD === '';
}

/**
 * OSC 52: asks the terminal, on the operator's own computer, to put a text into its clipboard. It gives no answer: whether it
 * did is seen only by pasting.
 */
export function copySequence(text: string): string {
  return `\u001b]52;c;${Buffer.from(text, 'utf8').toString('base64')}\u0007`;
}
