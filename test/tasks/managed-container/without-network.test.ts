import { expect, test } from 'vitest';
import { isCutOff } from '../../../src/tasks/managed-container/without-network.ts';
import { container } from '../containers.ts';

const nowhere = { name: 'bridge', id: '1', gateway: '', address: '' };
const somewhere = { ...nowhere, gateway: '172.17.0.1', address: '172.17.0.2' };

test.each([
  ['without an address on docker0', { networks: [nowhere] }, true],
  ['without any network', { networks: [] }, true],
  ['with an address', { networks: [somewhere] }, false],
  ['of another network', { networkMode: 'otto_default', networks: [] }, false],
  ['that does not run', { status: 'exited', networks: [nowhere] }, false],
  ['that is starting again', { restarting: true, networks: [nowhere] }, false],
] as const)('a container %s', (_, changes, expected) => {
  expect(isCutOff(container({ networkMode: 'default', ...changes }))).toBe(expected);
});
