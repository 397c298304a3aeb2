import type { Answers } from '../../answers.ts';
import type { Action } from '../../engine/action.ts';
import type { Finding } from '../../engine/task.ts';
import { decide, type FilterRule, letsSomebodyIn } from '../../system/iptables.ts';
import { PORTS } from '../layout.ts';
import {
  allowWeb,
  confirm,
  denyByDefault,
  forgetHermesRule,
  letContainersIn,
  letContainersInFirst,
  loadAgain,
  openSsh,
  proveFromOutside,
  REVERT_SECONDS,
  turnOn,
} from './actions.ts';

export { REVERT_UNIT } from './actions.ts';

/** What the firewall looks like. */
export interface FirewallFacts {
  readonly ufw: 'absent' | 'inactive' | 'active';
  /** The operator's rules, in the order in which they count. */
  readonly rules: readonly FilterRule[];
  /** Whether the kernel's table leads to UFW's chains. */
  readonly loaded: boolean;
  /** Whether what no rule lets in is dropped. */
  readonly dropsByDefault: boolean;
  /** Ports by which SSH sessions come in; empty when none was seen. */
  readonly sshPorts: readonly number[];
  /** The timer that turns UFW off again waits for its moment. */
  readonly revertArmed: boolean;
  /** The address other than loopback on which Hermes listens already. */
  readonly hermesListensOn: string | undefined;
  /** What else others can reach: '5432 (postgres)'. */
  readonly otherServices: readonly string[];
}

const CONTAINERS = { device: 'docker0', port: PORTS.hermes } as const;
const WEB_PORTS = [PORTS.http, PORTS.https] as const;

/** Pure. The order counts: what lets people in comes before what keeps others out. */
export function judgeFirewall(facts: FirewallFacts, answers: Answers): readonly Finding[] {
  if (facts.ufw !== 'active') return judgeOff(facts, answers);
  if (!facts.loaded) return [notLoaded(facts)];
  return [
    ...sshClosed(facts),
    ...webClosed(facts),
    ...containersKeptOut(facts),
    ...(facts.revertArmed ? [unconfirmed(facts, answers)] : []),
    ...hermesOpen(facts),
    ...nothingDropped(facts),
  ];
}

/** The ports that must stay open for SSH; 22 when none was seen, as on a console. */
function portsOfSsh(facts: FirewallFacts): readonly number[] {
  return facts.sshPorts.length > 0 ? facts.sshPorts : [22];
}

function missingRules(facts: FirewallFacts): readonly Action[] {
  const ssh = portsOfSsh(facts).filter((port) => !letsSomebodyIn(facts.rules, port));
  const web = WEB_PORTS.filter((port) => decide(facts.rules, { port }).verdict === 'none');
  const containers = decide(facts.rules, CONTAINERS).verdict;
  return [
    ...ssh.map(openSsh),
    ...web.map(allowWeb),
    ...(containers === 'none' ? [letContainersIn()] : []),
    ...(containers === 'drop' ? letContainersInFirst() : []),
  ];
}

function judgeOff(facts: FirewallFacts, answers: Answers): readonly Finding[] {
  const open =
    facts.hermesListensOn === undefined
      ? 'UFW is off.'
      : `UFW is off, and Hermes listens on ${facts.hermesListensOn}:${PORTS.hermes}: the whole internet can reach it.`;
  const because =
    `Hermes has to listen on all addresses, because containers cannot reach 127.0.0.1. Without a firewall port ` +
    `${PORTS.hermes}, behind which is a terminal on this machine, is open to the internet with only its key in between.`;
  if (answers.firewall === 'leave')
    return [
      {
        code: 'firewall-left-off',
        severity: 'risk',
        saw: open,
        because:
          `${because} It was left off as answered. Unless a firewall in front of this machine closes the port, run ` +
          'this again with the answer firewall: enable.',
        fixes: [],
      },
    ];
  const ports = [...portsOfSsh(facts), ...WEB_PORTS].join(', ');
  return [
    {
      code: 'firewall-off',
      severity: 'missing',
      saw: open,
      because:
        `${because} SSH's port is opened first. Until a new SSH login has been seen to work, a timer turns UFW off ` +
        `again after ${REVERT_SECONDS} seconds, so that nobody is locked out.`,
      fixes: [
        {
          title: `Turn UFW on, with ports ${ports} open and docker0 allowed to reach ${PORTS.hermes}`,
          actions: [...missingRules(facts), ...turnOn()],
          ...shutOut(facts),
        },
      ],
      ifSkipped: `Whoever finds port ${PORTS.hermes} can try keys on Hermes, from anywhere.`,
    },
  ];
}

/** UFW must not cut off what somebody else runs on this machine without being asked. */
function shutOut(facts: FirewallFacts): { readonly consequence?: string } {
  const closed = facts.otherServices.filter(
    (service) => decide(facts.rules, { port: Number.parseInt(service, 10) }).verdict !== 'accept',
  );
  if (closed.length === 0) return {};
  return {
    consequence: `Other services of this machine can no longer be reached from outside: port ${closed.join(', ')}. Allow theirs first, with \`ufw allow PORT\`.`,
  };
}

function unconfirmed(facts: FirewallFacts, answers: Answers): Finding {
  const ports = portsOfSsh(facts);
  const finding = {
    code: 'firewall-unconfirmed',
    severity: 'broken',
    saw: `UFW is on, and turns itself off within ${REVERT_SECONDS} seconds unless that is confirmed.`,
    because:
      'This session would go on even if SSH were closed now, so it proves nothing. Only a new connection does: open a ' +
      'second terminal and log in. If that does not work, wait: the firewall goes off by itself.',
    watch: { everyMs: 2_000, forMs: (REVERT_SECONDS + 10) * 1000 },
    ifSkipped: 'The firewall turns itself off again.',
  } as const;
  // Nobody is there to try it: a connection from a network of its own is the second terminal.
  if (answers.unattended)
    return {
      ...finding,
      fixes: [
        {
          title: 'Try a new connection to SSH and keep the firewall on',
          actions: [proveFromOutside(ports), confirm()],
        },
      ],
    };
  return {
    ...finding,
    fixes: [
      {
        title: 'A new SSH login works: keep the firewall on',
        actions: [confirm()],
        consequence: 'UFW stays on from now on; the way back by itself is gone.',
      },
    ],
  };
}

function notLoaded(facts: FirewallFacts): Finding {
  const cut = facts.dropsByDefault
    ? 'Everything that comes in is dropped, this machine talking to itself included.'
    : 'Everything that comes in is let in.';
  return {
    code: 'firewall-not-loaded',
    severity: 'broken',
    saw: `UFW says it is active, but the kernel's packet filter does not lead to its rules. ${cut}`,
    because:
      "Somebody emptied the packet filter (`iptables -F`, or another firewall program). UFW's own reload does not " +
      'bring its rules back; only taking its chains out and turning it on again does.',
    fixes: [
      {
        title: "Put UFW's rules back",
        actions: loadAgain(portsOfSsh(facts)),
        consequence:
          'For a second or two nothing is filtered, and rules that other programs added by hand are gone.',
      },
    ],
    ifSkipped: facts.dropsByDefault
      ? 'Nothing on this machine can be reached.'
      : 'Nothing on this machine is protected.',
  };
}

function sshClosed(facts: FirewallFacts): readonly Finding[] {
  const closed = portsOfSsh(facts).filter((port) => !letsSomebodyIn(facts.rules, port));
  if (closed.length === 0) return [];
  return [
    {
      code: 'ssh-port-closed',
      severity: 'broken',
      saw: `UFW is on and has no rule that lets anybody in to port ${closed.join(', ')}, by which SSH comes in.`,
      because:
        'Sessions that are open go on, new ones do not: after the next disconnect nobody gets in any more.',
      fixes: [{ title: `Allow SSH on port ${closed.join(', ')}`, actions: closed.map(openSsh) }],
      ifSkipped: "After this session ends, the way in is the hosting provider's console.",
    },
  ];
}

function webClosed(facts: FirewallFacts): readonly Finding[] {
  const verdicts = WEB_PORTS.map((port) => ({ port, ...decide(facts.rules, { port }) }));
  const closed = verdicts.filter(({ verdict }) => verdict === 'none').map(({ port }) => port);
  const denied = verdicts.filter(({ verdict }) => verdict === 'drop');
  const because =
    'Port 80 is where the certificate authority checks that this machine answers for the name, and 443 is where ' +
    'people reach Otto. The runbook does not name these rules; without them certbot fails with a timeout.';
  return [
    ...(closed.length === 0
      ? []
      : [
          {
            code: 'web-ports-closed',
            severity: 'missing',
            saw: `UFW is on and lets nobody in to port ${closed.join(' and ')}.`,
            because,
            fixes: [{ title: `Allow port ${closed.join(' and ')}`, actions: closed.map(allowWeb) }],
            ifSkipped: 'No certificate, and nobody reaches the site.',
          } as const,
        ]),
    ...(denied.length === 0
      ? []
      : [
          {
            code: 'web-ports-denied',
            severity: 'blocked',
            saw: `A rule of UFW's keeps everybody out: ${denied.map(({ rule }) => rule?.line).join('; ')}`,
            because: `${because} Somebody wrote this rule on purpose, so it is not taken away here: \`ufw status numbered\`, then \`ufw delete\` and its number.`,
            fixes: [],
            ifSkipped: 'No certificate, and nobody reaches the site.',
          } as const,
        ]),
  ];
}

function containersKeptOut(facts: FirewallFacts): readonly Finding[] {
  const { verdict, rule } = decide(facts.rules, CONTAINERS);
  if (verdict === 'accept') return [];
  const because =
    'Containers come in over docker0, and UFW drops what comes in there unless a rule allows it. This machine itself ' +
    'is not affected, so a test on it looks fine while Open WebUI finds no model.';
  const ifSkipped = 'Open WebUI cannot reach Hermes and shows no model.';
  if (verdict === 'drop')
    return [
      {
        code: 'docker0-rule-behind-deny',
        severity: 'broken',
        saw: `A rule that drops comes first: ${rule?.line}`,
        because: `${because} The first rule that fits decides, so the one for docker0 has to stand before it. The other one stays and keeps everybody else out.`,
        fixes: [{ title: 'Put the rule for docker0 first', actions: letContainersInFirst() }],
        ifSkipped,
      },
    ];
  return [
    {
      code: 'docker0-rule-missing',
      severity: 'missing',
      saw: `UFW is on and has no rule that lets containers reach port ${PORTS.hermes} over docker0.`,
      because,
      fixes: [{ title: `Allow docker0 to reach port ${PORTS.hermes}`, actions: [letContainersIn()] }],
      ifSkipped,
    },
  ];
}

function hermesOpen(facts: FirewallFacts): readonly Finding[] {
  const { verdict, rule } = decide(facts.rules, { port: PORTS.hermes });
  if (verdict !== 'accept' || rule === undefined) return [];
  const whole = rule.ports?.length === 1 && rule.ports[0]?.[0] === rule.ports[0]?.[1];
  return [
    {
      code: 'hermes-port-open',
      severity: 'risk',
      saw: `UFW lets everybody in to port ${PORTS.hermes}: ${rule.line}`,
      because:
        'Behind that port is Hermes, with a terminal on this machine, and only its key in between. Open WebUI does not ' +
        'need it: containers come in over docker0.',
      fixes: whole
        ? [
            {
              title: 'Take that rule away',
              actions: forgetHermesRule(),
              consequence: `Whatever reaches Hermes directly from outside on port ${PORTS.hermes} no longer does.`,
            },
          ]
        : [],
      ifSkipped: `Whoever finds port ${PORTS.hermes} can try keys on Hermes, from anywhere.`,
    },
  ];
}

function nothingDropped(facts: FirewallFacts): readonly Finding[] {
  if (facts.dropsByDefault) return [];
  return [
    {
      code: 'firewall-lets-all-in',
      severity: 'risk',
      saw: 'UFW is on and lets in whatever no rule forbids.',
      because: `Its default for incoming connections is 'allow', so port ${PORTS.hermes} is open to the internet all the same.`,
      fixes: [
        {
          title: 'Drop what no rule allows',
          actions: denyByDefault(portsOfSsh(facts)),
          consequence:
            'Other services of this machine that have no rule of their own can no longer be reached.',
        },
      ],
      ifSkipped: `Whoever finds port ${PORTS.hermes} can try keys on Hermes, from anywhere.`,
    },
  ];
}
