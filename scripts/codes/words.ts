import { bare, child, children, type Node, nameOf, type Source } from './syntax.ts';

/** Which way the conditions of a `?:` go, by the source text of the condition. */
export type Conditions = ReadonlyMap<string, boolean>;

/**
 * The words that an expression comes to: literals, templates, sums and choices of them. What is only known on the machine
 * stands as ‹name›. Undefined when it is no text at all.
 */
export function wordsOf(node: Node, source: Source, conditions: Conditions = new Map()): string | undefined {
  const one = bare(node);
  switch (one.type) {
    case 'Literal':
      return typeof one.value === 'string' ? one.value : undefined;
    case 'TemplateLiteral':
      return templateWords(one, source, conditions);
    case 'BinaryExpression': {
      const sides = [child(one, 'left'), child(one, 'right')];
      return one.operator === '+' ? sides.map((side) => part(side, source, conditions)).join('') : undefined;
    }
    case 'ConditionalExpression': {
      const test = textOf(child(one, 'test'), source);
      const known = conditions.get(test);
      const both = ['consequent', 'alternate'].map((side) => {
        const value = child(one, side);
        return value === undefined ? undefined : wordsOf(value, source, conditions);
      });
      if (known !== undefined) return both[known ? 0 : 1];
      // Of several wordings the one that says more.
      return both.toSorted((a, b) => (b?.length ?? -1) - (a?.length ?? -1))[0];
    }
    case 'Identifier': {
      const value = constant(String(one.name), one.start, source);
      return value === undefined || value === one ? undefined : wordsOf(value, source, conditions);
    }
    default:
      return undefined;
  }
}

function templateWords(node: Node, source: Source, conditions: Conditions): string {
  const expressions = children(node, 'expressions');
  return children(node, 'quasis')
    .map((quasi, index) => {
      const { cooked } = quasi.value as { cooked: string };
      const expression = expressions[index];
      return cooked + (expression === undefined ? '' : part(expression, source, conditions));
    })
    .join('');
}

function part(node: Node | undefined, source: Source, conditions: Conditions): string {
  if (node === undefined) return '';
  return wordsOf(node, source, conditions) ?? placeholder(node);
}

/** '‹restarts›' for `facts.service.restarts`. */
function placeholder(node: Node): string {
  const name = subject(node);
  return `‹${name === undefined ? '…' : name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()}›`;
}

/** What an expression is about: the last name in it that says something. */
function subject(node: Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  const one = bare(node);
  switch (one.type) {
    case 'Identifier':
      return String(one.name);
    case 'MemberExpression':
      return one.computed === true ? subject(child(one, 'object')) : nameOf(child(one, 'property'));
    case 'ChainExpression':
    case 'SpreadElement':
      return subject(child(one, 'expression') ?? child(one, 'argument'));
    case 'LogicalExpression':
    case 'BinaryExpression':
      return subject(child(one, 'left'));
    case 'ArrayExpression':
    case 'NewExpression':
      return subject(children(one, 'elements')[0] ?? children(one, 'arguments')[0]);
    case 'CallExpression': {
      const [argument] = children(one, 'arguments');
      const callee = child(one, 'callee');
      // `shorten(text)` is about the text, `names.join(', ')` about the names.
      const isFunction = callee?.type === 'Identifier' || nameOf(child(callee, 'object')) === 'Math';
      const about = isFunction ? argument : child(callee, 'object');
      return subject(about) ?? nameOf(callee);
    }
    default:
      return undefined;
  }
}

/** The value of the constant of this name that stands nearest before a place of the file. */
export function constant(name: string, before: number, source: Source): Node | undefined {
  const found = source.nodes
    .filter((node) => node.type === 'VariableDeclarator' && nameOf(child(node, 'id')) === name)
    .filter(({ start }) => start < before);
  // Constants of the whole file may stand below the function that uses them.
  const anywhere = source.nodes.filter(
    (node) => node.type === 'VariableDeclarator' && nameOf(child(node, 'id')) === name,
  );
  return child(found.at(-1) ?? anywhere.at(-1), 'init');
}

/** The source text of a node. */
export function textOf(node: Node | undefined, { text }: Source): string {
  return node === undefined ? '' : text.slice(node.start, node.end);
}
