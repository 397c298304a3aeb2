import { describe, expect, test } from 'vitest';
import type { AnswersInput } from '../../../src/answers/schema.ts';
import { parseUdpRules, parseUserRules } from '../../../src/system/network/iptables.ts';
import type { FirewallFacts } from '../../../src/tasks/firewall/facts.ts';
import { firewallTask } from '../../../src/tasks/firewall/index.ts';
import { containerWays } from '../../../src/tasks/firewall/ways.ts';
import { answersWith } from '../answers.ts';
import { container } from '../containers.ts';
import { steps, words } from '../findings.ts';

const SSH = '-p tcp -m tcp --dport 22 -j ACCEPT';
const WEB = '-p tcp -m multiport --dports 80,443 -j ACCEPT';
const OFFICE = '-s 198.51.100.0/24 -p tcp -m multiport --dports 80,443 -j ACCEPT';
const DOCKER0 = '-i docker0 -p tcp -m tcp --dport 8642 -j ACCEPT';
const rules = (...lines: readonly string[]) =>
  parseUserRules(lines.map((line) => `-A ufw-user-input ${line}`).join('\n'));

const DOCKER = { device: 'docker0', network: 'bridge', from: '172.17.0.2', to: '172.17.0.1' } as const;
const COMPOSE = {
  device: 'br-0123456789ab',
  network: 'otto_default',
  from: '172.18.0.2',
  to: '172.18.0.1',
  subnet: '172.18.0.0/16',
} as const;

const healthy: FirewallFacts = {
  ufw: 'active',
  switchedOn: true,
  atBoot: true,
  udpRules: [],
  dockerCut: false,
  dockerFilters: true,
  ways: [DOCKER],
  rules: rules(SSH, WEB, DOCKER0),
  rulesInFile: rules(SSH, WEB, DOCKER0),
  loaded: true,
  dropsByDefault: true,
  sshPorts: [22],
  revertArmed: false,
  hermesListensOn: '0.0.0.0',
  otherServices: [],
  firstTime: false,
};
const fresh: FirewallFacts = {
  ufw: 'absent',
  switchedOn: false,
  atBoot: undefined,
  udpRules: [],
  dockerCut: false,
  dockerFilters: false,
  ways: [{ device: 'docker0', network: 'bridge' }],
  rules: [],
  rulesInFile: [],
  loaded: false,
  dropsByDefault: false,
  sshPorts: [22],
  revertArmed: false,
  hermesListensOn: undefined,
  otherServices: [],
  firstTime: true,
};
/** UFW's file has the rules of the kernel, unless it is said to have others. */
const judge = (facts: Partial<FirewallFacts>, answers: AnswersInput = {}) =>
  firewallTask.judge(
    { ...healthy, rulesInFile: facts.rules ?? healthy.rules, ...facts },
    answersWith(answers),
  );

test('SSH, web and docker0 allowed, the rest dropped: nothing to do', () => {
  expect(judge({})).toEqual([]);
});

describe('off', () => {
  test('a fresh machine: SSH first, the way back before the firewall', () => {
    const findings = judge(fresh);
    expect(words(findings)).toEqual(['missing firewall-off']);
    expect(steps(findings)).toEqual([
      'ufw allow 22/tcp',
      'ufw allow 80/tcp',
      'ufw allow 443/tcp',
      'ufw allow in on docker0 to any port 8642 proto tcp',
      'systemd-run --on-active=60 --timer-property=AccuracySec=100ms --collect --unit=otto-install-firewall-revert ufw --force disable',
      'ufw --force enable',
    ]);
  });

  test('a timer of an earlier attempt is stopped first, and only where there is one', () => {
    const stop = 'systemctl stop otto-install-firewall-revert.timer';
    expect(steps(judge(fresh))).not.toContain(stop);
    expect(steps(judge({ ...fresh, revertArmed: true }))).toContain(stop);
  });

  test("the session's own port is the one that stays open", () => {
    expect(steps(judge({ ...fresh, sshPorts: [2222, 22022] })).slice(0, 2)).toEqual([
      'ufw allow 2222/tcp',
      'ufw allow 22022/tcp',
    ]);
  });

  test('a rule that denies SSH to everybody comes after the one that lets it in', () => {
    const denied = rules('-p tcp -m tcp --dport 22 -j DROP', SSH, WEB, DOCKER0);
    for (const facts of [{ ...fresh, rules: denied }, { rules: denied }])
      expect(steps(judge(facts)).slice(0, 3)).toEqual([
        'ufw allow 22/tcp',
        'ufw --force delete allow 22/tcp',
        'ufw insert 1 allow 22/tcp',
      ]);
  });

  test('no sshd seen, as on a console: 22 is opened all the same', () => {
    expect(steps(judge({ ...fresh, sshPorts: [] }))[0]).toBe('ufw allow 22/tcp');
  });

  test('rules that are there already are not added again', () => {
    const added = steps(judge({ ...fresh, ufw: 'inactive', rules: healthy.rules }));
    expect(added.filter((step) => step.startsWith('ufw allow'))).toEqual([]);
    expect(added.at(-1)).toBe('ufw --force enable');
  });

  test('a deny in the list: the rule for docker0 goes before it', () => {
    const denied = { ...fresh, rules: rules(SSH, WEB, '-p tcp -m tcp --dport 8642 -j DROP') };
    expect(steps(judge(denied))).toContain('ufw insert 1 allow in on docker0 to any port 8642 proto tcp');
  });

  test('rules for some networks only are somebody’s choice, also once it is on', () => {
    const added = steps(judge({ ...fresh, ufw: 'inactive', rules: rules(SSH, OFFICE, DOCKER0) }));
    expect(added.filter((step) => step.startsWith('ufw allow'))).toEqual([]);
  });

  test('Hermes that listens is open to the internet, and that is said', () => {
    const [finding] = judge({ ...fresh, hermesListensOn: '0.0.0.0' });
    expect(finding?.evidence).toContain('0.0.0.0:8642: the whole internet can reach it');
  });

  test('other services of the machine are not cut off unasked, unless they have a rule', () => {
    const otherServices = ['5432 (postgres)'];
    const [finding] = judge({ ...fresh, otherServices });
    expect(finding?.fixes[0]?.consequence).toContain('5432 (postgres)');
    const allowed = rules('-p tcp -m tcp --dport 5432 -j ACCEPT');
    expect(words(judge({ ...fresh, otherServices, rules: allowed }))).toEqual(['missing firewall-off']);
  });

  test('left off by answer: told, never turned on', () => {
    const findings = judge(fresh, { firewall: 'leave' });
    expect(words(findings)).toEqual(['risk firewall-left-off']);
    expect(steps(findings)).toEqual([]);
  });
});

describe('on and not confirmed', () => {
  test('a person is asked, and the question goes away with the firewall', () => {
    const findings = judge({ revertArmed: true });
    expect(words(findings)).toEqual(['broken firewall-unconfirmed (asks)']);
    expect(steps(findings)).toEqual(['systemctl stop otto-install-firewall-revert.timer']);
    expect(findings[0]?.watch).toEqual({ everyMs: 2_000, forMs: 70_000 });
  });

  test('it is on trial: until when, and what tries it', () => {
    const trial = { endsAt: 70_000, command: 'ssh root@203.0.113.10' };
    const [finding] = judge({ revertArmed: true, trial });
    expect(finding?.trial).toEqual(trial);
    expect(finding?.fixes.map(({ id }) => id)).toEqual(['keep-firewall', 'give-firewall-up']);
  });

  test('a new login was seen: nobody has to be asked', () => {
    const newLogin = { user: 'root', from: '198.51.100.7' };
    const trial = { endsAt: 70_000, command: 'ssh root@203.0.113.10', newLogin };
    const findings = judge({ revertArmed: true, trial });
    expect(words(findings)).toEqual(['missing firewall-proved']);
    expect(steps(findings)).toEqual(['systemctl stop otto-install-firewall-revert.timer']);
    expect(findings[0]?.evidence).toContain('root from 198.51.100.7');
  });

  test('nobody there: a connection from a network of its own decides', () => {
    const open = rules(SSH, SSH.replace('22', '2222'), WEB, DOCKER0);
    const findings = judge({ revertArmed: true, sshPorts: [22, 2222], rules: open }, { unattended: true });
    expect(words(findings)).toEqual(['broken firewall-unconfirmed']);
    expect(steps(findings)).toEqual([
      'bash -s -- 22 2222',
      'systemctl stop otto-install-firewall-revert.timer',
    ]);
  });

  test('what is missing is fixed before anybody is asked', () => {
    expect(words(judge({ revertArmed: true, rules: rules(SSH, WEB) }))).toEqual([
      'missing docker0-rule-missing',
      'broken firewall-unconfirmed (asks)',
    ]);
  });
});

describe('on, and something wrong', () => {
  const DENY = '-p tcp -m tcp --dport 8642 -j DROP';
  test.each<[string, Partial<FirewallFacts>, readonly string[], readonly string[]]>([
    [
      'no rule for docker0',
      { rules: rules(SSH, WEB) },
      ['missing docker0-rule-missing'],
      ['ufw allow in on docker0 to any port 8642 proto tcp'],
    ],
    [
      'a rule for docker0 that only the file has: ufw would skip it',
      { rules: rules(SSH, WEB), rulesInFile: healthy.rules },
      ['missing docker0-rule-missing'],
      [
        'ufw --force delete allow in on docker0 to any port 8642 proto tcp',
        'ufw allow in on docker0 to any port 8642 proto tcp',
      ],
    ],
    [
      'rules for the web that only the file has',
      { rules: rules(SSH, DOCKER0), rulesInFile: healthy.rules },
      ['missing web-ports-closed (asks)'],
      ['80/tcp', '443/tcp'].flatMap((port) => [`ufw --force delete allow ${port}`, `ufw allow ${port}`]),
    ],
    [
      'a rule for SSH that only the file has',
      { rules: rules(WEB, DOCKER0), rulesInFile: healthy.rules },
      ['broken ssh-port-closed (asks)'],
      ['ufw --force delete allow 22/tcp', 'ufw allow 22/tcp'],
    ],
    [
      'a deny before the rule for docker0',
      { rules: rules(SSH, WEB, DENY, DOCKER0) },
      ['broken docker0-rule-behind-deny'],
      [
        'ufw allow in on docker0 to any port 8642 proto tcp',
        'ufw --force delete allow in on docker0 to any port 8642 proto tcp',
        'ufw insert 1 allow in on docker0 to any port 8642 proto tcp',
      ],
    ],
    ['a deny after it', { rules: rules(SSH, WEB, DOCKER0, DENY) }, [], []],
    [
      'the web ports',
      { rules: rules(SSH, DOCKER0) },
      ['missing web-ports-closed (asks)'],
      ['ufw allow 80/tcp', 'ufw allow 443/tcp'],
    ],
    [
      'the web ports, and no Otto has been here yet',
      { rules: rules(SSH, DOCKER0), firstTime: true },
      ['missing web-ports-closed'],
      ['ufw allow 80/tcp', 'ufw allow 443/tcp'],
    ],
    [
      'the web ports for one network only',
      { rules: rules(SSH, OFFICE, DOCKER0) },
      ['risk web-ports-narrowed'],
      [],
    ],
    [
      'the web ports for one network, and a deny for everyone else',
      { rules: rules(SSH, OFFICE, '-p tcp -m multiport --dports 80,443 -j DROP', DOCKER0) },
      ['risk web-ports-narrowed'],
      [],
    ],
    [
      'the web ports over one interface only, as behind a tunnel',
      { rules: rules(SSH, `-i tailscale0 ${WEB}`, DOCKER0) },
      ['risk web-ports-narrowed'],
      [],
    ],
    [
      'a web port that somebody denied',
      { rules: rules('-p tcp -m tcp --dport 80 -j DROP', SSH, WEB, DOCKER0) },
      ['broken web-ports-denied (asks)'],
      ['ufw allow 80/tcp', 'ufw --force delete allow 80/tcp', 'ufw insert 1 allow 80/tcp'],
    ],
    ["the session's port", { sshPorts: [2222] }, ['broken ssh-port-closed (asks)'], ['ufw allow 2222/tcp']],
    [
      'a rule for UDP',
      {
        rules: rules(SSH, WEB),
        udpRules: parseUdpRules('-A ufw-user-input -i docker0 -p udp -m udp --dport 8642 -j ACCEPT'),
      },
      ['missing docker0-rule-for-udp'],
      ['ufw allow in on docker0 to any port 8642 proto tcp'],
    ],
    [
      'a rule for another interface',
      { rules: rules(SSH, WEB, DOCKER0.replace('docker0', 'docker1')) },
      ['missing docker0-rule-other-interface'],
      ['ufw allow in on docker0 to any port 8642 proto tcp'],
    ],
    [
      'a rule for another port',
      { rules: rules(SSH, WEB, DOCKER0.replace('8642', '8624')) },
      ['missing docker0-rule-other-port'],
      ['ufw allow in on docker0 to any port 8642 proto tcp'],
    ],
    [
      'a rule for the address that docker0 had',
      { rules: rules(SSH, WEB, `-d 172.26.0.1/32 ${DOCKER0}`) },
      ['missing docker0-rule-for-old-address'],
      ['ufw allow in on docker0 to any port 8642 proto tcp'],
    ],
    ['a rule for the address of docker0', { rules: rules(SSH, WEB, `-d 172.17.0.1/32 ${DOCKER0}`) }, [], []],
    [
      'a rule for the network of docker0',
      { rules: rules(SSH, WEB, '-s 172.17.0.0/16 -p tcp -m tcp --dport 8642 -j ACCEPT') },
      [],
      [],
    ],
    [
      'a deny for one other container',
      { rules: rules(SSH, WEB, '-s 172.17.0.9/32 -p tcp -m tcp --dport 8642 -j DROP', DOCKER0) },
      [],
      [],
    ],
    [
      'a deny for this container',
      { rules: rules(SSH, WEB, '-s 172.17.0.0/24 -p tcp -m tcp --dport 8642 -j DROP', DOCKER0) },
      ['broken docker0-rule-behind-deny'],
      [
        'ufw allow in on docker0 to any port 8642 proto tcp',
        'ufw --force delete allow in on docker0 to any port 8642 proto tcp',
        'ufw insert 1 allow in on docker0 to any port 8642 proto tcp',
      ],
    ],
    [
      'a container of compose',
      { ways: [DOCKER, COMPOSE] },
      ['broken container-network-closed'],
      [
        'ufw allow from 172.18.0.0/16 to any port 8642 proto tcp',
        'ufw --force delete allow from 172.18.0.0/16 to any port 8642 proto tcp',
        'ufw insert 1 allow from 172.18.0.0/16 to any port 8642 proto tcp',
      ],
    ],
    [
      'a container of compose with a rule for its bridge',
      {
        ways: [DOCKER, COMPOSE],
        rules: rules(SSH, WEB, DOCKER0, DOCKER0.replace('docker0', COMPOSE.device)),
      },
      [],
      [],
    ],
    [
      'Docker’s rules gone',
      { dockerCut: true },
      ['broken docker-rules-gone (asks)'],
      ['systemctl reset-failed docker.service docker.socket', 'systemctl restart docker.service'],
    ],
    [
      'not loaded at the next boot',
      { atBoot: false },
      ['risk firewall-not-at-boot'],
      ['systemctl unmask ufw.service', 'systemctl enable ufw.service'],
    ],
    [
      'Hermes open to all over one interface',
      { rules: rules(SSH, WEB, DOCKER0, DOCKER0.replace('docker0', 'eth0')) },
      ['risk hermes-port-open'],
      [],
    ],
    [
      'Hermes open to all',
      { rules: rules(SSH, WEB, DOCKER0, '-p tcp -m tcp --dport 8642 -j ACCEPT') },
      ['risk hermes-port-open (asks)'],
      ['ufw --force delete allow 8642/tcp', 'ufw --force delete allow 8642'],
    ],
    [
      'a default that lets all in',
      { dropsByDefault: false },
      ['risk firewall-lets-all-in (asks)'],
      ['ufw allow 22/tcp', 'ufw default deny incoming'],
    ],
  ])('%s', (_, facts, codes, actions) => {
    const findings = judge(facts);
    expect(words(findings)).toEqual(codes);
    expect(steps(findings)).toEqual(actions);
  });

  test('an emptied packet filter is one finding: SSH first, a way back, proved, then Docker', () => {
    const findings = judge({ loaded: false, sshPorts: [2222], rules: rules(SSH) });
    expect(words(findings)).toEqual(['broken firewall-not-loaded (asks)']);
    expect(order(steps(findings))).toEqual([
      'flush-all',
      'ufw allow 2222/tcp',
      'systemd-run',
      'enable',
      'bash -s -- 2222',
      'systemctl stop',
      'systemctl restart docker.service',
    ]);
    expect(steps(judge({ loaded: false, dockerFilters: false })).at(-1)).toMatch(/^systemctl stop/);
  });

  test('on in its file and not in the kernel: loaded now and at each boot, proved', () => {
    const off = { ufw: 'inactive', loaded: false, atBoot: false, dropsByDefault: false } as const;
    const findings = judge({ ...off, sshPorts: [2222] });
    expect(words(findings)).toEqual(['broken firewall-not-started']);
    expect(order(steps(findings))).toEqual([
      'systemctl enable ufw.service',
      'ufw allow 2222/tcp',
      'systemd-run',
      'enable',
      'bash -s -- 2222',
      'systemctl stop',
    ]);
    expect(words(judge({ ...off, dockerCut: true }))).toEqual(['broken firewall-not-started (asks)']);
    expect(words(judge(off, { firewall: 'leave' }))).toEqual(['risk firewall-left-off']);
  });
});

/** The steps that matter for not being locked out, in the order in which they are taken. */
function order(actions: readonly string[]): readonly string[] {
  const marks = [
    'flush-all',
    'systemctl enable ufw.service',
    'ufw allow 2222/tcp',
    'systemd-run',
    'bash -s -- 2222',
    'systemctl restart docker.service',
  ];
  return actions.slice(actions[0]?.startsWith('systemctl stop') === true ? 1 : 0).flatMap((action, index) => {
    if (action === 'ufw --force enable') return ['enable'];
    // The first one ends the timer of an earlier attempt.
    if (action.startsWith('systemctl stop'))
      return actions.slice(0, index).some((earlier) => earlier.startsWith('bash')) ? ['systemctl stop'] : [];
    return marks.filter((mark) => action.includes(mark));
  });
}

describe('how containers come in', () => {
  const bridge = { name: 'bridge', id: 'abcdef0123456789', gateway: '172.17.0.1' };
  const compose = {
    name: 'otto_default',
    id: '0123456789abcdef',
    gateway: '172.18.0.1',
    address: '172.18.0.2',
    prefix: 16,
  };
  test.each([
    ['none yet', undefined, [{ device: 'docker0', network: 'bridge', to: '172.17.0.1' }]],
    [
      'the runbook’s',
      container({ networks: [{ ...bridge, address: '172.17.0.2', prefix: 16 }] }),
      [{ ...DOCKER, subnet: '172.17.0.0/16' }],
    ],
    [
      'of compose',
      container({ networks: [compose] }),
      [{ device: 'docker0', network: 'bridge', to: '172.17.0.1' }, COMPOSE],
    ],
    [
      'with a leg in both',
      container({ networks: [compose, bridge] }),
      [{ device: 'docker0', network: 'bridge', to: '172.17.0.1' }],
    ],
    [
      'in the network of the host',
      container({ networks: [{ name: 'host', id: '1', gateway: '' }] }),
      [{ device: 'docker0', network: 'bridge', to: '172.17.0.1' }],
    ],
  ])('a container %s', (_, found, ways) => {
    expect(containerWays(found, '172.17.0.1')).toEqual(ways);
  });
});

describe('rules outside of UFW’s chains', () => {
  const none = { visitors: [], containers: [], containersOut: undefined, forwardingOff: undefined } as const;
  const rule = {
    chain: 'INPUT',
    line: '-A INPUT -i eth0 -p tcp -m tcp --dport 443 -j DROP',
    tool: 'iptables',
    ports: [443],
  } as const;

  test('one that turns visitors away is named, and deleted only when asked', () => {
    const findings = judge({ paths: { ...none, visitors: [rule] } });
    expect(words(findings)).toEqual(['broken web-ports-dropped-by-a-rule (asks)']);
    expect(findings[0]?.evidence).toContain(rule.line);
    expect(steps(findings)).toEqual(['iptables -D INPUT -i eth0 -p tcp -m tcp --dport 443 -j DROP']);
  });

  test('for containers, the cause is the rule, and no other rule of UFW is offered', () => {
    const findings = judge({ paths: { ...none, containers: [{ ...rule, ports: [8642] }] } });
    expect(words(findings)).toEqual(['broken containers-dropped-by-a-rule (asks)']);
    expect(steps(findings).filter((step) => step.startsWith('ufw'))).toEqual([]);
  });

  test('what keeps containers from the internet: a rule, or the kernel', () => {
    expect(words(judge({ paths: { ...none, containersOut: rule } }))).toEqual([
      'broken containers-kept-from-internet (asks)',
    ]);
    const off = judge({ paths: { ...none, forwardingOff: { files: ['/etc/sysctl.d/98-hard.conf'] } } });
    expect(words(off)).toEqual(['broken packets-not-forwarded (asks)']);
    expect(off[0]?.evidence).toContain('98-hard.conf');
  });
});

describe('`ufw limit` is not `ufw allow`', () => {
  const LIMIT = (port: number) => `-p tcp -m tcp --dport ${port} -j ufw-user-limit-accept`;

  test('before the rule for docker0: every test gets in, the sixth answer does not', () => {
    const findings = judge({ rules: rules(SSH, WEB, LIMIT(8642), DOCKER0) });
    expect(words(findings)).toEqual(['broken container-way-limited', 'risk hermes-port-open (asks)']);
    expect(steps(findings)).toEqual(
      expect.arrayContaining([
        'ufw insert 1 allow in on docker0 to any port 8642 proto tcp',
        'ufw --force delete limit 8642/tcp',
      ]),
    );
  });

  test('on the ports of visitors it is a risk; on SSH’s it is right', () => {
    const found = judge({
      rules: rules('-p tcp -m tcp --dport 22 -j ufw-user-limit-accept', LIMIT(443), WEB, DOCKER0),
    });
    expect(words(found)).toEqual(['risk web-ports-limited (asks)']);
  });
});
