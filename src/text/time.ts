/** Times as text, in UTC: what is told and kept of a server must not depend on its time zone. `at`: ms since 1970. */

const iso = (at: number) => new Date(at).toISOString();

/** '2026-11-22 19:55 UTC'. A text from a file is taken as it stands: it may be no time at all. */
export const minuteText = (at: number | string): string =>
  `${(typeof at === 'string' ? at : iso(at)).slice(0, 16).replace('T', ' ')} UTC`;

/** '20261122T195500Z': as a part of a file's name. */
export const fileTime = (at: number): string => iso(at).replace(/[-:]|\.\d+/g, '');

/** '20261122-195500': in the names of archives, images and snapshots, which operators type. */
export const stamp = (at: number): string => fileTime(at).replace('T', '-').replace('Z', '');

export const MONTHS = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const;

/** '20 Feb 2027' */
export function day(at: number): string {
  const time = new Date(at);
  return `${time.getUTCDate()} ${MONTHS[time.getUTCMonth()]} ${time.getUTCFullYear()}`;
}
