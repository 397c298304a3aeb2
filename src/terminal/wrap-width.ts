/** No line of prose is wider, however wide the terminal: the eye loses its place. */
const WIDEST = 100;

/** How wide lines may be that go to this stream; a pipe or a file has no width, and gets each line whole. */
export function wrapWidth(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> = process.stdout): number {
  return stream.isTTY === true
    ? Math.min(WIDEST, Math.max(20, stream.columns || 80))
    : Number.POSITIVE_INFINITY;
}
