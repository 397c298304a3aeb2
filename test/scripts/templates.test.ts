import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { shipped } from '../../scripts/templates.ts';

/** scripts/templates.ts: what is shipped of the templates says the same to a machine. */

const folder = fileURLToPath(new URL('../../templates/', import.meta.url));
const names = readdirSync(folder, { recursive: true }).map(String);
const read = (name: string) => readFileSync(`${folder}${name}`, 'utf8');

/** The syntax trees of pairs of programs without their docstrings, compared by Python itself: which pairs differ. */
const COMPARE = `
import ast, json, sys
def tree(text):
    found = ast.parse(text)
    for node in ast.walk(found):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and len(node.body) > 1 and isinstance(node.body[0], ast.Expr):
            if isinstance(getattr(node.body[0].value, "value", None), str):
                node.body.pop(0)
    return ast.dump(found)
print(json.dumps([name for name, one, other in json.load(sys.stdin) if tree(one) != tree(other)]))
`;

test('Python reads the same in a program as it is shipped and as it is in the repository', () => {
  const pairs = names
    .filter((name) => name.endsWith('.py'))
    .map((name) => [name, read(name), shipped(name, read(name))]);
  expect(pairs.length).toBeGreaterThan(30);
  const { stdout, stderr } = spawnSync('python3', ['-c', COMPARE], {
    input: JSON.stringify(pairs),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual([]);
});

test('a shell script loses nothing but comments and empty lines', () => {
  for (const name of names.filter((one) => one.endsWith('.sh'))) {
    const left = shipped(name, read(name)).split('\n');
    const gone = read(name)
      .split('\n')
      .filter((line) => !left.includes(line));
    expect(gone.filter((line) => !/^\s*#(?!!)/.test(line))).toEqual([]);
    expect(spawnSync('sh', ['-n'], { input: left.join('\n'), encoding: 'utf8' }).stderr).toBe('');
  }
});

describe('what stays', () => {
  test('the heading, by which a program is known and which says what it is for', () => {
    const text = '# otto-install: x\n# Does it.\nimport os\n\n# Why.\ndo()\n';
    expect(shipped('x.py', text)).toBe('# otto-install: x\n# Does it.\nimport os\ndo()\n');
  });

  test('what looks like a comment in a text over several lines, and a docstring that is all there is', () => {
    const text =
      'SAID = """\n# not a comment\n\n"""\nclass Unsafe(OSError):\n    """All."""\n\n\ndef next():\n    pass\n';
    expect(shipped('x.py', text)).toContain('"""\n# not a comment\n\n"""');
    expect(shipped('x.py', text)).toContain('    """All."""\ndef next');
  });

  test('settings, as they are: who looks after the server reads them', () => {
    for (const name of names.filter((one) => /\.(env|conf|service|timer|yaml|nft|js)$/.test(one)))
      expect(shipped(name, read(name))).toBe(read(name));
  });
});
