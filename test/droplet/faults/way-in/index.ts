import type { Fault } from '../fault.ts';
import { certificateFaults } from './certificate.ts';
import { nginxFaults } from './nginx.ts';
import { siteFaults } from './site.ts';

/** The way in: DNS, nginx, its site, the certificate. */
export const faults: readonly Fault[] = [...siteFaults, ...nginxFaults, ...certificateFaults];
