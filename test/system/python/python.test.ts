import { describe, expect, test } from 'vitest';
import {
  choosePython,
  fittingReleases,
  parseProject,
  parsePythonVersion,
  satisfies,
} from '../../../src/system/python/python.ts';

const PYPROJECT = `# comment
[build-system]
requires = ["setuptools>=77.0,<83"]

[project]
name = "hermes-agent"
version = "0.19.0"
# requires-python = ">=2"
requires-python = ">=3.11,<3.14"
authors = [{ name = "Nous Research" }]
dependencies = [
  # "anthropic" belongs in an extra
  "openai==2.24.0",
  "httpx[socks]==0.28.1",
  "PyJWT[crypto]==2.12.1",  # CVE
  "tzdata==2025.3; sys_platform == 'win32'",
]

[project.optional-dependencies]
# Native provider
anthropic = ["anthropic==0.87.0"]
homeassistant = ["aiohttp==3.14.1"]
all = [
  "hermes-agent[homeassistant]",
]

[project.scripts]
hermes = "hermes_cli.main:main"
`;

describe('pyproject.toml', () => {
  test('what Hermes’s own says', () => {
    expect(parseProject(PYPROJECT)).toEqual({
      version: '0.19.0',
      requiresPython: '>=3.11,<3.14',
      dependencies: ['openai', 'httpx', 'pyjwt', 'tzdata'],
      extras: ['anthropic', 'homeassistant', 'all'],
    });
  });

  test('a list on one line', () => {
    expect(parseProject('[project]\ndependencies = ["a>=1"]\nversion = "1"\n')).toMatchObject({
      dependencies: ['a'],
      version: '1',
    });
  });

  test('something else', () => {
    expect(parseProject('<html>')).toEqual({
      version: undefined,
      requiresPython: undefined,
      dependencies: [],
      extras: [],
    });
  });
});

test.each([
  ['3.12.3', '>=3.11', true],
  ['3.12.3', '>=3.11,<3.14', true],
  ['3.12.3', '>=3.14,<3.15', false],
  ['3.14.0', '>=3.11,<3.14', false],
  ['3.9.2', '>=3.11', false],
  ['3.11.2', '>=3.11.5', false],
  ['3.11.2', '==3.11.*', true],
  ['3.12.0', '==3.11.*', false],
  ['3.12.1', '!=3.12.*', false],
  ['3.12.1', '~=3.11', true],
  ['3.12.1', '~=3.11.0', false],
  ['3.12.1', '>3.12,<=3.13', true],
  ['3.12.1', undefined, true],
  ['3.12.1', '===weird', true],
])('Python %s and "%s": %s', (version, requirement, fits) => {
  expect(satisfies(version, requirement)).toBe(fits);
});

test('the distribution’s own Python goes first, another one when it does not fit', () => {
  const own = { path: '/usr/bin/python3', version: '3.12.3' };
  const other = { path: '/usr/bin/python3.14', version: '3.14.1' };
  expect(choosePython([own, other], '>=3.11')).toBe(own);
  expect(choosePython([own, other], '>=3.14,<3.15')).toBe(other);
  expect(choosePython([own], '>=3.14,<3.15')).toBeUndefined();
});

test.each([
  ['>=3.11,<3.14', ['3.13', '3.12', '3.11']],
  ['>=3.11.5,!=3.12.*,<3.14', ['3.13', '3.11']],
  ['~=3.13.0', ['3.13']],
  ['>=4', []],
] as const)('the releases of Python that fit "%s"', (requirement, releases) => {
  expect(fittingReleases(requirement)).toEqual(releases);
});

test('a version from what Python prints', () => {
  expect(parsePythonVersion('Python 3.11.2\n')).toBe('3.11.2');
  expect(parsePythonVersion('command not found')).toBeUndefined();
});
