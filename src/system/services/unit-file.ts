/** Unit files of systemd, changed line by line so that what somebody wrote into them stays; systemd.syntax(7). */

/** The settings of one section: a text replaces all lines of that name, undefined takes them out. */
export type UnitChanges = Readonly<Record<string, string | undefined>>;

/**
 * The unit file with settings of `section` changed: the first line of that name gets the new value, further ones go; a
 * setting that was not there comes right behind the section's heading. A line that ends with a backslash goes on on the next.
 */
export function changeUnit(text: string, section: string, changes: UnitChanges): string {
  const done = new Set<string>();
  let current = '';
  const kept = logicalLines(text).flatMap((line): readonly string[] => {
    current = /^\s*\[([^\]]+)\]/.exec(line)?.[1] ?? current;
    const name = /^\s*([A-Za-z]\w*)\s*=/.exec(line)?.[1];
    if (current !== section || name === undefined || !(name in changes)) return [line];
    const value = changes[name];
    if (value === undefined || done.has(name)) return [];
    done.add(name);
    return [`${name}=${value}`];
  });
  const missing = Object.entries(changes).flatMap(([name, value]) =>
    value === undefined || done.has(name) ? [] : [`${name}=${value}`],
  );
  if (missing.length === 0) return kept.join('\n');
  const heading = kept.findIndex((line) => line.trim() === `[${section}]`);
  if (heading < 0) return [...kept, `[${section}]`, ...missing, ''].join('\n');
  return kept.toSpliced(heading + 1, 0, ...missing).join('\n');
}

/** Lines as systemd reads them: continued ones are one. */
function logicalLines(text: string): readonly string[] {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const before = lines.at(-1);
    if (before?.endsWith('\\')) lines[lines.length - 1] = `${before}\n${line}`;
    else lines.push(line);
  }
  return lines;
}

/**
 * The same for a setting that is a list of NAME=value, like Environment: the value of one name is set where it stands,
 * everything else in the list stays.
 */
export function changeUnitEnvironment(text: string, name: string, value: string): string {
  const pair = new RegExp(`^(Environment=.*?)(["']?)\\b${name}=[^\\s"']*\\2`, 'm');
  return pair.test(text) ? text.replace(pair, `$1$2${name}=${value}$2`) : text;
}
