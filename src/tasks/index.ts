import { bridgeTask } from './bridge/index.ts';
import { certificateTask } from './certificate/index.ts';
import { claudeTask } from './claude/index.ts';
import { deployUserTask } from './deploy-user/index.ts';
import { dockerTask } from './docker/index.ts';
import { domainTask } from './domain/index.ts';
import { firewallTask } from './firewall/index.ts';
import { firstAdminTask } from './first-admin/index.ts';
import { firstLoginTask } from './first-login/index.ts';
import { githubTask } from './github/index.ts';
import { hermesCodeTask } from './hermes-code/index.ts';
import { hermesConfigTask } from './hermes-config/index.ts';
import { hermesServiceTask } from './hermes-service/index.ts';
import { machineTask } from './machine/index.ts';
import { nginxSiteTask } from './nginx-site/index.ts';
import { openSiteTask } from './open-site/index.ts';
import { openWebuiTask } from './open-webui/index.ts';
import { openWebuiImageTask } from './open-webui-image/index.ts';
import type { AnyOttoTask } from './otto-task.ts';
import { ownCopyTask } from './own-copy/index.ts';
import { packagesTask } from './packages/index.ts';
import { paperclipTask } from './paperclip/index.ts';
import { serverPackagesTask } from './server-packages/index.ts';

/**
 * All parts of an Otto, in the runbook's order. The order is what an operator reads; which of them may run at the same
 * time follows from their `needs`.
 */
export const tasks: readonly AnyOttoTask[] = [
  machineTask,
  domainTask,
  dockerTask,
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
  openSiteTask,
  firstLoginTask,
  ownCopyTask,
];
