import type { Fault } from '../fault.ts';
import { codeFaults } from './code.ts';
import { configFaults } from './config.ts';
import { envFaults } from './env.ts';
import { inUseFaults } from './in-use.ts';
import { processFaults } from './process.ts';
import { unitFaults } from './unit.ts';

/** What breaks in Hermes itself. The bridge, the firewall and Claude have groups of their own. */
export const faults: readonly Fault[] = [
  ...processFaults,
  ...unitFaults,
  ...envFaults,
  ...configFaults,
  ...codeFaults,
  ...inUseFaults,
];
