// The templates as they are shipped: programs without the comments that are for us. Settings keep theirs, since whoever
// looks after the server reads them there; and so does the heading of each program, which says what it is for.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes all files below `from` to `to`, which is recreated. */
export function shipTemplates(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  for (const name of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    const path = join(from, name);
    if (statSync(path).isDirectory()) continue;
    mkdirSync(dirname(join(to, name)), { recursive: true });
    writeFileSync(join(to, name), shipped(name, readFileSync(path, 'utf8')));
  }
}

/** A template's text without the lines that no machine reads. */
export function shipped(name: string, text: string): string {
  if (name.endsWith('.py')) return withoutComments(withoutDocstrings(text));
  return name.endsWith('.sh') ? withoutComments(text) : text;
}

/** Takes out the first string of a function or class, unless it is all that stands there. */
function withoutDocstrings(text: string): string {
  return text.replace(
    /(?<=^ *(?:def|class) [^\n]*:\n)(?<indent> +)"""(?:(?!""").)*"""\n(?=\n*\k<indent>)/gms,
    '',
  );
}

/** Takes out lines that are a comment or empty, below the heading; a text over several lines (""") stays as it is. */
function withoutComments(text: string): string {
  const lines = text.split('\n');
  const heading = lines.findIndex((line) => !line.startsWith('#'));
  let within = false;
  const kept = lines.slice(heading).filter((line) => {
    const stays = within || !/^\s*(?:#|$)/.test(line);
    if (line.split('"""').length % 2 === 0) within = !within;
    return stays;
  });
  return `${[...lines.slice(0, heading), ...kept].join('\n')}\n`;
}
