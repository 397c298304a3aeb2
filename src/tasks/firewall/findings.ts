import { PORTS } from '../../answers/layout.ts';
import { declareFindings, type FoundOf, wording } from '../finding.ts';
import { REVERT_SECONDS } from './actions.ts';

const NO_WAY_TO_HERMES = 'Open WebUI cannot reach Hermes and shows no model.';
const PITFALL =
  'Connections from containers come in over docker0, and UFW drops them unless a rule allows them. Connections from this machine itself ' +
  'are not affected, so a test on it succeeds although Open WebUI finds no model.';

const ANYBODY_CAN_TRY = `Anyone on the internet who finds port ${PORTS.hermes} can try keys on Hermes.`;
const OPEN_WITHOUT =
  'Hermes must listen on all addresses, because containers cannot reach 127.0.0.1. Without a firewall, port ' +
  `${PORTS.hermes}, which leads to a terminal on this machine, is open to the internet, protected only by its key.`;
const WEB_PORTS_ARE_FOR =
  'The certificate authority checks on port 80 that this machine answers for the name, and people reach Otto ' +
  'on port 443. The runbook does not mention these rules; without them certbot fails with a timeout.';

/** What to say about an emptied packet filter, also one that makes the whole machine unreachable. */
export const EMPTIED = {
  severity: 'broken',
  reason:
    'Somebody emptied the packet filter (`iptables -F`, or another firewall program). Reloading UFW does not ' +
    'restore its rules; only removing its chains and turning it on again does.',
  impact: wording({ dropsByDefault: true }, ({ dropsByDefault }) =>
    dropsByDefault ? 'Nothing on this machine can be reached.' : 'Nothing on this machine is protected.',
  ),
} as const;

/** What can be wrong with the firewall. */
export const FINDINGS = declareFindings('firewall', 'tasks/firewall/firewall.test.ts', {
  'firewall-not-started': {
    severity: 'broken',
    reason:
      `The rules live in the kernel, and ufw.service loads them at each boot. Without it, or after another program has emptied the packet filter, everything is open although the file says "on", including port ${PORTS.hermes}, which leads to a terminal. ` +
      `SSH's port is opened first, and a timer turns UFW off again after ${REVERT_SECONDS} seconds unless a new connection has succeeded.`,
    impact: ANYBODY_CAN_TRY,
    proof: { fault: 'firewall-ruleset-flushed' },
  },
  'firewall-not-at-boot': {
    severity: 'risk',
    reason: `The next restart of this machine would load no rule, and port ${PORTS.hermes} would be open to the internet although UFW's own file says "on".`,
  },
  'docker-rules-gone': {
    severity: 'broken',
    cuts: 'open-webui',
    reason:
      'Somebody emptied the packet filter, or MANAGE_BUILTINS=yes in /etc/default/ufw made UFW do it. Docker writes its rules only when it starts. Without them containers reach this machine and nothing beyond it, so Paperclip fails, and so does everything that Open WebUI downloads.',
    impact: 'Containers cannot reach the internet.',
    proof: { fault: 'firewall-docker-rules-gone' },
  },
  'ssh-port-closed': {
    severity: 'broken',
    alone: true,
    reason:
      'Open sessions continue, but nobody can start a new one: after the next disconnect nobody can log in.',
    impact: "After this session ends, only the hosting provider's console gets you in.",
  },
  'web-ports-closed': {
    severity: 'missing',
    cuts: 'to-nginx',
    reason: WEB_PORTS_ARE_FOR,
    impact: 'Nobody reaches the site, and there will be no certificate.',
    proof: { fault: 'firewall-web-closed' },
  },
  'web-ports-narrowed': {
    severity: 'risk',
    cuts: 'to-nginx',
    reason: wording(
      { http: true },
      ({ http }) =>
        `Somebody chose who may come in, and it stays so. Everyone else gets no answer.${http ? ' Let’s Encrypt checks port 80 from addresses that it does not publish: unless a service in front of this machine passes its requests on, or certbot proves the name another way (DNS), the certificate cannot be renewed.' : ''} To let everyone in: \`ufw allow 80/tcp\` and \`ufw allow 443/tcp\`.`,
    ),
    proof: { fault: 'firewall-web-narrowed' },
  },
  'web-ports-denied': {
    severity: 'broken',
    cuts: 'to-nginx',
    reason: `${WEB_PORTS_ARE_FOR} The first matching rule decides, so it is enough to allow browsers before it.`,
    impact: 'Nobody reaches the site, and there will be no certificate.',
    proof: { fault: 'firewall-web-denied' },
  },
  'web-ports-limited': {
    severity: 'risk',
    cuts: 'to-nginx',
    reason:
      '`ufw limit` turns an address away from its sixth connection within 30 seconds on. A browser opens as many for one page, and an office has one address for everyone in it.',
    impact: 'Pages load in part, or not at all, now and then.',
  },
  'container-way-limited': {
    severity: 'broken',
    reason:
      '`ufw limit` is not `ufw allow`: from the sixth connection within 30 seconds on Open WebUI is turned away. Every test gets through, and chats fail now and then.',
    impact: 'Answers fail when several people ask.',
    proof: { fault: 'firewall-limit-first' },
  },
  'web-ports-dropped-by-a-rule': {
    severity: 'broken',
    alone: true,
    cuts: 'to-nginx',
    reason:
      'UFW lets visitors in, and so does everything that can be tried on this machine: a rule before its chains decides first. `ufw status` does not show it. Only visitors notice, and the certificate authority, which cannot renew the certificate then.',
    impact: 'Nobody reaches the site from outside.',
    proof: { fault: 'firewall-rule-before-ufw' },
  },
  'containers-dropped-by-a-rule': {
    severity: 'broken',
    reason:
      'UFW lets containers in to Hermes, but a rule before its chains decides first. `ufw status` does not show it, and another rule of UFW would change nothing.',
    impact: NO_WAY_TO_HERMES,
    proof: { fault: 'firewall-docker0-rule-before-ufw' },
  },
  'containers-kept-from-internet': {
    severity: 'broken',
    alone: true,
    cuts: 'open-webui',
    reason:
      'Chats work, since they only go to Hermes. What a container fetches does not: web search, models, updates of Paperclip’s agents. Docker’s own rules let containers out, but this one decides first.',
    impact: 'Containers cannot reach the internet.',
    proof: { fault: 'firewall-docker-user-drops' },
  },
  'packets-not-forwarded': {
    severity: 'broken',
    alone: true,
    cuts: 'open-webui',
    reason:
      'Docker turns it on when it starts. A hardening script, or a file of settings that is loaded later, turns it off again, and from then on no container reaches anything beyond this machine, and no published port is reached from elsewhere.',
    impact: 'Containers cannot reach the internet.',
    proof: { fault: 'firewall-forwarding-off' },
  },
  'hermes-port-open': {
    severity: 'risk',
    cuts: 'hermes',
    reason:
      'Hermes listens on that port, with a terminal on this machine, protected only by its key. Open WebUI does not ' +
      'need that rule: containers come in over docker0.',
    impact: ANYBODY_CAN_TRY,
  },
  'firewall-lets-all-in': {
    severity: 'risk',
    reason: `Its default for incoming connections is 'allow', so port ${PORTS.hermes} is open to the internet anyway.`,
    impact: ANYBODY_CAN_TRY,
  },
  'firewall-not-loaded': EMPTIED,
  'firewall-left-off': {
    severity: 'risk',
    reason:
      `${OPEN_WITHOUT} UFW was left off, as you answered. Unless a firewall in front of this machine closes the port, run ` +
      'otto-install again with the answer firewall: enable.',
  },
  'firewall-off': {
    severity: 'missing',
    reason:
      `${OPEN_WITHOUT} SSH's port is opened first. Until a new SSH login has succeeded, a timer turns UFW off ` +
      `again after ${REVERT_SECONDS} seconds, so that nobody is locked out.`,
    impact: ANYBODY_CAN_TRY,
    proof: { fault: 'firewall-off' },
  },
  'firewall-unconfirmed': {
    severity: 'broken',
    reason:
      'This session would continue even if SSH were closed now, so it proves nothing. Only a new connection does: open a ' +
      'second terminal and log in. If that does not work, wait: the firewall turns itself off.',
    impact: 'The firewall turns itself off again.',
  },
  'firewall-proved': {
    severity: 'missing',
    reason:
      'A new connection came through the firewall and somebody logged in with it, so nobody is locked out. The timer that ' +
      'would turn the firewall off is no longer needed.',
    impact: 'The firewall turns itself off again.',
  },
  'docker0-rule-behind-deny': {
    severity: 'broken',
    reason: `${PITFALL} The first matching rule decides, so the one for docker0 must come before it. The other rule stays and keeps everyone else out.`,
    impact: NO_WAY_TO_HERMES,
    proof: { fault: 'firewall-deny-first' },
  },
  'container-network-closed': {
    severity: 'broken',
    reason:
      'Compose and `docker network create` give containers their own bridge, named br- and twelve digits. The rule for docker0 does not apply there, even when the container asks docker0’s address. A rule for the network’s addresses stays right when the network is recreated, which gives its bridge another name.',
    impact: NO_WAY_TO_HERMES,
    proof: { fault: 'firewall-compose-network' },
  },
  'docker0-rule-missing': {
    severity: 'missing',
    reason: PITFALL,
    impact: NO_WAY_TO_HERMES,
    proof: { fault: 'firewall-docker0-rule-missing' },
  },
  'docker0-rule-for-udp': {
    severity: 'missing',
    reason: `Hermes speaks HTTP over TCP: a rule with \`proto udp\` or \`${PORTS.hermes}/udp\` looks right in \`ufw status\` but lets nothing in. ${PITFALL}`,
    impact: NO_WAY_TO_HERMES,
    proof: { fault: 'firewall-rule-for-udp' },
  },
  'docker0-rule-for-old-address': {
    severity: 'missing',
    reason: `A rule with an address works until Docker gives its bridge another one (bip or default-address-pools in /etc/docker/daemon.json). A rule for the interface alone survives that. ${PITFALL}`,
    impact: NO_WAY_TO_HERMES,
    proof: { fault: 'firewall-rule-old-address' },
  },
  'docker0-rule-other-interface': {
    severity: 'missing',
    reason: `UFW accepts a rule for any interface, even one that does not exist, without a warning. ${PITFALL}`,
    impact: NO_WAY_TO_HERMES,
    proof: { fault: 'firewall-rule-other-interface' },
  },
  'docker0-rule-other-port': {
    severity: 'missing',
    reason: `Hermes listens on ${PORTS.hermes}; 8080 and 3000 are the ports of Open WebUI and Paperclip, which containers do not need. ${PITFALL}`,
    impact: NO_WAY_TO_HERMES,
    proof: { fault: 'firewall-rule-other-port' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
