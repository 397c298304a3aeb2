import type { Fault } from '../fault.ts';
import { faults as accounts } from './accounts.ts';
import { faults as container } from './container.ts';
import { inUseFaults } from './in-use.ts';

/** Open WebUI: its container and its accounts. That its key differs from Hermes's is the bridge's. */
export const faults: readonly Fault[] = [...container, ...accounts, ...inUseFaults];
