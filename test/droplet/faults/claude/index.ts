import type { Fault } from '../fault.ts';
import { keyFaults } from './key.ts';
import { outsideFaults } from './outside.ts';
import { signInFaults } from './sign-in.ts';
import { wayFaults } from './way.ts';

/** What breaks between Hermes and Claude's answer. Those with an API key first: every change between the two ways restarts Hermes. */
export const faults: readonly Fault[] = [...keyFaults, ...wayFaults, ...outsideFaults, ...signInFaults];
