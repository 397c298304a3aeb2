import { onComposeNetwork } from './bridge-container.ts';
import type { Fault, FaultContext } from './fault.ts';

const RULE = ['allow', 'in', 'on', 'docker0', 'to', 'any', 'port', '8642'];

/** Takes out the rule for docker0, as the wizard writes it (TCP) and as the runbook does (both protocols). */
async function withoutRule({ shell }: FaultContext): Promise<void> {
  const rule = RULE.join(' ');
  await shell(`ufw --force delete ${rule} proto tcp; ufw --force delete ${rule}`);
}

const touches = ['firewall'] as const;

/** The interface over which visitors come, for a shell. */
const OUTSIDE = "$(ip route show default | sed 's/.* dev \\([^ ]*\\).*/\\1/')";

/** Step 7: what keeps containers and visitors out, and what lets everybody in. */
export const faults: readonly Fault[] = [
  {
    name: 'firewall-docker0-rule-missing',
    group: 'firewall',
    title: 'the rule for docker0 deleted',
    break: withoutRule,
    code: 'docker0-rule-missing',
    touches,
  },
  {
    name: 'firewall-deny-first',
    group: 'firewall',
    title: '`ufw insert 1 deny 8642` before the rule for docker0',
    on: ['current', 'april'],
    break: async ({ run }) => void (await run('ufw', 'insert', '1', 'deny', '8642')),
    code: 'docker0-rule-behind-deny',
    // Somebody's rule: it stays, behind ours.
    after: async ({ run, check }) => {
      const rules = await run('ufw', 'status');
      check.that('the deny is still there', /8642\s+DENY/.test(rules), rules);
      await run('ufw', '--force', 'delete', 'deny', '8642');
    },
    touches,
  },
  {
    name: 'firewall-deny-docker0',
    group: 'firewall',
    title: '`ufw deny in on docker0 … 8642`, in the very words of the rule that should allow it',
    break: async ({ run }) => void (await run('ufw', 'deny', ...RULE.slice(1), 'proto', 'tcp')),
    code: 'docker0-rule-behind-deny',
    touches,
  },
  {
    name: 'firewall-rule-for-udp',
    group: 'firewall',
    title: 'the rule for docker0 made for UDP',
    break: async (context) => {
      await withoutRule(context);
      await context.run('ufw', ...RULE, 'proto', 'udp');
    },
    code: 'docker0-rule-for-udp',
    after: async ({ run }) => void (await run('ufw', '--force', 'delete', ...RULE, 'proto', 'udp')),
    touches,
  },
  {
    name: 'firewall-rule-other-interface',
    group: 'firewall',
    title: 'the rule made for docker1, which does not exist',
    break: async (context) => {
      await withoutRule(context);
      await context.shell('ufw allow in on docker1 to any port 8642 proto tcp');
    },
    code: 'docker0-rule-other-interface',
    after: async ({ shell }) =>
      void (await shell('ufw --force delete allow in on docker1 to any port 8642 proto tcp')),
    touches,
  },
  {
    name: 'firewall-rule-other-port',
    group: 'firewall',
    title: 'the rule for docker0 made for port 8624',
    break: async (context) => {
      await withoutRule(context);
      await context.shell('ufw allow in on docker0 to any port 8624 proto tcp');
    },
    code: 'docker0-rule-other-port',
    after: async ({ shell }) =>
      void (await shell('ufw --force delete allow in on docker0 to any port 8624 proto tcp')),
    touches,
  },
  {
    name: 'firewall-rule-old-address',
    group: 'firewall',
    title: 'the rule for docker0 made for an address that the bridge had before',
    break: async (context) => {
      await withoutRule(context);
      await context.shell('ufw allow in on docker0 to 172.26.0.1 port 8642 proto tcp');
    },
    code: 'docker0-rule-for-old-address',
    after: async ({ shell }) =>
      void (await shell('ufw --force delete allow in on docker0 to 172.26.0.1 port 8642 proto tcp')),
    touches,
  },
  {
    name: 'firewall-flushed',
    group: 'firewall',
    title: '`iptables -F` with UFW on: policy DROP, no rules, loopback dead',
    break: async ({ run }) => void (await run('iptables', '-F')),
    code: 'all-traffic-dropped',
    // Docker is started again, and Open WebUI's start takes its time.
    patience: 240,
    touches: ['firewall', 'docker'],
  },
  {
    name: 'firewall-ruleset-flushed',
    group: 'firewall',
    title: '`nft flush ruleset`: everything open, Docker’s rules gone as well',
    break: async ({ run }) => void (await run('nft', 'flush', 'ruleset')),
    code: 'firewall-not-started',
    // Hermes's own rules for ports of this machine are in a table of their own, which is gone as well.
    also: ['hermes-local-ports-open'],
    // Docker is started again, and Open WebUI's start takes its time.
    patience: 240,
    touches: ['firewall', 'docker'],
  },
  {
    name: 'firewall-docker-rules-gone',
    group: 'firewall',
    title: 'the chain FORWARD emptied: Docker’s rules gone, containers cannot reach the internet',
    break: async ({ shell }) => void (await shell('iptables -F FORWARD; ufw reload')),
    code: 'docker-rules-gone',
    // Docker is started again, and Open WebUI's start takes its time.
    patience: 240,
    touches: ['firewall', 'docker'],
  },
  {
    name: 'firewall-not-started',
    group: 'firewall',
    title: 'ufw.service disabled: after a boot UFW is on in its file and not in the kernel',
    // What a boot without it leaves, without the boot.
    break: async ({ run }) => void (await run('systemctl', 'disable', '--now', 'ufw.service')),
    code: 'firewall-not-started',
    after: async ({ shell, check }) => {
      const state = await shell('systemctl is-enabled ufw.service || true');
      check.that('UFW is loaded at the next boot', state.trim() === 'enabled', state);
    },
    touches,
  },
  {
    name: 'firewall-off',
    group: 'firewall',
    title: '`ufw disable`: port 8642 open to the world',
    break: async ({ run }) => void (await run('ufw', 'disable')),
    code: 'firewall-off',
    touches,
  },
  {
    name: 'firewall-web-closed',
    group: 'firewall',
    title: 'the rules for 80 and 443 deleted',
    break: async ({ shell }) =>
      void (await shell('ufw --force delete allow 80/tcp; ufw --force delete allow 443/tcp')),
    code: 'web-ports-closed',
    touches,
  },
  {
    name: 'firewall-web-narrowed',
    group: 'firewall',
    title: 'UFW lets only one network in to 80 and 443, as behind Cloudflare or for an office',
    break: async ({ shell }) =>
      void (await shell(
        'ufw --force delete allow 80/tcp; ufw --force delete allow 443/tcp; ufw allow proto tcp from 203.0.113.0/24 to any port 80,443',
      )),
    code: 'web-ports-narrowed',
    // Somebody's choice: it is told, and nothing is done.
    repair: async ({ run, shell, check }) => {
      await run('otto-install', 'fix').catch(() => undefined);
      const rules = await run('ufw', 'status');
      check.that(
        'the ports were not opened to everyone',
        !/^(80|443)\S*\s+ALLOW\s+Anywhere/m.test(rules),
        rules,
      );
      await shell(
        'ufw --force delete allow proto tcp from 203.0.113.0/24 to any port 80,443; ufw allow 80/tcp; ufw allow 443/tcp',
      );
    },
    touches,
  },
  {
    name: 'firewall-web-denied',
    group: 'firewall',
    title: '`ufw insert 1 deny 443`',
    break: async ({ run }) => void (await run('ufw', 'insert', '1', 'deny', '443')),
    code: 'web-ports-denied',
    after: async ({ run }) => void (await run('ufw', '--force', 'delete', 'deny', '443')),
    touches,
  },
  {
    name: 'firewall-rule-before-ufw',
    group: 'firewall',
    title:
      '`iptables -I INPUT -p tcp --dport 443 -j DROP` on the outer interface, which `ufw status` does not show',
    break: async ({ shell }) =>
      void (await shell(`iptables -I INPUT -i ${OUTSIDE} -p tcp --dport 443 -j DROP`)),
    code: 'web-ports-dropped-by-a-rule',
    touches,
  },
  {
    name: 'firewall-docker0-rule-before-ufw',
    group: 'firewall',
    title: 'a rule in INPUT that drops what containers send to Hermes, before UFW’s own, which lets them in',
    break: async ({ run }) =>
      void (await run(
        'iptables',
        '-I',
        'INPUT',
        '-i',
        'docker0',
        '-p',
        'tcp',
        '--dport',
        '8642',
        '-j',
        'DROP',
      )),
    code: 'containers-dropped-by-a-rule',
    touches,
  },
  {
    name: 'firewall-limit-first',
    group: 'firewall',
    title: '`ufw insert 1 limit 8642`, above the right rule: the first five connections get in',
    break: async ({ run }) => void (await run('ufw', 'insert', '1', 'limit', '8642')),
    code: 'container-way-limited',
    // Whoever may be limited may come from anywhere.
    also: ['hermes-port-open'],
    touches,
  },
  {
    name: 'firewall-docker-user-drops',
    group: 'firewall',
    title: 'a rule in DOCKER-USER that drops what containers send out',
    break: async ({ shell }) =>
      void (await shell(`iptables -I DOCKER-USER -i docker0 -o ${OUTSIDE} -j DROP`)),
    code: 'containers-kept-from-internet',
    touches: ['firewall', 'docker'],
  },
  {
    name: 'firewall-forwarding-off',
    group: 'firewall',
    title: 'net.ipv4.ip_forward = 0 by a file of a hardening script',
    break: async ({ shell }) =>
      void (await shell(
        "echo 'net.ipv4.ip_forward = 0' > /etc/sysctl.d/98-hardening.conf; sysctl -q -p /etc/sysctl.d/98-hardening.conf",
      )),
    code: 'packets-not-forwarded',
    after: async ({ shell, check }) => {
      const value = await shell('sysctl -q --system 2>/dev/null || true; sysctl -n net.ipv4.ip_forward');
      check.that('it stays on at boot', value.trim() === '1', value);
      await shell('rm /etc/sysctl.d/98-hardening.conf');
    },
    touches: ['firewall', 'docker'],
  },
  {
    name: 'firewall-outgoing-denied',
    group: 'firewall',
    title: '`ufw default deny outgoing` without a rule for what Otto asks for',
    break: async ({ run }) => void (await run('ufw', 'default', 'deny', 'outgoing')),
    code: 'outgoing-traffic-dropped',
    after: async ({ shell }) =>
      void (await shell(
        'ufw default allow outgoing; for rule in "out 53" "out 80/tcp" "out 443/tcp" "out 123/udp" "out on docker0"; do ufw --force delete allow $rule; done',
      )),
    touches: ['firewall', 'internet'],
  },
  {
    name: 'firewall-drops-others',
    group: 'firewall',
    title: 'healthy: rules in INPUT that turn single addresses away, as fail2ban writes them',
    break: async ({ shell }) =>
      void (await shell(
        'iptables -N f2b-sshd; iptables -A f2b-sshd -s 198.51.100.9 -j REJECT; iptables -A f2b-sshd -j RETURN; iptables -I INPUT -p tcp -m multiport --dports 22,443 -j f2b-sshd',
      )),
    code: undefined,
    after: async ({ shell }) =>
      void (await shell(
        'iptables -D INPUT -p tcp -m multiport --dports 22,443 -j f2b-sshd; iptables -F f2b-sshd; iptables -X f2b-sshd',
      )),
    touches,
  },
  {
    name: 'firewall-compose-network',
    group: 'firewall',
    title: 'Open WebUI recreated on a network of its own, as compose does: its packets come in over br-…',
    break: onComposeNetwork,
    code: 'container-network-closed',
    // The container stays there: the Otto is another one from now on.
    spoils: true,
  },
];
