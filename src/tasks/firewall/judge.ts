import type { Answers } from '../../answers.ts';
import type { Finding } from '../../engine/task.ts';
import { decide, letsSomebodyIn } from '../../system/iptables.ts';
import { PORTS } from '../layout.ts';
import {
  allowWeb,
  denyByDefault,
  forgetHermesRule,
  letContainersIn,
  letContainersInFirst,
  loadAgain,
  openSsh,
} from './actions.ts';
import { CONTAINERS, type FirewallFacts, portsOfSsh, WEB_PORTS } from './facts.ts';
import { judgeOff, unconfirmed } from './turning-on.ts';

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
        actions: loadAgain(openAll(facts)),
        consequence:
          'For a second or two nothing is filtered, and rules that other programs added by hand are gone.',
      },
    ],
    ifSkipped: facts.dropsByDefault
      ? 'Nothing on this machine can be reached.'
      : 'Nothing on this machine is protected.',
  };
}

/** Every port by which SSH comes in, opened. */
const openAll = (facts: FirewallFacts) => portsOfSsh(facts).flatMap((port) => openSsh(port, facts.rules));

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
      fixes: [
        {
          title: `Allow SSH on port ${closed.join(', ')}`,
          actions: closed.flatMap((port) => openSsh(port, facts.rules)),
        },
      ],
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
          actions: denyByDefault(openAll(facts)),
          consequence:
            'Other services of this machine that have no rule of their own can no longer be reached.',
        },
      ],
      ifSkipped: `Whoever finds port ${PORTS.hermes} can try keys on Hermes, from anywhere.`,
    },
  ];
}
