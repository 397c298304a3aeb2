import { deployUserTask } from './deploy-user.ts';
import { domainTask } from './domain.ts';
import { machineTask } from './machine.ts';
import type { AnyOttoTask } from './otto-task.ts';
import { packagesTask } from './packages.ts';
import { serverPackagesTask } from './server-packages.ts';

/**
 * All parts of an Otto, in the runbook's order. The order is what an operator reads; which of them may be at work at
 * the same time follows from their `needs`.
 */
export const tasks: readonly AnyOttoTask[] = [
  machineTask,
  domainTask,
  packagesTask,
  serverPackagesTask,
  deployUserTask,
  // github, claude, hermes-code, hermes-config, hermes-service,
  // firewall, paperclip, open-webui-image, open-webui, bridge, first-admin,
  // nginx-site, certificate, first-login
];
