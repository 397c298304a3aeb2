import type { Host } from '../host/host.ts';
import { bareDroplet, type DropletOptions } from './droplet.ts';
import { RehearsalHost } from './host.ts';
import type { Machine, TalkingTool, Tool } from './machine.ts';
import { claude, claudeLogin } from './tools/claude.ts';
import { docker } from './tools/docker.ts';
import { fileTools } from './tools/files.ts';
import { firewallTools } from './tools/firewall.ts';
import { git } from './tools/git.ts';
import { gh, ghLogin } from './tools/github.ts';
import { installed, packageTools } from './tools/packages.ts';
import { processTools } from './tools/processes.ts';
import { python } from './tools/python.ts';
import { shellTools } from './tools/shell.ts';
import { systemTools } from './tools/system.ts';
import { systemdTools } from './tools/systemd.ts';
import { userTools } from './tools/users.ts';
import { certbot } from './tools/web/certbot.ts';
import { curl } from './tools/web/curl.ts';
import { nginx } from './tools/web/nginx.ts';

/** A droplet in memory, with its state for those who want to look at or break it. */
export interface Rehearsal {
  readonly host: Host;
  readonly machine: Machine;
}

/** A fresh droplet in memory, behind the same interface as a real one. Nothing on this machine is touched. */
export function createRehearsal(options: DropletOptions): Rehearsal {
  const machine = bareDroplet(options);
  const tools: Record<string, Tool> = {
    ...packageTools,
    ...userTools,
    ...fileTools,
    ...systemTools,
    ...systemdTools,
    ...firewallTools,
    ...processTools,
    ...shellTools,
    docker,
    curl,
    nginx,
    certbot,
    gh,
    git,
    claude,
    python,
    python3: python,
  };
  const talking: Record<string, TalkingTool> = { gh: ghLogin, claude: claudeLogin };
  return { machine, host: new RehearsalHost(machine, { tools, talking, installed }) };
}
