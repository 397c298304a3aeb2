import { describe, expect, test } from 'vitest';
import type { AnswersInput } from '../../src/answers.ts';
import { parseUserRules } from '../../src/system/iptables.ts';
import type { FirewallFacts } from '../../src/tasks/firewall/facts.ts';
import { firewallTask } from '../../src/tasks/firewall.ts';
import { answersWith } from './answers.ts';
import { steps, words } from './findings.ts';

const SSH = '-p tcp -m tcp --dport 22 -j ACCEPT';
const WEB = '-p tcp -m multiport --dports 80,443 -j ACCEPT';
const DOCKER0 = '-i docker0 -p tcp -m tcp --dport 8642 -j ACCEPT';
const rules = (...lines: readonly string[]) =>
  parseUserRules(lines.map((line) => `-A ufw-user-input ${line}`).join('\n'));

const healthy: FirewallFacts = {
  ufw: 'active',
  rules: rules(SSH, WEB, DOCKER0),
  loaded: true,
  dropsByDefault: true,
  sshPorts: [22],
  revertArmed: false,
  hermesListensOn: '0.0.0.0',
  otherServices: [],
};
const fresh: FirewallFacts = {
  ufw: 'absent',
  rules: [],
  loaded: false,
  dropsByDefault: false,
  sshPorts: [22],
  revertArmed: false,
  hermesListensOn: undefined,
  otherServices: [],
};
const judge = (facts: Partial<FirewallFacts>, answers: AnswersInput = {}) =>
  firewallTask.judge({ ...healthy, ...facts }, answersWith(answers));

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
      'systemctl stop otto-install-firewall-revert.timer',
      'systemd-run --on-active=60 --timer-property=AccuracySec=100ms --collect --unit=otto-install-firewall-revert ufw --force disable',
      'ufw --force enable',
    ]);
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

  test('Hermes that listens is open to the internet, and that is said', () => {
    const [finding] = judge({ ...fresh, hermesListensOn: '0.0.0.0' });
    expect(finding?.saw).toContain('0.0.0.0:8642: the whole internet can reach it');
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

  test('nobody there: a connection from a network of its own decides', () => {
    const open = rules(SSH, SSH.replace('22', '2222'), WEB, DOCKER0);
    const findings = judge({ revertArmed: true, sshPorts: [22, 2222], rules: open }, { unattended: true });
    expect(words(findings)).toEqual(['broken firewall-unconfirmed']);
    expect(steps(findings)).toEqual([
      'bash -s -- 22 2222',
      'systemctl stop otto-install-firewall-revert.timer',
    ]);
  });

  test('what is missing is mended before anybody is asked', () => {
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
      'a deny before the rule for docker0',
      { rules: rules(SSH, WEB, DENY, DOCKER0) },
      ['broken docker0-rule-behind-deny'],
      [
        'ufw --force delete allow in on docker0 to any port 8642 proto tcp',
        'ufw insert 1 allow in on docker0 to any port 8642 proto tcp',
      ],
    ],
    ['a deny after it', { rules: rules(SSH, WEB, DOCKER0, DENY) }, [], []],
    [
      'the web ports',
      { rules: rules(SSH, DOCKER0) },
      ['missing web-ports-closed'],
      ['ufw allow 80/tcp', 'ufw allow 443/tcp'],
    ],
    [
      'a web port that somebody denied',
      { rules: rules('-p tcp -m tcp --dport 80 -j DROP', SSH, WEB, DOCKER0) },
      ['blocked web-ports-denied'],
      [],
    ],
    ["the session's port", { sshPorts: [2222] }, ['broken ssh-port-closed'], ['ufw allow 2222/tcp']],
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

  test('an emptied packet filter is one finding, and its repair keeps SSH open and has a way back', () => {
    const findings = judge({ loaded: false, rules: [] });
    expect(words(findings)).toEqual(['broken firewall-not-loaded (asks)']);
    const actions = steps(findings);
    expect(actions[0]).toBe('/usr/lib/ufw/ufw-init flush-all');
    expect(actions.indexOf('ufw allow 22/tcp')).toBeLessThan(actions.indexOf('ufw --force enable'));
    expect(actions.findIndex((step) => step.startsWith('systemd-run'))).toBeLessThan(
      actions.indexOf('ufw --force enable'),
    );
  });
});
