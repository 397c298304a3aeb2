import { bridgeTask } from './bridge.ts';
import { certificateTask } from './certificate.ts';
import { claudeTask } from './claude.ts';
import { deployUserTask } from './deploy-user.ts';
import { domainTask } from './domain.ts';
import { firewallTask } from './firewall.ts';
import { firstAdminTask } from './first-admin.ts';
import { firstLoginTask } from './first-login.ts';
import { githubTask } from './github.ts';
import { hermesCodeTask } from './hermes-code.ts';
import { hermesConfigTask } from './hermes-config.ts';
import { hermesServiceTask } from './hermes-service.ts';
import { machineTask } from './machine.ts';
import { nginxSiteTask } from './nginx-site.ts';
import { openWebuiTask } from './open-webui.ts';
import { openWebuiImageTask } from './open-webui-image.ts';
import type { AnyOttoTask } from './otto-task.ts';
import { packagesTask } from './packages.ts';
import { paperclipTask } from './paperclip.ts';
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
  githubTask,
  claudeTask,
  hermesCodeTask,
  hermesConfigTask,
  hermesServiceTask,
  firewallTask,
  paperclipTask,
  openWebuiImageTask,
  firstAdminTask,
  openWebuiTask,
  bridgeTask,
  nginxSiteTask,
  certificateTask,
  firstLoginTask,
];
