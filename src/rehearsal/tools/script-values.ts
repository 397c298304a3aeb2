import { NotRehearsed } from '../machine.ts';

/** What a script is given as JSON in a string: `NAME = json.loads("…")`. */
export function jsonIn(input: string, name: string): unknown {
  return JSON.parse(literalIn(input, name, 'json\\.loads\\('));
}

/** What it is given as a path below the data: `NAME = os.path.join(DATA, "…")`. */
export function pathIn(input: string, name: string): string {
  return literalIn(input, name, 'os\\.path\\.join\\(DATA, ');
}

function literalIn(input: string, name: string, before: string): string {
  const literal = new RegExp(`^${name} = ${before}(".*")\\)$`, 'm').exec(input)?.[1];
  if (literal === undefined) throw new NotRehearsed(`a script without ${name}`);
  return JSON.parse(literal);
}
