import { expect, test } from 'vitest';
import { projectOf } from './pythonIndex.ts';

test.each([
  ['aiohttp-3.13.3-cp311-cp311-manylinux_2_28_x86_64.whl', 'aiohttp'],
  ['PyYAML-6.0.3-cp313-cp313-manylinux2014_x86_64.whl', 'pyyaml'],
  ['ruamel.yaml-0.18.17-py3-none-any.whl', 'ruamel-yaml'],
  ['prompt_toolkit-3.0.52-py3-none-any.whl', 'prompt-toolkit'],
  ['thing-1.0-1-py3-none-any.whl', 'thing'],
])('pip asks for %s under the name %s', (wheel, project) => {
  expect(projectOf(wheel)).toBe(project);
});

test('a source archive is refused: its name does not say where the version begins', () => {
  expect(() => projectOf('hermes-agent-0.19.0.tar.gz')).toThrow('is no wheel');
});
