import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MAY_IMPORT, wrongArrows } from './arrows.ts';
import { circlesOf } from './circles.ts';
import { type Imports, importsOf, importsOfSource } from './imports.ts';

const MOST_FILES = 20;
const house = importsOfSource();
const imports = (files: Readonly<Record<string, readonly string[]>>): Imports =>
  new Map(Object.entries(files));

describe('the house', () => {
  test('every import follows the arrows', () => expect(wrongArrows(house)).toEqual([]));

  test('nothing imports itself in a circle: no file and no folder, no value and no type', () =>
    expect(circlesOf(house)).toEqual([]));

  test('the top of src holds cli.tsx and folders', () => {
    const rooms = new Set([...house.keys()].map((file) => file.replace(/\/.*/, '')));
    expect([...rooms].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
  });

  test(`no folder has more than ${MOST_FILES} files directly in it`, () => {
    const counts = new Map<string, number>();
    for (const file of house.keys()) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > MOST_FILES)).toEqual([]);
  });
});

describe('what the house is held against', () => {
  test.each([
    ['a value', `import { a } from '../b/c.ts';`],
    ['a type', `import type { A } from '../b/c.ts';`],
    ['all of it', `import * as c from '../b/c.ts';`],
    ['for others', `export { a } from '../b/c.ts';`],
    ['all of it, for others', `export * from '../b/c.ts';`],
    ['when it is needed', `const c = await import('../b/c.ts');`],
    ['as a type in the middle', `let a: import('../b/c.ts').A;`],
  ])('an import is seen: %s', (_, text) => expect(importsOf('a/x.ts', text)).toEqual(['b/c.ts']));

  test('a package and what is outside src are none', () =>
    expect(importsOf('x.ts', `import 'ink'; import { t } from '../test/t.ts';`)).toEqual([]));

  test('an arrow that the table does not have is named with its file', () =>
    expect(wrongArrows(imports({ 'run/a.ts': ['screens/b.tsx', 'text/c.ts'] }))).toEqual([
      'run/a.ts → screens/b.tsx',
    ]));

  test('two files in a circle', () =>
    expect(circlesOf(imports({ 'run/a.ts': ['run/b.ts'], 'run/b.ts': ['run/a.ts'] }))).toEqual([
      { among: ['run/a.ts', 'run/b.ts'], ties: ['run/a.ts → run/b.ts', 'run/b.ts → run/a.ts'] },
    ]));

  test('two folders in a circle, by files that are in none', () =>
    expect(
      circlesOf(
        imports({
          'a/x.ts': ['b/x.ts'],
          'b/x.ts': [],
          'b/y.ts': ['c/x.ts'],
          'c/x.ts': ['a/y.ts'],
          'a/y.ts': [],
        }),
      ),
    ).toEqual([
      { among: ['a/', 'b/', 'c/'], ties: ['a/x.ts → b/x.ts', 'b/y.ts → c/x.ts', 'c/x.ts → a/y.ts'] },
    ]));

  test('a straight house has none', () =>
    expect(
      circlesOf(imports({ 'a/x.ts': ['b/x.ts', 'a/y.ts'], 'a/y.ts': ['b/x.ts'], 'b/x.ts': [] })),
    ).toEqual([]));
});
