import { layout, PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Host } from '../../host/host.ts';
import { daemonSettings, writesRules } from '../../system/docker/daemon-settings.ts';
import { DOCKER_CONFIGURATION } from '../../system/docker/docker-configuration.ts';
import {
  listFilterTable,
  parseFilterTable,
  parseUdpRules,
  parseUserRules,
} from '../../system/network/iptables.ts';
import { isOpenToOthers, LIST_LISTENERS, parseListeners } from '../../system/network/sockets.ts';
import { LIST_CONNECTIONS, SHOW_SSH_SOCKET, sshPorts } from '../../system/network/ssh-session.ts';
import {
  isSwitchedOn,
  parseUfwStatus,
  UFW_SWITCH_FILE,
  USER_RULES_FILE,
  ufwStatus,
} from '../../system/network/ufw.ts';
import { isThere, parseUnits, showUnits, startsAtBoot } from '../../system/services/systemd.ts';
import { PROOF_FILE } from '../first-login/proof.ts';
import type { OttoTask } from '../otto-task.ts';
import { REVERT_UNIT } from './actions.ts';
import { type FirewallFacts, portsOfSsh } from './facts.ts';
import type { Finding } from './findings.ts';
import { judgeFirewall } from './judge.ts';
import { otherServices } from './other-services.ts';
import { lookAtPaths } from './paths.ts';
import { lookAtTrial } from './trial.ts';
import { lookAtWays } from './ways.ts';

const UNITS = [`${REVERT_UNIT}.timer`, `${REVERT_UNIT}.service`, 'ufw.service', 'docker.service'] as const;
const UFW_DEFAULTS = '/etc/default/ufw';

/** Step 7: containers reach Hermes, browsers and the certificate authority reach nginx, nobody else reaches Hermes. */
export const firewallTask: OttoTask<FirewallFacts, Finding> = {
  id: 'firewall',
  title: 'Firewall',
  step: 'Step 7',
  why:
    'Hermes listens on all addresses, because containers cannot reach 127.0.0.1. Only the firewall keeps the rest of ' +
    'the internet away from it, and a rule lets only the containers in.',
  needs: ['docker', 'server-packages'],
  look: lookAtFirewall,
  judge: judgeFirewall,
};

/** Everything about the firewall; also for whoever must say that it is the cause. */
export async function lookAtFirewall(host: Host, answers: Answers): Promise<FirewallFacts> {
  const [status, switchFile, table, userRules, listeners, connections, socketUnit, units, environment] =
    await Promise.all([
      host.exec(ufwStatus),
      host.readFile(UFW_SWITCH_FILE),
      host.exec(listFilterTable),
      host.readFile(USER_RULES_FILE),
      host.exec(LIST_LISTENERS),
      host.exec(LIST_CONNECTIONS),
      host.exec(SHOW_SSH_SOCKET),
      host.exec(showUnits(...UNITS)),
      host.readFile('/proc/self/environ'),
    ]);
  const ufw = parseUfwStatus(status);
  const running = parseFilterTable(table.stdout);
  const [timer, revert, ufwUnit, dockerUnit] = UNITS.map((name) => parseUnits(units.stdout, UNITS)[name]);
  const place = layout(answers);
  const [ways, dockerSettings, daemon, ufwDefaults, ...traces] = await Promise.all([
    lookAtWays(host, place.openWebui.container),
    host.readFile(DOCKER_CONFIGURATION),
    dockerUnit?.active === 'active' ? host.readFile(`/proc/${dockerUnit.mainPid}/cmdline`) : undefined,
    host.readFile(UFW_DEFAULTS),
    host.stat(place.openWebui.database),
    host.stat(PROOF_FILE),
  ]);
  const dockerFilters =
    dockerUnit?.active === 'active' && writesRules(daemonSettings(daemon ?? '', dockerSettings));
  const reachable = parseListeners(listeners.stdout).filter(isOpenToOthers);
  const ssh = sshPorts({
    listeners: listeners.stdout,
    connections: connections.stdout,
    socketUnit: socketUnit.stdout,
    environment: environment ?? '',
  });
  // The timer is gone as soon as it has started what turns UFW off, and that takes a moment.
  const revertArmed = [timer, revert].some(
    (unit) => unit?.active === 'active' || unit?.active === 'activating',
  );
  const dockerCut =
    dockerFilters &&
    (running.docker === 'cut' ||
      (running.docker === 'none' && (!running.leadsToUfw || managesBuiltins(ufwDefaults))));
  // While UFW's rules are not loaded they are only in its file.
  const rules = ufw === 'active' && running.leadsToUfw ? table.stdout : (userRules ?? '');
  return {
    ufw,
    switchedOn: isSwitchedOn(switchFile ?? ''),
    atBoot: ufwUnit === undefined || !isThere(ufwUnit) ? undefined : startsAtBoot(ufwUnit),
    rules: parseUserRules(rules),
    rulesInFile: parseUserRules(userRules ?? ''),
    udpRules: parseUdpRules(rules),
    loaded: running.leadsToUfw,
    dropsByDefault: running.inputPolicy === 'drop',
    dockerCut,
    dockerFilters,
    ways,
    firstTime: traces.every((one) => one === undefined),
    sshPorts: ssh,
    revertArmed,
    trial: revertArmed
      ? await lookAtTrial(host, answers, {
          connections: connections.stdout,
          environment: environment ?? '',
          port: portsOfSsh({ sshPorts: ssh })[0] ?? 22,
        })
      : undefined,
    hermesListensOn: reachable.find(({ port }) => port === PORTS.hermes)?.address,
    paths: running.leadsToUfw
      ? await lookAtPaths(
          host,
          table.stdout,
          ways,
          dockerFilters && !dockerCut && running.docker === 'linked',
        )
      : undefined,
    otherServices: otherServices(reachable, ssh),
  };
}

/** With this UFW empties the kernel's own chains whenever it is loaded, and deletes Docker's with them. */
function managesBuiltins(defaults: string | undefined): boolean {
  return /^\s*MANAGE_BUILTINS=["']?yes/im.test(defaults ?? '');
}
