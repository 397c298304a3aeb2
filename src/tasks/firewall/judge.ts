import { PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { decide, type FilterRule, letsSomebodyIn } from '../../system/network/iptables.ts';
import { found } from '../finding.ts';
import { allowWeb, allowWebFirst, denyByDefault, forgetHermesRule, openSsh, takeOutPort } from './actions.ts';
import { containersKeptOut } from './containers.ts';
import { emptied } from './emptied.ts';
import { type FirewallFacts, isHalfAdded, portsOfSsh, WEB_PORTS } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { dockerRulesGone, notAtBoot, notStarted } from './loading.ts';
import { judgePaths } from './paths.ts';
import { judgeOff, unconfirmed, WHILE_OFF } from './turning-on.ts';

/** Pure. The order matters: what lets people in comes before what keeps others out. */
export function judgeFirewall(facts: FirewallFacts, answers: Answers): readonly Finding[] {
  if (facts.ufw === 'inactive' && facts.switchedOn && answers.firewall !== 'leave')
    return [notStarted(facts)];
  if (facts.ufw !== 'active') return judgeOff(facts, answers);
  if (!facts.loaded) return [found(FINDINGS['firewall-not-loaded'], emptied(facts))];
  return [
    ...sshClosed(facts),
    ...webClosed(facts),
    ...containersKeptOut(facts),
    ...(facts.revertArmed ? [unconfirmed(facts, answers)] : []),
    ...dockerRulesGone(facts),
    ...(facts.paths === undefined ? [] : judgePaths(facts.paths)),
    ...hermesOpen(facts),
    ...nothingDropped(facts),
    ...notAtBoot(facts),
  ];
}

/** Every port by which SSH comes in, opened. */
/** Where nothing is dropped by default a rule opens nothing. */
const openAll = (facts: FirewallFacts) =>
  portsOfSsh(facts).flatMap((port) => openSsh(port, facts.rules, WHILE_OFF));

function sshClosed(facts: FirewallFacts): readonly Finding[] {
  const closed = portsOfSsh(facts).filter((port) => !letsSomebodyIn(facts.rules, port));
  if (closed.length === 0) return [];
  return [
    found(FINDINGS['ssh-port-closed'], {
      evidence: `UFW is on and no rule lets anyone in to port ${closed.join(', ')}, which SSH uses.`,
      fixes: [
        {
          id: 'allow-ssh',
          title: `Allow SSH on port ${closed.join(', ')}`,
          actions: closed.flatMap((port) => [
            ...(isHalfAdded(facts, { port }) ? [takeOutPort(port)] : []),
            ...openSsh(port, facts.rules, { decidedBefore: !facts.firstTime }),
          ]),
          ...unlessFirst(facts, `Everyone on the internet can try to log in on port ${closed.join(', ')}.`),
        },
      ],
    }),
  ];
}

function webClosed(facts: FirewallFacts): readonly Finding[] {
  const verdicts = WEB_PORTS.map((port) => ({ port, ...decide(facts.rules, { port }) }));
  const narrowed = verdicts.filter(
    ({ port, verdict }) => verdict !== 'accept' && letsSomebodyIn(facts.rules, port),
  );
  const shut = verdicts.filter((one) => !narrowed.includes(one));
  const closed = shut.filter(({ verdict }) => verdict === 'none').map(({ port }) => port);
  const denied = shut.filter(({ verdict }) => verdict === 'drop');
  return [
    ...(closed.length === 0
      ? []
      : [
          found(FINDINGS['web-ports-closed'], {
            evidence: `UFW is on and blocks port ${closed.join(' and ')}.`,
            fixes: [
              {
                id: 'allow-web-ports',
                title: `Allow port ${closed.join(' and ')}`,
                actions: closed.flatMap((port) => [
                  ...(isHalfAdded(facts, { port }) ? [takeOutPort(port)] : []),
                  allowWeb(port, { decidedBefore: !facts.firstTime }),
                ]),
                ...unlessFirst(
                  facts,
                  `Everyone on the internet can connect to port ${closed.join(' and ')}.`,
                ),
              },
            ],
          }),
        ]),
    ...(denied.length === 0
      ? []
      : [
          found(FINDINGS['web-ports-denied'], {
            evidence: `A UFW rule keeps everyone out: ${denied.map(({ rule }) => rule?.line).join('; ')}`,
            fixes: [
              {
                id: 'allow-web-ports-first',
                title: `Allow port ${denied.map(({ port }) => port).join(' and ')} before that rule`,
                actions: denied.flatMap(({ port }) => allowWebFirst(port)),
                consequence: 'Browsers can connect again. Somebody may have written this rule on purpose.',
              },
            ],
          }),
        ]),
    ...limited(verdicts.flatMap(({ port, rule }) => (rule?.limited ? [{ port, rule }] : []))),
    ...narrowedTo(
      facts,
      narrowed.map(({ port }) => port),
    ),
  ];
}

/** A page is more than five connections. */
function limited(ports: readonly { readonly port: number; readonly rule: FilterRule }[]): readonly Finding[] {
  if (ports.length === 0) return [];
  return [
    found(FINDINGS['web-ports-limited'], {
      evidence: `UFW limits connections to port ${ports.map(({ port }) => port).join(' and ')}: ${ports[0]?.rule.line}`,
      fixes: [
        {
          id: 'allow-web-ports-first',
          title: `Allow port ${ports.map(({ port }) => port).join(' and ')} before that rule`,
          actions: ports.flatMap(({ port }) => allowWebFirst(port)),
          consequence: 'Nobody is turned away for connecting often. Somebody may have wanted that.',
        },
      ],
    }),
  ];
}

/** Somebody may have closed a port on purpose, except where no Otto has been yet: then opening it is a part of installing. */
const unlessFirst = ({ firstTime }: FirewallFacts, opened: string): { readonly consequence?: string } =>
  firstTime ? {} : { consequence: `${opened} Somebody may have closed it on purpose.` };

/** Only some get in: an office, or a service in front of this machine. That is somebody's choice, and nothing is changed. */
function narrowedTo({ rules }: FirewallFacts, ports: readonly number[]): readonly Finding[] {
  if (ports.length === 0) return [];
  const allowed = rules.filter(
    (rule) => rule.verdict === 'accept' && ports.some((port) => letsSomebodyIn([rule], port)),
  );
  const who = [
    ...new Set(
      allowed.flatMap(({ source, device }) => source ?? (device && `the interface ${device}`) ?? []),
    ),
  ];
  const some = who.length > 4 ? `${who.slice(0, 4).join(', ')} and ${who.length - 4} more` : who.join(', ');
  return [
    found(FINDINGS['web-ports-narrowed'], {
      evidence: `UFW lets only ${some || 'some'} in to port ${ports.join(' and ')}.`,
      values: { http: ports.includes(PORTS.http) },
    }),
  ];
}

function hermesOpen(facts: FirewallFacts): readonly Finding[] {
  const { rule } = [undefined, ...outerDevices(facts)]
    .map((device) => decide(facts.rules, { port: PORTS.hermes, device }))
    .find(({ verdict }) => verdict === 'accept') ?? { rule: undefined };
  if (rule === undefined) return [];
  const whole =
    rule.device === undefined && rule.ports?.length === 1 && rule.ports[0]?.[0] === rule.ports[0]?.[1];
  return [
    found(FINDINGS['hermes-port-open'], {
      evidence: `UFW lets everyone in to port ${PORTS.hermes}: ${rule.line}`,
      fixes: whole
        ? [
            {
              id: 'remove-rule',
              title: `Remove the rule that opens port ${PORTS.hermes}`,
              actions: forgetHermesRule(rule.limited ? 'limit' : 'allow'),
              consequence: `Anything that reaches Hermes directly from outside on port ${PORTS.hermes} no longer does.`,
            },
          ]
        : [],
    }),
  ];
}

/** Interfaces that rules name and that belong neither to containers, nor to this machine alone, nor to a private network. */
function outerDevices({ rules }: FirewallFacts): readonly string[] {
  const named = rules.flatMap(({ device }) => device ?? []);
  return [...new Set(named)].filter(
    (device) => !/^(docker|br-|veth|lo|wg|tun|tap|tailscale|zt)/.test(device),
  );
}

function nothingDropped(facts: FirewallFacts): readonly Finding[] {
  if (facts.dropsByDefault) return [];
  return [
    found(FINDINGS['firewall-lets-all-in'], {
      evidence: 'UFW is on and accepts whatever no rule forbids.',
      fixes: [
        {
          id: 'drop-by-default',
          title: 'Drop incoming connections that no rule allows',
          actions: denyByDefault(openAll(facts)),
          consequence: 'Services on this machine that have no rule can no longer be reached.',
        },
      ],
    }),
  ];
}
