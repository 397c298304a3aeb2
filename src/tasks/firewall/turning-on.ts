import { PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action } from '../../engine/contracts/action.ts';
import { decide, letsSomebodyIn } from '../../system/network/iptables.ts';
import { found } from '../finding.ts';
import {
  allowWeb,
  confirm,
  openSsh,
  proveFromOutside,
  REVERT_SECONDS,
  restartDocker,
  turnOffNow,
  turnOn,
} from './actions.ts';
import { containersKeptOut } from './containers.ts';
import { type FirewallFacts, portsOfSsh, WEB_PORTS } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** While it is off everyone gets in: a rule keeps open what is open. */
export const WHILE_OFF = { decidedBefore: false };

/** What lets in whoever should get in, before UFW is on. */
export function missingRules(facts: FirewallFacts): readonly Action[] {
  const ssh = portsOfSsh(facts).filter((port) => !letsSomebodyIn(facts.rules, port));
  // Who wrote that only some networks may come in wants that once the firewall is on, too.
  const web = WEB_PORTS.filter(
    (port) => decide(facts.rules, { port }).verdict === 'none' && !letsSomebodyIn(facts.rules, port),
  );
  return [
    ...ssh.flatMap((port) => openSsh(port, facts.rules, WHILE_OFF)),
    ...web.map((port) => allowWeb(port, WHILE_OFF)),
    ...containersKeptOut(facts).flatMap(({ fixes }) => fixes[0]?.actions ?? []),
  ];
}

/** UFW is off: either reported and left off, or turned on with a timer that undoes it. */
export function judgeOff(facts: FirewallFacts, answers: Answers): readonly Finding[] {
  const open =
    facts.hermesListensOn === undefined
      ? 'UFW is off.'
      : `UFW is off, and Hermes listens on ${facts.hermesListensOn}:${PORTS.hermes}: the whole internet can reach it.`;
  if (answers.firewall === 'leave') return [found(FINDINGS['firewall-left-off'], { evidence: open })];
  const ports = [...portsOfSsh(facts), ...WEB_PORTS].join(', ');
  return [
    found(FINDINGS['firewall-off'], {
      evidence: open,
      fixes: [
        {
          id: 'enable-firewall',
          title: `Turn on UFW, with ports ${ports} open and docker0 allowed to reach ${PORTS.hermes}`,
          actions: [
            ...missingRules(facts),
            ...turnOn(facts.revertArmed),
            ...(facts.dockerCut ? restartDocker() : []),
          ],
          ...shutOut(facts),
        },
      ],
    }),
  ];
}

/** UFW must not cut off what somebody else runs on this machine without being asked. */
export function shutOut(facts: FirewallFacts): { readonly consequence?: string } {
  const closed = facts.otherServices.filter(
    (service) => decide(facts.rules, { port: Number.parseInt(service, 10) }).verdict !== 'accept',
  );
  if (closed.length === 0) return {};
  return {
    consequence: `Other services on this machine can no longer be reached from outside: port ${closed.join(', ')}. Allow their ports first, with \`ufw allow PORT\`.`,
  };
}

/** UFW was turned on and nobody has said yet that a new SSH login works. */
export function unconfirmed(facts: FirewallFacts, answers: Answers): Finding {
  const ports = portsOfSsh(facts);
  const { newLogin, endsAt, command } = facts.trial ?? {};
  if (newLogin !== undefined) {
    const who = `${newLogin.user} from ${newLogin.from}`;
    return found(FINDINGS['firewall-proved'], {
      evidence: `A new SSH login came in while the firewall was on trial: ${who}.`,
      fixes: [
        {
          id: 'keep-proved-firewall',
          title: 'Keep the firewall on',
          actions: [confirm(`Keep the firewall on: a new SSH login came in, ${who}`)],
        },
      ],
    });
  }
  const finding = found(FINDINGS['firewall-unconfirmed'], {
    evidence: `UFW is on, and turns itself off within ${REVERT_SECONDS} seconds unless a new SSH login is confirmed.`,
    watch: { everyMs: 2_000, forMs: (REVERT_SECONDS + 10) * 1000 },
  });
  // Nobody is there to try it, so a connection from its own network replaces the second terminal.
  if (answers.unattended)
    return {
      ...finding,
      fixes: [
        {
          id: 'prove-and-keep',
          title: 'Try a new connection to SSH and keep the firewall on',
          actions: [proveFromOutside(ports), confirm()],
        },
      ],
    };
  return {
    ...finding,
    fixes: [
      {
        id: 'keep-firewall',
        title: 'A new SSH login works: keep the firewall on',
        actions: [confirm()],
        consequence: 'UFW stays on and no longer turns itself off.',
      },
      {
        id: 'give-firewall-up',
        title: 'It does not work: turn the firewall off now',
        actions: turnOffNow(),
        consequence: `UFW is off again, and port ${PORTS.hermes} is open to the internet once Hermes runs.`,
      },
    ],
    ...(endsAt === undefined || command === undefined ? {} : { trial: { endsAt, command } }),
  };
}
