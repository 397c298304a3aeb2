import type { KnownFailure } from '../../engine/contracts/action.ts';
import type { Argv } from '../../host/host.ts';

export const ufwStatus: Argv = ['ufw', 'status'];

/** `ENABLED=yes`: UFW is to be on after each boot, whatever the kernel's packet filter holds now. */
export const UFW_SWITCH_FILE = '/etc/ufw/ufw.conf';

export function isSwitchedOn(switchFile: string): boolean {
  return /^[^\S\n]*ENABLED=["']?yes\b/im.test(switchFile);
}

/** The rules of an operator in iptables' own words, in their order; there whether UFW is on or not. */
export const USER_RULES_FILE = '/etc/ufw/user.rules';

/** 'inactive' with exit 0 too, so only the text tells (facts: docker-ufw, What to parse). */
export function parseUfwStatus(result: {
  readonly exitCode: number;
  readonly stdout: string;
}): 'absent' | 'inactive' | 'active' {
  if (result.exitCode === 127) return 'absent';
  return /^Status: active/m.test(result.stdout) ? 'active' : 'inactive';
}

export const allowPort = (port: number): Argv => ['ufw', 'allow', `${port}/tcp`];

/**
 * {@link allowPort} before all other rules. The first command turns a `deny` of the very same port into an `allow`: with
 * it there, `insert` would be skipped as a rule that exists (tried with UFW 0.36.2). For the rest see {@link allowFromFirst}.
 */
export const allowPortFirst = (port: number): readonly [Argv, Argv, Argv] => [
  allowPort(port),
  ['ufw', '--force', 'delete', 'allow', `${port}/tcp`],
  ['ufw', 'insert', '1', 'allow', `${port}/tcp`],
];

/** A rule for what comes in over one interface; accepted by UFW even when the interface does not exist. */
function interfaceRule(device: string, port: number): readonly string[] {
  return ['allow', 'in', 'on', device, 'to', 'any', 'port', String(port), 'proto', 'tcp'];
}

export const allowFrom = (device: string, port: number): Argv => ['ufw', ...interfaceRule(device, port)];

/**
 * Puts the rule before all others. The first command turns a `deny` in the same words into an `allow`
 * ({@link allowPortFirst}). `ufw insert` of a rule that exists leaves it where it is, so it is deleted
 * (facts: docker-ufw, trap 1). --force: without it UFW asks, aborts, and exits 0.
 */
export function allowFromFirst(device: string, port: number): readonly [Argv, Argv, Argv] {
  const rule = interfaceRule(device, port);
  return [
    ['ufw', ...rule],
    ['ufw', '--force', 'delete', ...rule],
    ['ufw', 'insert', '1', ...rule],
  ];
}

/** The same for what comes from a network, over whichever interface: '172.18.0.0/16'. */
export function allowNetworkFirst(network: string, port: number): readonly [Argv, Argv, Argv] {
  const rule = ['allow', 'from', network, 'to', 'any', 'port', String(port), 'proto', 'tcp'];
  return [
    ['ufw', ...rule],
    ['ufw', '--force', 'delete', ...rule],
    ['ufw', 'insert', '1', ...rule],
  ];
}

/** Over SSH `ufw enable` without --force asks, aborts, and exits 0 (facts: docker-ufw, trap 2). */
export const enableUfw: Argv = ['ufw', '--force', 'enable'];

/** The only thing that brings UFW's chains back after `iptables -F` (facts: docker-ufw, trap 6). */
export const flushUfw: Argv = ['/usr/lib/ufw/ufw-init', 'flush-all'];

/** A transient systemd timer that turns UFW off again, to the second. */
export const armRevert = (unit: string, seconds: number): Argv => [
  'systemd-run',
  `--on-active=${seconds}`,
  // Without it the timer may come a minute late.
  '--timer-property=AccuracySec=100ms',
  '--collect',
  `--unit=${unit}`,
  'ufw',
  '--force',
  'disable',
];

/** Ends the timer. Exit 5: there is none. */
export const disarmRevert = (unit: string): Argv => ['systemctl', 'stop', `${unit}.timer`];

/** The ways in which ufw is known to fail. */
export const UFW_FAILURES: readonly KnownFailure[] = [
  {
    pattern: 'xtables lock',
    because: 'Another program is changing the firewall at this moment.',
    next: 'Look again in some seconds.',
  },
  {
    pattern: 'problem running|Could not (load|fetch)|iptables.*(Permission denied|does not exist)|modprobe',
    because: "UFW could not put its rules into the kernel's packet filter.",
    next: 'Run `ufw --force enable` by hand to see the whole message; a kernel without netfilter modules needs a reboot after an update.',
  },
  {
    pattern: 'ERROR: (Bad|Invalid|Could not find)',
    because: 'UFW did not understand the rule.',
    next: 'Look at `ufw status numbered` for rules that contradict it.',
  },
];
