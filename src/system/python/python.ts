/**
 * What a Python project says of itself in pyproject.toml, and which Python fits. Only the few keys that matter are
 * read, with patterns: a whole TOML reader would be more than is needed.
 */
export interface PythonProject {
  readonly version: string | undefined;
  /** '>=3.11,<3.14' */
  readonly requiresPython: string | undefined;
  /** Names of what it always needs, in lower case. */
  readonly dependencies: readonly string[];
  /** Names of its extras. */
  readonly extras: readonly string[];
}

/** Reads pyproject.toml. What is not there comes back undefined or empty. */
export function parseProject(toml: string): PythonProject {
  const project = section(toml, 'project');
  const value = (key: string) =>
    new RegExp(`^${key}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'm').exec(project)?.slice(1).find(Boolean);
  const extras = section(toml, 'project.optional-dependencies');
  return {
    version: value('version'),
    requiresPython: value('requires-python'),
    dependencies: strings(list(project, 'dependencies')).map((text) =>
      (/^[\w.-]+/.exec(text)?.[0] ?? text).toLowerCase(),
    ),
    extras: [...extras.matchAll(/^([\w.-]+)\s*=\s*\[/gm)].map((match) => match[1] ?? ''),
  };
}

/** The lines of one [section], comments taken out. */
function section(toml: string, name: string): string {
  const lines = toml.split('\n');
  const start = lines.findIndex((line) => line.trim() === `[${name}]`);
  if (start < 0) return '';
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^\[[\w.\s"-]+\]\s*$|^\[\[/.test(line));
  return rest
    .slice(0, end < 0 ? undefined : end)
    .map((line) => line.replace(/^\s*#.*$/, ''))
    .join('\n');
}

function list(text: string, key: string): string {
  const start = new RegExp(`^${key}\\s*=\\s*\\[`, 'm').exec(text);
  if (start === null) return '';
  // An entry may hold brackets itself ("httpx[socks]"): the list ends with a bracket that starts a line, or on the same one.
  const rest = text.slice(start.index + start[0].length);
  const end = /^[^\S\n]*\]/m.exec(rest);
  const firstLine = rest.split('\n')[0] ?? '';
  return firstLine.trimEnd().endsWith(']') ? firstLine : rest.slice(0, end?.index);
}

const strings = (text: string) =>
  [...text.matchAll(/^[^#"']*["']([^"']+)["']/gm)].map((match) => match[1] ?? '');

/** Whether a Python version satisfies requires-python (PEP 440's operators that occur there). */
export function satisfies(version: string, requirement: string | undefined): boolean {
  if (requirement === undefined) return true;
  return requirement
    .split(',')
    .map((part) => /^\s*(>=|<=|==|!=|~=|>|<)\s*([\d.]+)(\.\*)?\s*$/.exec(part))
    .every((match) => {
      // An operator that we do not know must not keep Hermes from being installed: pip decides then.
      if (match === null) return true;
      const [, operator, wanted = '', wild] = match;
      const order = compare(version, wanted);
      const prefix = startsWith(version, wanted);
      switch (operator) {
        case '>=':
          return order >= 0;
        case '<=':
          return order <= 0;
        case '>':
          return order > 0;
        case '<':
          return order < 0;
        case '==':
          return wild === undefined ? order === 0 : prefix;
        case '!=':
          return wild === undefined ? order !== 0 : !prefix;
        default: // ~= X.Y.Z: at least that, within X.Y
          return order >= 0 && startsWith(version, wanted.split('.').slice(0, -1).join('.'));
      }
    });
}

const numbers = (version: string) => version.split('.').map(Number);

/** Below 0, 0 or above 0, as `a` is older than, the same as or newer than `b`; a missing part counts as 0. */
export function compare(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const startsWith = (version: string, prefix: string) => `${version}.`.startsWith(`${prefix}.`);

/** A Python on the machine. */
export interface Interpreter {
  readonly path: string;
  /** '3.11.2' */
  readonly version: string;
}

/** The one to build with: the first that fits, so the distribution's own goes before others. */
export function choosePython(
  interpreters: readonly Interpreter[],
  requirement: string | undefined,
): Interpreter | undefined {
  return interpreters.find(({ version }) => satisfies(version, requirement));
}

/** The releases of Python 3 that fit, newest first: '3.13', '3.12'. Any patch of a release will do, so the bounds are a late one's. */
export function fittingReleases(requirement: string | undefined): readonly string[] {
  const releases = Array.from({ length: 30 }, (_, index) => `3.${37 - index}`);
  return releases.filter((release) => satisfies(`${release}.99`, requirement));
}

/** Debian's and Ubuntu's package for a release of Python beside the system's own, with its venv module. */
export const venvPackage = (release: string) => `python${release}-venv`;

/** '3.11.2' of 'Python 3.11.2'. */
export const parsePythonVersion = (output: string) => /^Python (\d+\.\d+\.\d+)/m.exec(output)?.[1];
