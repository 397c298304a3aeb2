import { parseAst } from 'rolldown/parseAst';

/** A node of a program's syntax tree (ESTree), with only what is looked at here. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
}

/** A source file, read. */
export interface Source {
  /** Below the repository: 'src/tasks/bridge/judge.ts'. */
  readonly path: string;
  readonly text: string;
  readonly nodes: readonly Node[];
}

/** Parses a TypeScript file. Throws what the parser says when it is none. */
export function parseSource(path: string, text: string): Source {
  const nodes: Node[] = [];
  visit(parseAst(text, { lang: 'ts' }, path) as unknown as Node, (node) => nodes.push(node));
  return { path, text, nodes };
}

/** Calls with the node and with everything in it, outer ones first. */
export function visit(node: Node, onNode: (node: Node) => void): void {
  onNode(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, onNode);
  }
}

/** Whether it is a node. */
export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

/** The node in a property; undefined when there is none. */
export function child(node: Node | undefined, property: string): Node | undefined {
  const value = node?.[property];
  return isNode(value) ? value : undefined;
}

/** The nodes in a property that holds a list. */
export function children(node: Node | undefined, property: string): readonly Node[] {
  const value = node?.[property];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** The name of an identifier or of a plain key; undefined for anything else. */
export function nameOf(node: Node | undefined): string | undefined {
  if (node?.type === 'Identifier') return String(node.name);
  return node?.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;
}

/** The value that an object literal gives to a key, without looking into its spreads. */
export function property(object: Node, key: string): Node | undefined {
  const found = children(object, 'properties').find(
    (one) => one.type === 'Property' && one.computed !== true && nameOf(child(one, 'key')) === key,
  );
  return child(found, 'value');
}

/** Without the brackets and type assertions around it. */
export function bare(node: Node): Node {
  const inner = child(node, 'expression');
  const wraps = ['ParenthesizedExpression', 'TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'];
  return inner !== undefined && wraps.includes(node.type) ? bare(inner) : node;
}
