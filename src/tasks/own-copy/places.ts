import { template } from '../../system/templates.ts';

/** Programs that stay on the server: a folder for each version, and the program of the nightly backup. */
export const PROGRAMS = '/usr/local/lib/otto-install';
/** What an operator types. */
export const COMMAND = '/usr/local/bin/otto-install';

export const folderOf = (version: string): string => `${PROGRAMS}/${version}`;

/** The text of COMMAND for a version. */
export const commandFor = (version: string): string =>
  String(template('otto-install.sh', { folder: folderOf(version) }));

/** The version that a text of COMMAND starts; undefined when we did not write it. */
export function versionOf(command: string): string | undefined {
  const version = /^exec \/usr\/local\/lib\/otto-install\/([^/\s]+)\/node /m.exec(command)?.[1];
  return version !== undefined && command === commandFor(version) ? version : undefined;
}

const VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

/** The versions among the names of a folder, the newest first. What has another name is not a version. */
export function versionsAmong(names: readonly string[]): readonly string[] {
  return names
    .filter((name) => VERSION.test(name) && !name.endsWith('.incoming'))
    .toSorted((a, b) => compareVersions(b, a));
}

/** As semver.org has it: negative when `a` is older. A release comes after what led to it. */
export function compareVersions(a: string, b: string): number {
  const [numbersA = '', ...preA] = a.split('-');
  const [numbersB = '', ...preB] = b.split('-');
  const byNumber = (one: string, other: string) => one.localeCompare(other, 'en', { numeric: true });
  return (
    byNumber(numbersA, numbersB) ||
    Number(preA.length === 0) - Number(preB.length === 0) ||
    byNumber(preA.join('-'), preB.join('-'))
  );
}
