import type { Answers } from '../answers.ts';
import type { Host } from '../host/host.ts';
import { listFilterTable, parseFilterTable, parseUserRules } from '../system/iptables.ts';
import { isOpenToOthers, LIST_LISTENERS, type Listener, parseListeners } from '../system/sockets.ts';
import { LIST_CONNECTIONS, SHOW_SSH_SOCKET, sshPorts } from '../system/ssh-session.ts';
import { parseUnits, showUnits } from '../system/systemd.ts';
import { parseUfwStatus, USER_RULES_FILE, ufwStatus } from '../system/ufw.ts';
import { REVERT_UNIT } from './firewall/actions.ts';
import type { FirewallFacts } from './firewall/facts.ts';
import { judgeFirewall } from './firewall/judge.ts';
import { PORTS } from './layout.ts';
import type { OttoTask } from './otto-task.ts';

const TIMER = `${REVERT_UNIT}.timer` as const;

/** Step 7: containers reach Hermes, browsers and the certificate authority reach nginx, nobody else reaches Hermes. */
export const firewallTask: OttoTask<FirewallFacts> = {
  id: 'firewall',
  title: 'Firewall',
  step: 'Step 7',
  why:
    'Hermes listens on all addresses, because containers cannot reach 127.0.0.1. Only the firewall keeps the rest of ' +
    'the internet away from it, and only a rule of its own lets the containers in.',
  needs: ['server-packages'],
  look,
  judge: judgeFirewall,
};

async function look(host: Host, _answers: Answers): Promise<FirewallFacts> {
  const [status, table, userRules, listeners, connections, socketUnit, timer, environment] =
    await Promise.all([
      host.exec(ufwStatus),
      host.exec(listFilterTable),
      host.readFile(USER_RULES_FILE),
      host.exec(LIST_LISTENERS),
      host.exec(LIST_CONNECTIONS),
      host.exec(SHOW_SSH_SOCKET),
      host.exec(showUnits(TIMER)),
      host.readFile('/proc/self/environ'),
    ]);
  const ufw = parseUfwStatus(status);
  const running = parseFilterTable(table.stdout);
  const reachable = parseListeners(listeners.stdout).filter(isOpenToOthers);
  const ssh = sshPorts({
    listeners: listeners.stdout,
    connections: connections.stdout,
    socketUnit: socketUnit.stdout,
    environment: environment ?? '',
  });
  return {
    ufw,
    // While UFW is off its rules are only in its file.
    rules: ufw === 'active' ? running.rules : parseUserRules(userRules ?? ''),
    loaded: running.leadsToUfw,
    dropsByDefault: running.inputPolicy === 'drop',
    sshPorts: ssh,
    revertArmed: parseUnits(timer.stdout, [TIMER])[TIMER].active === 'active',
    hermesListensOn: reachable.find(({ port }) => port === PORTS.hermes)?.address,
    otherServices: otherServices(reachable, ssh),
  };
}

/** What else on this machine others can reach. What Docker publishes is left out: it does not pass through UFW. */
function otherServices(reachable: readonly Listener[], ssh: readonly number[]): readonly string[] {
  const known: readonly number[] = [...Object.values(PORTS), ...ssh];
  const others = reachable
    .filter(({ port }) => !known.includes(port))
    .filter(({ holders }) => !holders.some(({ name }) => name === 'docker-proxy' || name === 'dockerd'))
    .map(({ port, holders }) => `${port} (${holders[0]?.name ?? 'unknown'})`);
  return [...new Set(others)];
}
