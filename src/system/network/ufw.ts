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

/** A rule's words after 'allow': by them it is added, taken out, and remembered. */
export const portRule = (port: number): string => `${port}/tcp`;
/** For what comes in over one interface; accepted by UFW even when the interface does not exist. */
export const deviceRule = (device: string, port: number): string =>
  `in on ${device} to any port ${port} proto tcp`;
/** For what comes from a network, over whichever interface: '172.18.0.0/16'. */
export const networkRule = (network: string, port: number): string =>
  `from ${network} to any port ${port} proto tcp`;

/**
 * Whether {@link USER_RULES_FILE} holds the rule. Each stands there after a line of what it was made from: `### tuple ### allow tcp
 * 8642 0.0.0.0/0 any 0.0.0.0/0 in_docker0`.
 */
export function holdsRule(userRules: string, rule: string): boolean {
  const [port = '', protocol = /\bproto (\S+)/.exec(rule)?.[1] ?? 'any'] = (
    /\bport (\d+)/.exec(rule)?.[1] ?? rule
  ).split('/');
  const device = /\bin on (\S+)/.exec(rule)?.[1];
  const from = /\bfrom (\S+)/.exec(rule)?.[1] ?? '0.0.0.0/0';
  const wanted = ['allow', protocol, port, '0.0.0.0/0', 'any', from];
  const direction = device === undefined ? 'in' : `in_${device}`;
  return userRules.split('\n').some((line) => {
    const words = line.trimEnd().split(' ').slice(3);
    return (
      line.startsWith('### tuple ### ') &&
      wanted.every((word, index) => words[index] === word) &&
      // What an application's profile or a comment adds stands beside it.
      words.slice(wanted.length).includes(direction)
    );
  });
}

export const allowRule = (rule: string): Argv => ['ufw', 'allow', ...rule.split(' ')];

/** --force: without it UFW asks, aborts, and exits 0. */
export const deleteRule = (rule: string, verb: 'allow' | 'limit' = 'allow'): Argv => [
  'ufw',
  '--force',
  'delete',
  verb,
  ...rule.split(' '),
];

/**
 * {@link allowRule} before all other rules. The first command turns a `deny` in the very same words into an `allow`: with it
 * there, `insert` would be skipped as a rule that exists (tried with UFW 0.36.2), and leaves one that exists where it is, so it is
 * deleted (facts: docker-ufw, trap 1).
 */
export const allowRuleFirst = (rule: string): readonly [Argv, Argv, Argv] => [
  allowRule(rule),
  deleteRule(rule),
  ['ufw', 'insert', '1', 'allow', ...rule.split(' ')],
];

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
    reason: 'Another program is changing the firewall right now.',
    next: 'Look again in a few seconds.',
  },
  {
    pattern: 'problem running|Could not (load|fetch)|iptables.*(Permission denied|does not exist)|modprobe',
    reason: "UFW could not load its rules into the kernel's packet filter.",
    next: 'Run `ufw --force enable` by hand to see the full message. After an update, a kernel without netfilter modules needs a reboot.',
  },
  {
    pattern: 'ERROR: (Bad|Invalid|Could not find)',
    reason: 'UFW did not understand the rule.',
    next: 'Look at `ufw status numbered` for rules that contradict it.',
  },
];
