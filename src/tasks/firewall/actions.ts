import { PORTS } from '../../answers/layout.ts';
import type { Action, Command } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { deletes, type Effect, foundAs, notOurs, opens, stops } from '../../engine/contracts/effect.ts';
import { things } from '../../engine/contracts/thing.ts';
import type { Argv } from '../../host/host.ts';
import { decide, type FilterRule } from '../../system/network/iptables.ts';
import {
  allowRule,
  allowRuleFirst,
  armRevert,
  deleteRule,
  deviceRule,
  disarmRevert,
  enableUfw,
  flushUfw,
  networkRule,
  portRule,
  UFW_FAILURES,
} from '../../system/network/ufw.ts';
import { forgetFailedStarts, systemctl } from '../../system/services/systemd.ts';
import { template } from '../../system/templates.ts';

/** The timer that turns UFW off again. */
export const REVERT_UNIT = 'otto-install-firewall-revert';
export const REVERT_SECONDS = 60;

/** Two ufw commands at the same time wait for each other. */
const LIMIT_MS = 60_000;

const ufw = (argv: Argv, purpose: string): Command =>
  command(argv, purpose, { timeoutMs: LIMIT_MS, knownFailures: UFW_FAILURES });

/** Lets in whom `effects` names. */
const allow = (rule: string, purpose: string, effects: readonly Effect[]): Command => ({
  ...ufw(allowRule(rule), purpose),
  makes: things('rule', rule),
  effects,
});

/**
 * Whether letting everyone in to a port takes nothing back that somebody decided: the firewall is off and all is open, or no Otto has
 * been here yet and it is being installed. Anything else may have been closed on purpose.
 */
interface Opening {
  readonly decidedBefore: boolean;
}
const everyone = (port: number, { decidedBefore }: Opening) =>
  opens(`port ${port} to everyone`, decidedBefore ? notOurs : foundAs('the way in to a new Otto'));
const containers = opens(`port ${PORTS.hermes} to containers`, foundAs('the way to Hermes'));

/** Takes the rule for a port, or for containers, out of UFW's file where the kernel does not have it: ufw would skip adding it. */
const takeOut = (rule: string): Command => ({
  ...ufw(deleteRule(rule), 'Take the rule that is only in UFW’s file out of it'),
  effects: [], // It is not in use, and comes with the next action.
});
export const takeOutPort = (port: number): Action => takeOut(portRule(port));
export const takeOutContainers = (): Action => takeOut(deviceRule('docker0', PORTS.hermes));

/** Before all other rules; `purposes`: of adding it, of taking it out of its place, and of putting it first. */
function allowFirst(
  rule: string,
  purposes: readonly [string, string, string],
  effects: readonly Effect[],
): readonly Command[] {
  const [, forget, insert] = allowRuleFirst(rule);
  return [
    allow(rule, purposes[0], effects),
    { ...ufw(forget, purposes[1]), effects: [] }, // It comes back with the next one.
    { ...ufw(insert, purposes[2]), makes: [{ kind: 'rule', name: rule, again: true }], effects },
  ];
}

/** Lets SSH in on a port; before all other rules if one of them keeps everyone out. */
export function openSsh(port: number, rules: readonly FilterRule[], opening: Opening): readonly Action[] {
  if (decide(rules, { port }).verdict !== 'drop')
    return [allow(portRule(port), `Keep SSH open on port ${port}`, everyone(port, opening))];
  return allowFirst(
    portRule(port),
    [
      `Allow SSH on port ${port}, which a rule denied`,
      `Remove the rule for SSH on port ${port} from its place`,
      `Keep SSH open on port ${port}, before all other rules`,
    ],
    everyone(port, opening),
  );
}

export const allowWeb = (port: number, opening: Opening): Action =>
  allow(portRule(port), `Let browsers in on port ${port}`, everyone(port, opening));

/** Before the rule that denies it. */
export const allowWebFirst = (port: number): readonly Action[] =>
  allowFirst(
    portRule(port),
    [
      `Allow port ${port}, which a rule denied`,
      `Remove the rule for port ${port} from its place`,
      `Let browsers in on port ${port}, before all other rules`,
    ],
    everyone(port, { decidedBefore: true }),
  );

export const letContainersIn = (): Action =>
  allow(deviceRule('docker0', PORTS.hermes), 'Let containers reach Hermes over docker0', containers);

export const letContainersInFirst = (): readonly Action[] => letDeviceIn('docker0');

/** Lets in what comes over a bridge of Docker's, before whatever denies it. */
export const letDeviceIn = (device: string): readonly Action[] =>
  inFirst(deviceRule(device, PORTS.hermes), device);

/** Lets in what comes from a network's addresses ('172.18.0.0/16'), before whatever denies it. */
export const letNetworkIn = (subnet: string, name: string): readonly Action[] =>
  inFirst(networkRule(subnet, PORTS.hermes), name);

const inFirst = (rule: string, from: string): readonly Action[] =>
  allowFirst(
    rule,
    [
      `Let containers reach Hermes from ${from}`,
      'Remove that rule from its place',
      'Insert it before all other rules',
    ],
    containers,
  );

/** First the timer that undoes it, then the firewall. `armed`: one of an earlier attempt still runs. */
export function turnOn(armed: boolean): readonly Action[] {
  return [
    // Stopping what is not there prints 'Failed to stop', which alarms whoever reads along.
    ...(armed ? [disarm('Stop the timer of an earlier attempt')] : []),
    command(
      armRevert(REVERT_UNIT, REVERT_SECONDS),
      `Set a timer that turns UFW off in ${REVERT_SECONDS} seconds unless SSH is seen to work`,
      { makes: things('unit', `${REVERT_UNIT}.timer`), timeoutMs: 10_000 },
    ),
    ufw(enableUfw, 'Turn on UFW'),
  ];
}

export const confirm = (purpose = 'Keep the firewall on'): Action => disarm(purpose);

/** Nobody has to wait for the timer. */
export const turnOffNow = (): readonly Action[] => [
  // What the timer would do in some seconds: the machine is as open again as before the trial.
  {
    ...ufw(['ufw', '--force', 'disable'], 'Turn off UFW'),
    effects: opens('all ports again, as before the trial', foundAs('the firewall on trial')),
  },
  disarm('Stop the timer that would have done it'),
];

/** A connection from a network namespace of its own, as if from outside (facts: docker-ufw, A vantage from outside). */
export const proveFromOutside = (ports: readonly number[]): Action =>
  command(
    ['bash', '-s', '--', ...ports.map(String)],
    `Try a new connection to SSH on port ${ports.join(', ')}`,
    {
      input: template('new-connection.sh', {}),
      knownFailures: [
        {
          pattern: 'does not get in',
          reason: "With the firewall on, a new connection does not reach this machine's SSH.",
          next: 'The firewall turns itself off again within a minute. Look at `ufw show added` for rules that deny SSH.',
        },
        {
          pattern: 'cannot make a network',
          reason: 'This kernel does not allow a test network to try it from.',
          next: 'Run the wizard in a terminal, so that a person can try a second login.',
        },
      ],
    },
  );

/**
 * Puts UFW's rules back into a packet filter that was emptied. The way in was open before and SSH's rule is put there
 * first, so a connection from a network of its own decides at once whether it stays on; if it fails, the timer ends it.
 */
export function loadAgain(
  openSshFirst: readonly Action[],
  ports: readonly number[],
  { dockerFilters, revertArmed }: { readonly dockerFilters: boolean; readonly revertArmed: boolean },
): readonly Action[] {
  return [
    {
      ...ufw(flushUfw, "Remove what is left of UFW's chains"),
      effects: deletes('UFW’s own chains', foundAs('what is left of UFW')),
    },
    ...openSshFirst,
    ...turnOn(revertArmed),
    proveFromOutside(ports),
    confirm(),
    ...(dockerFilters ? restartDocker() : []),
  ];
}

/** Docker writes its rules when it starts, and at no other time. */
export const restartDocker = (): readonly Action[] => [
  forgetFailedStarts('Clear earlier failed starts of Docker', 'docker.service', 'docker.socket'),
  systemctl('Restart Docker so that it writes its rules again', ['restart', 'docker.service'], {
    effects: stops('all containers for some seconds', notOurs),
  }),
];

/** Makes systemd load UFW's rules at boot. */
export const loadAtBoot = (): readonly Action[] => [
  systemctl('Allow UFW to be started', ['unmask', 'ufw.service']),
  systemctl("Load UFW's rules at boot", ['enable', 'ufw.service']),
];

export function denyByDefault(openSshFirst: readonly Action[]): readonly Action[] {
  return [
    ...openSshFirst,
    {
      ...ufw(['ufw', 'default', 'deny', 'incoming'], 'Drop incoming connections that no rule allows'),
      effects: stops('connections that no rule allows', notOurs),
    },
  ];
}

/** The rule may stand there for TCP alone or for both protocols; deleting what is not there exits 0. */
export function forgetHermesRule(verb: 'allow' | 'limit'): readonly Action[] {
  return [portRule(PORTS.hermes), String(PORTS.hermes)].map((rule) => ({
    ...ufw(deleteRule(rule, verb), `Close port ${PORTS.hermes} to the internet`),
    removes: things('rule', rule),
    effects: deletes(`the rule that opens port ${PORTS.hermes}`, notOurs),
  }));
}

const disarm = (purpose: string): Action =>
  command(disarmRevert(REVERT_UNIT), purpose, {
    removes: things('unit', `${REVERT_UNIT}.timer`),
    effects: stops('the timer that turns UFW off', foundAs('our timer')),
    timeoutMs: 10_000, // 5: there is no such timer.
    succeedsWith: [0, 5],
  });
