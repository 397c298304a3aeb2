import { PORTS } from '../../answers/layout.ts';
import { declareFindings, type FoundOf, wording } from '../finding.ts';
import { REVERT_SECONDS } from './actions.ts';

const NO_WAY_TO_HERMES = 'Open WebUI cannot reach Hermes and shows no model.';
const PITFALL =
  'Containers come in over docker0, and UFW drops what comes in there unless a rule allows it. This machine itself ' +
  'is not affected, so a test on it looks fine while Open WebUI finds no model.';

const ANYBODY_CAN_TRY = `Whoever finds port ${PORTS.hermes} can try keys on Hermes, from anywhere.`;
const OPEN_WITHOUT =
  'Hermes has to listen on all addresses, because containers cannot reach 127.0.0.1. Without a firewall port ' +
  `${PORTS.hermes}, behind which is a terminal on this machine, is open to the internet with only its key in between.`;
const WEB_PORTS_ARE_FOR =
  'Port 80 is where the certificate authority checks that this machine answers for the name, and 443 is where ' +
  'people reach Otto. The runbook does not name these rules; without them certbot fails with a timeout.';

/** What there is to say of an emptied packet filter; also of one that makes the whole machine deaf. */
export const EMPTIED = {
  severity: 'broken',
  reason:
    "Somebody emptied the packet filter (`iptables -F`, or another firewall program). UFW's own reload does not " +
    'bring its rules back; only taking its chains out and turning it on again does.',
  impact: wording({ dropsByDefault: true }, ({ dropsByDefault }) =>
    dropsByDefault ? 'Nothing on this machine can be reached.' : 'Nothing on this machine is protected.',
  ),
} as const;

/** What can be wrong with the firewall. */
export const FINDINGS = declareFindings('firewall', {
  'firewall-not-started': {
    severity: 'broken',
    reason:
      `Rules live in the kernel and are loaded by ufw.service at each start of the machine. Without it, or after another program emptied the packet filter, everything is open while the file says "on": port ${PORTS.hermes}, behind which is a terminal, too. ` +
      `SSH's port is opened first, and a timer turns UFW off again after ${REVERT_SECONDS} seconds unless a new connection was seen to get in.`,
    impact: ANYBODY_CAN_TRY,
    proof: { fault: 'firewall-ruleset-flushed' },
  },
  'firewall-not-at-boot': {
    severity: 'risk',
    reason: `After the next restart of the machine no rule would be loaded, and port ${PORTS.hermes} would be open to the internet while UFW's own file says "on".`,
    proof: { test: 'tasks/firewall.test.ts' },
  },
  'docker-rules-gone': {
    severity: 'broken',
    cuts: 'open-webui',
    reason:
      'Somebody emptied the packet filter, or MANAGE_BUILTINS=yes in /etc/default/ufw made UFW do it. Docker writes its rules when it starts and at no other time; without them containers reach this machine and nothing beyond it, so Paperclip and what Open WebUI fetches fail.',
    impact: 'Containers cannot reach the internet.',
    proof: { fault: 'firewall-docker-rules-gone' },
  },
  'ssh-port-closed': {
    severity: 'broken',
    reason:
      'Sessions that are open go on, new ones do not: after the next disconnect nobody gets in any more.',
    impact: "After this session ends, the way in is the hosting provider's console.",
    proof: { test: 'tasks/firewall.test.ts' },
  },
  'web-ports-closed': {
    severity: 'missing',
    cuts: 'to-nginx',
    reason: WEB_PORTS_ARE_FOR,
    impact: 'No certificate, and nobody reaches the site.',
    proof: { fault: 'firewall-web-closed' },
  },
  'web-ports-denied': {
    severity: 'broken',
    cuts: 'to-nginx',
    reason: `${WEB_PORTS_ARE_FOR} The first rule that fits decides, so it is enough to let browsers in before it.`,
    impact: 'No certificate, and nobody reaches the site.',
    proof: { fault: 'firewall-web-denied' },
  },
  'hermes-port-open': {
    severity: 'risk',
    cuts: 'hermes',
    reason:
      'Behind that port is Hermes, with a terminal on this machine, and only its key in between. Open WebUI does not ' +
      'need it: containers come in over docker0.',
    impact: ANYBODY_CAN_TRY,
    proof: { test: 'tasks/firewall.test.ts' },
  },
  'firewall-lets-all-in': {
    severity: 'risk',
    reason: `Its default for incoming connections is 'allow', so port ${PORTS.hermes} is open to the internet all the same.`,
    impact: ANYBODY_CAN_TRY,
    proof: { test: 'tasks/firewall.test.ts' },
  },
  'firewall-not-loaded': { ...EMPTIED, proof: { test: 'tasks/firewall.test.ts' } },
  'firewall-left-off': {
    severity: 'risk',
    reason:
      `${OPEN_WITHOUT} It was left off as answered. Unless a firewall in front of this machine closes the port, run ` +
      'this again with the answer firewall: enable.',
    proof: { test: 'tasks/firewall.test.ts' },
  },
  'firewall-off': {
    severity: 'missing',
    reason:
      `${OPEN_WITHOUT} SSH's port is opened first. Until a new SSH login has been seen to work, a timer turns UFW off ` +
      `again after ${REVERT_SECONDS} seconds, so that nobody is locked out.`,
    impact: ANYBODY_CAN_TRY,
    proof: { fault: 'firewall-off' },
  },
  'firewall-unconfirmed': {
    severity: 'broken',
    reason:
      'This session would go on even if SSH were closed now, so it proves nothing. Only a new connection does: open a ' +
      'second terminal and log in. If that does not work, wait: the firewall goes off by itself.',
    impact: 'The firewall turns itself off again.',
    proof: { test: 'tasks/firewall.test.ts' },
  },
  'docker0-rule-behind-deny': {
    severity: 'broken',
    reason: `${PITFALL} The first rule that fits decides, so the one for docker0 has to stand before it. The other one stays and keeps everybody else out.`,
    impact: NO_WAY_TO_HERMES,
    proof: { fault: 'firewall-deny-first' },
  },
  'container-network-closed': {
    severity: 'broken',
    reason:
      'Compose and `docker network create` give containers a bridge of their own, br- and twelve digits. The rule for docker0 does not hold there, also when the container asks docker0’s address. A rule for the network’s addresses stays right when the network is made anew, which gives its bridge another name.',
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
    reason: `Hermes is asked over HTTP, and that is TCP: a rule with \`proto udp\` or \`${PORTS.hermes}/udp\` looks right in \`ufw status\` and lets nothing in. ${PITFALL}`,
    impact: NO_WAY_TO_HERMES,
    proof: { fault: 'firewall-rule-for-udp' },
  },
  'docker0-rule-for-old-address': {
    severity: 'missing',
    reason: `A rule with an address in it holds until Docker gives its bridge another one (bip or default-address-pools in /etc/docker/daemon.json). One for the interface alone survives that. ${PITFALL}`,
    impact: NO_WAY_TO_HERMES,
    proof: { fault: 'firewall-rule-old-address' },
  },
  'docker0-rule-other-interface': {
    severity: 'missing',
    reason: `UFW takes a rule for any interface, also for one that does not exist, and says nothing. ${PITFALL}`,
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
