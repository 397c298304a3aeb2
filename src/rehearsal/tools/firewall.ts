import { type Machine, NotRehearsed, type Tool } from '../machine.ts';
import { nft } from '../nftables.ts';

const USER_RULES = '/etc/ufw/user.rules';

/** A rule as it is given to ufw → as iptables keeps it. */
function chainLine(rule: string): string {
  const device = / on (\S+)/.exec(rule)?.[1];
  const port = /(\d+)(?:\/tcp)?(?: proto tcp)?$/.exec(rule)?.[1];
  const verdict = rule.startsWith('allow') ? 'ACCEPT' : 'DROP';
  return `-A ufw-user-input${device ? ` -i ${device}` : ''} -p tcp -m tcp --dport ${port} -j ${verdict}`;
}

/** What UFW notes of a rule above it. */
function tuple(rule: string): string {
  const device = / on (\S+)/.exec(rule)?.[1];
  const from = / from (\S+)/.exec(rule)?.[1] ?? '0.0.0.0/0';
  const port = /(\d+)(?:\/tcp)?(?: proto tcp)?$/.exec(rule)?.[1];
  const protocol = rule.includes('tcp') ? 'tcp' : 'any';
  const direction = device === undefined ? 'in' : `in_${device}`;
  return `### tuple ### ${rule.split(' ')[0]} ${protocol} ${port} 0.0.0.0/0 any ${from} ${direction}`;
}

/** UFW keeps its rules in a file whether it is on or not. */
function keep(machine: Machine): void {
  const lines = machine.firewall.rules.map((rule) => `${tuple(rule)}\n${chainLine(rule)}\n`);
  machine.files.put(USER_RULES, lines.join(''), { mode: 0o640 });
  machine.files.put('/etc/ufw/ufw.conf', `ENABLED=${machine.firewall.active ? 'yes' : 'no'}\n`);
}

/** What `ufw enable` and `ufw disable` do. */
export function switchFirewall(machine: Machine, on: boolean): void {
  machine.firewall.active = on;
  keep(machine);
}

const ufw: Tool = async ({ machine, args }) => {
  const words = args.filter((arg) => arg !== '--force');
  const [verb, ...rest] = words;
  const { firewall } = machine;
  await machine.wait(300);
  switch (verb) {
    case 'status':
      return { exitCode: 0, stdout: firewall.active ? 'Status: active\n' : 'Status: inactive\n' };
    case 'enable':
    case 'disable':
      switchFirewall(machine, verb === 'enable');
      return {
        exitCode: 0,
        stdout: `Firewall is ${firewall.active ? 'active and enabled' : 'stopped and disabled'} on system startup\n`,
      };
    case 'reload':
      return { exitCode: 0, stdout: 'Firewall reloaded\n' };
    case 'allow':
      if (!firewall.rules.includes(words.join(' '))) firewall.rules.push(words.join(' '));
      keep(machine);
      return { exitCode: 0, stdout: 'Rule added\n' };
    case 'delete':
      remove(firewall.rules, rest.join(' '));
      keep(machine);
      return { exitCode: 0 };
    case 'insert':
      firewall.rules.unshift(rest.slice(1).join(' '));
      keep(machine);
      return { exitCode: 0, stdout: 'Rule inserted\n' };
    default:
      throw new NotRehearsed(`ufw ${args.join(' ')}`);
  }
};

function remove(rules: string[], rule: string): void {
  const at = rules.indexOf(rule);
  if (at >= 0) rules.splice(at, 1);
}

const iptables: Tool = ({ machine, args }) => {
  if (args.join(' ') !== '-S') throw new NotRehearsed(`iptables ${args.join(' ')}`);
  const { active, rules } = machine.firewall;
  const lines = active
    ? ['-P INPUT DROP', '-A INPUT -j ufw-before-input', ...rules.map(chainLine)]
    : ['-P INPUT ACCEPT'];
  // Docker writes its own when it starts.
  const docker = machine.units.get('docker.service')?.active === true;
  const all = [...lines, ...(docker ? ['-N DOCKER-USER', '-A FORWARD -j DOCKER-USER'] : [])];
  return { exitCode: 0, stdout: all.map((line) => `${line}\n`).join('') };
};

/** A droplet in memory has no address of that kind. */
const ip6tables: Tool = ({ args }) => {
  if (args.join(' ') !== '-S') throw new NotRehearsed(`ip6tables ${args.join(' ')}`);
  return { exitCode: 0, stdout: '-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n' };
};

export const firewallTools = {
  ufw,
  iptables,
  ip6tables,
  nft: ({ machine, args }) => nft(machine, args),
} satisfies Record<string, Tool>;
