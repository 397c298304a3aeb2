import { PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Finding } from '../../engine/contracts/task.ts';
import { decide, letsSomebodyIn } from '../../system/network/iptables.ts';
import { allowWeb, allowWebFirst, denyByDefault, forgetHermesRule, openSsh } from './actions.ts';
import { containersKeptOut } from './containers.ts';
import { emptied } from './emptied.ts';
import { type FirewallFacts, portsOfSsh, WEB_PORTS } from './facts.ts';
import { dockerRulesGone, notAtBoot, notStarted } from './loading.ts';
import { judgeOff, unconfirmed } from './turning-on.ts';

/** Pure. The order counts: what lets people in comes before what keeps others out. */
export function judgeFirewall(facts: FirewallFacts, answers: Answers): readonly Finding[] {
  if (facts.ufw === 'inactive' && facts.switchedOn && answers.firewall !== 'leave')
    return [notStarted(facts)];
  if (facts.ufw !== 'active') return judgeOff(facts, answers);
  if (!facts.loaded) return [emptied(facts)];
  return [
    ...sshClosed(facts),
    ...webClosed(facts),
    ...containersKeptOut(facts),
    ...(facts.revertArmed ? [unconfirmed(facts, answers)] : []),
    ...dockerRulesGone(facts),
    ...hermesOpen(facts),
    ...nothingDropped(facts),
    ...notAtBoot(facts),
  ];
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
          id: 'allow-ssh',
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
            fixes: [
              {
                id: 'allow-web-ports',
                title: `Allow port ${closed.join(' and ')}`,
                actions: closed.map(allowWeb),
              },
            ],
            ifSkipped: 'No certificate, and nobody reaches the site.',
          } as const,
        ]),
    ...(denied.length === 0
      ? []
      : [
          {
            code: 'web-ports-denied',
            severity: 'broken',
            saw: `A rule of UFW's keeps everybody out: ${denied.map(({ rule }) => rule?.line).join('; ')}`,
            because: `${because} The first rule that fits decides, so it is enough to let browsers in before it.`,
            fixes: [
              {
                id: 'allow-web-ports-first',
                title: `Allow port ${denied.map(({ port }) => port).join(' and ')} before that rule`,
                actions: denied.flatMap(({ port }) => allowWebFirst(port)),
                consequence:
                  'Somebody wrote this rule, perhaps on purpose; browsers get in again all the same.',
              },
            ],
            ifSkipped: 'No certificate, and nobody reaches the site.',
          } as const,
        ]),
  ];
}

function hermesOpen(facts: FirewallFacts): readonly Finding[] {
  const { rule } = [undefined, ...outerDevices(facts)]
    .map((device) => decide(facts.rules, { port: PORTS.hermes, ...(device === undefined ? {} : { device }) }))
    .find(({ verdict }) => verdict === 'accept') ?? { rule: undefined };
  if (rule === undefined) return [];
  const whole =
    rule.device === undefined && rule.ports?.length === 1 && rule.ports[0]?.[0] === rule.ports[0]?.[1];
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
              id: 'remove-rule',
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

/** Interfaces that rules name and that are none of containers, of this machine alone, or of a private network. */
function outerDevices({ rules }: FirewallFacts): readonly string[] {
  const named = rules.flatMap(({ device }) => device ?? []);
  return [...new Set(named)].filter(
    (device) => !/^(docker|br-|veth|lo|wg|tun|tap|tailscale|zt)/.test(device),
  );
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
          id: 'drop-by-default',
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
