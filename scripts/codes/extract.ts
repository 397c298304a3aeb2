import { bare, child, children, type Node, nameOf, property, type Source, visit } from './syntax.ts';
import { type Conditions, constant, textOf, wordsOf } from './words.ts';

/** A finding as the source has it; what is only known on the machine stands as ‹name›. */
export interface CodeInSource {
  readonly code: string;
  readonly path: string;
  readonly severity?: string;
  readonly saw?: string;
  readonly because?: string;
  /** What to do, where that stands apart from `because`. */
  readonly next?: string;
  /** Titles of the fixes. */
  readonly fixes: readonly string[];
}

/** A code is words of small letters with hyphens between them; a placeholder may be one of them. */
const CODE = /^([a-z][a-z0-9]*|‹[^›]+›)(-([a-z0-9]+|‹[^›]+›))+$/;

/** What a finding says besides its code. */
const WORDS = ['severity', 'saw', 'because', 'next'];

/**
 * Every finding that a file can make: object literals with a `code` (a literal, a template, a choice, or a constant of
 * these), and calls of a function of the same file whose first parameter is called `code`.
 */
export function codesIn(source: Source): readonly CodeInSource[] {
  const helpers = helpersOf(source);
  return source.nodes.flatMap((node) => {
    if (node.type === 'ObjectExpression') return fromObject(node, source, helpers);
    return node.type === 'CallExpression' ? fromCall(node, source, helpers) : [];
  });
}

/** A function that makes a finding from its arguments. */
interface Helper {
  readonly name: string;
  readonly parameters: readonly (string | undefined)[];
  /** The finding that it makes. */
  readonly made?: Node;
  readonly start: number;
  readonly end: number;
}

function helpersOf(source: Source): ReadonlyMap<string, Helper> {
  const found = source.nodes.flatMap((node) => {
    const isFunction = node.type === 'FunctionDeclaration';
    const value = isFunction ? node : child(node, 'init');
    if (!isFunction && (node.type !== 'VariableDeclarator' || value?.type !== 'ArrowFunctionExpression'))
      return [];
    const name = nameOf(child(node, 'id'));
    if (name === undefined || value === undefined) return [];
    let made: Node | undefined;
    visit(value, (inner) => {
      if (made === undefined && inner.type === 'ObjectExpression' && property(inner, 'severity'))
        made = inner;
    });
    const parameters = children(value, 'params').map((one) => nameOf(one));
    const { start, end } = value;
    return [[name, { name, parameters, start, end, ...(made === undefined ? {} : { made }) }] as const];
  });
  return new Map(found);
}

function fromObject(
  node: Node,
  source: Source,
  helpers: ReadonlyMap<string, Helper>,
): readonly CodeInSource[] {
  const code = property(node, 'code');
  if (code === undefined || !saysMore(node) || isParameter(code, source, helpers)) return [];
  const severity = property(node, 'severity');
  const around = severity === undefined ? helperAround(node, source, helpers)?.made : undefined;
  return choices(code, source).flatMap(([words, conditions]) => {
    return CODE.test(words) ? [entry(words, [node, around], source, conditions)] : [];
  });
}

/** Whether an object with a code can be a finding. */
function saysMore(object: Node): boolean {
  const spreads = children(object, 'properties').some(({ type }) => type === 'SpreadElement');
  return spreads || WORDS.some((word) => property(object, word) !== undefined);
}

/** `broken('hermes-crash-loop', 'Hermes ends …', { because: … })` */
function fromCall(node: Node, source: Source, helpers: ReadonlyMap<string, Helper>): readonly CodeInSource[] {
  const helper = helpers.get(nameOf(child(node, 'callee')) ?? '');
  const [first, ...others] = children(node, 'arguments');
  if (helper?.parameters[0] !== 'code' || first === undefined) return [];
  const parts: Node[] = others.filter(({ type }) => type === 'ObjectExpression');
  const named = Object.fromEntries(others.map((one, index) => [helper.parameters[index + 1] ?? '', one]));
  return choices(first, source).flatMap(([given, conditions]) => {
    const code = madeCode(helper, given, source);
    return CODE.test(code) ? [entry(code, [...parts, helper.made], source, conditions, named)] : [];
  });
}

/** The code that a helper makes of the one that it is given: mostly the same. */
function madeCode({ made }: Helper, given: string, source: Source): string {
  const code = made === undefined ? undefined : property(made, 'code');
  const words = code === undefined ? undefined : wordsOf(code, source);
  return words?.includes('‹code›') === true ? words.replace('‹code›', given) : given;
}

/** Whether the code is the parameter of a helper: then its calls are what counts. */
function isParameter(code: Node, source: Source, helpers: ReadonlyMap<string, Helper>): boolean {
  const helper = [...helpers.values()].find(
    ({ start, end, parameters }) => start <= code.start && code.end <= end && parameters[0] === 'code',
  );
  return helper !== undefined && /\bcode\b/.test(textOf(code, source));
}

/** The helper that the object is an argument of: what the object does not say, the helper adds. */
function helperAround(
  object: Node,
  source: Source,
  helpers: ReadonlyMap<string, Helper>,
): Helper | undefined {
  const call = source.nodes.find(
    (node) => node.type === 'CallExpression' && children(node, 'arguments').includes(object),
  );
  return helpers.get(nameOf(child(call, 'callee')) ?? '');
}

/** Every wording of a code, each with the conditions under which it is that. */
function choices(
  node: Node,
  source: Source,
  conditions: Conditions = new Map(),
): readonly [string, Conditions][] {
  const one = bare(node);
  if (one.type === 'ConditionalExpression') {
    const test = textOf(child(one, 'test'), source);
    return [['consequent', true] as const, ['alternate', false] as const].flatMap(([side, is]) => {
      const value = child(one, side);
      return value === undefined ? [] : choices(value, source, new Map([...conditions, [test, is]]));
    });
  }
  const named = one.type === 'Identifier' ? constant(String(one.name), one.start, source) : undefined;
  if (named !== undefined) return choices(named, source, conditions);
  const words = wordsOf(one, source, conditions);
  return words === undefined ? [] : [[words, conditions]];
}

function entry(
  code: string,
  parts: readonly (Node | undefined)[],
  source: Source,
  conditions: Conditions,
  named: Readonly<Record<string, Node>> = {},
): CodeInSource {
  const value = (key: string): Node | undefined => {
    return (
      named[key] ?? parts.map((part) => part && property(part, key)).find((found) => found !== undefined)
    );
  };
  const text = (key: string): Record<string, string> => {
    const node = value(key);
    const words = node === undefined ? undefined : wordsOf(node, source, conditions);
    return words === undefined || /^‹[^›]*›$/.test(words) ? {} : { [key]: words };
  };
  const fixes = value('fixes');
  const { path } = source;
  return {
    code,
    path,
    ...text('severity'),
    ...text('saw'),
    ...text('because'),
    ...text('next'),
    fixes: fixes === undefined ? [] : fixTitles(fixes, source, conditions),
  };
}

/** The titles of the fixes in a list, those of constants included. */
function fixTitles(node: Node, source: Source, conditions: Conditions): readonly string[] {
  const titles: string[] = [];
  const seen = new Set<Node>();
  const look = (from: Node): void => {
    if (seen.has(from)) return;
    seen.add(from);
    visit(from, (inner) => {
      const title = inner.type === 'ObjectExpression' ? property(inner, 'title') : undefined;
      const words = title === undefined ? undefined : wordsOf(title, source, conditions);
      if (words !== undefined) titles.push(words);
      const named =
        inner.type === 'Identifier' ? constant(String(inner.name), inner.start, source) : undefined;
      if (named !== undefined && /ObjectExpression|ArrayExpression/.test(named.type)) look(named);
    });
  };
  look(node);
  return [...new Set(titles)];
}
