/** What is left out of a text in its middle. */
const gap = (count: number): string => ` … (${count} characters left out) … `;

/**
 * The beginning and the end of a text that is too long for a person: a program may print anything, and what it says first and
 * last tells most.
 */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor(most / 2);
  // By characters, so that none is cut in two.
  const [first, last] = [
    text.slice(0, half).replace(HALF_AT_END, ''),
    text.slice(-half).replace(HALF_AT_START, ''),
  ];
  return `${first}${gap(text.length - first.length - last.length)}${last}`;
}

const HALF_AT_END = /[\ud800-\udbff]$/;
const HALF_AT_START = /^[\udc00-\udfff]/;
