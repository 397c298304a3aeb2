import { expect, test } from 'vitest';
import type { Action } from '../../../src/engine/contracts/action.ts';
import { recordOf } from '../../../src/engine/records/undo-record.ts';
import type { Given } from '../../../src/operations/otto-operation.ts';
import type { Choice } from '../../../src/operations/uninstall/choice.ts';
import type { Remains } from '../../../src/operations/uninstall/facts.ts';
import { uninstall } from '../../../src/operations/uninstall/index.ts';
import { judgeSwitchedOff } from '../../../src/operations/uninstall/prove.ts';
import { FakeHost } from '../../engine/fake-host.ts';
import { answersWith } from '../../tasks/answers.ts';
import { differsLater } from '../same-plan.ts';
import { adopted, left, made, openWebui, other, RUNNING } from './facts.ts';

const KEEP: Choice = { edited: false, data: false, backup: undefined, certificate: false, user: false };
const ALL: Choice = { edited: true, data: true, backup: undefined, certificate: true, user: true };

const words = (action: Action): string =>
  action.kind === 'run'
    ? action.argv.join(' ').replace(/^(sh -s -- |python3 -I - remove )/, '')
    : action.kind;

function planned(facts: Remains, choice: Choice) {
  const plan = uninstall.plan(facts, choice, answersWith());
  return {
    steps: plan.steps.map((step) => words(step.do)),
    irreversible: (plan.irreversible ?? []).map(words),
    plan,
  };
}

const edited: Remains = {
  ...made,
  nginx: { ...made.nginx, sites: [{ path: '/etc/nginx/sites-enabled/otto', whose: 'edited' }] },
};
const beside: Remains = {
  ...made,
  nginx: { ...made.nginx, others: ['shop.client.example'] },
  containers: [
    ...made.containers,
    { ...other, container: { ...other.container, image: 'postgres:16', mounts: [] } },
  ],
  images: made.images.map((image) => ({ ...image, usedBy: ['other'] })),
  certificate: { name: 'otto.client.example', made: true, usedBy: ['/etc/nginx/sites-enabled/shop'] },
};

test('ours is switched off from the outside inwards: nginx, then the containers, then Hermes', () => {
  const kept = '/var/lib/otto-install/uninstalled/etc';
  expect(planned(made, KEEP).steps).toEqual([
    `/etc/nginx/sites-enabled/otto ${kept}/nginx/sites-enabled/otto`,
    'nginx -t',
    'systemctl reload nginx.service',
    'docker update --restart no paperclip',
    'docker stop -t 30 paperclip',
    'docker update --restart no open-webui',
    'docker stop -t 60 open-webui',
    'systemctl disable --now hermes-gateway.service',
    `/etc/systemd/system/hermes-gateway.service ${kept}/systemd/system/hermes-gateway.service`,
    'systemctl daemon-reload',
  ]);
});

test('what has no way back comes last, and never data that nobody asked to remove', () => {
  const irreversible = planned(made, KEEP).irreversible;
  expect(irreversible).toEqual([
    `remove ${'b'.repeat(12)}`,
    `remove ${'a'.repeat(12)}`,
    'docker image rm ghcr.io/open-webui/open-webui:main',
    'ufw --force delete allow 80/tcp',
    'ufw --force delete allow 443/tcp',
    'ufw --force delete allow in on docker0 to any port 8642 proto tcp',
    'systemctl reset-failed hermes-gateway.service',
    '/usr/local/bin/claude',
    '/opt/cleo/claude-cli',
    '/var/lib/otto-install/uninstalled',
  ]);
});

test('asked twice, the data goes with its keys and sign-ins, and what otto-install remembers goes last', () => {
  expect(planned(made, ALL).irreversible.slice(9)).toEqual([
    '/opt/cleo/open-webui /opt/cleo/open-webui.env',
    '/home/cleo/.hermes',
    'userdel otto-paperclip',
    'groupdel otto-paperclip',
    'rm -f -- /home/cleo/.config/gh/hosts.yml',
    'rmdir --ignore-fail-on-non-empty -- /opt/cleo',
    'certbot delete --cert-name otto.client.example --non-interactive',
    'userdel cleo',
    '/home/cleo /var/mail/cleo',
    '/var/lib/otto-install/uninstalled',
    '/var/lib/otto-install /var/log/otto-install',
  ]);
});

const paperclip = {
  path: '/opt/cleo/paperclip',
  what: 'Paperclip',
  files: ['/opt/cleo/paperclip.env', '/opt/cleo/paperclip.aside-20261122T200000Z'],
  owner: 'otto-paperclip',
  stays: undefined,
};
const withPaperclip: Remains = { ...made, data: [...made.data, paperclip] };
const staying: Remains = {
  ...made,
  data: [...made.data, { ...paperclip, stays: 'it was there before otto-install' }],
};

// The number that an account had may be given to somebody else, who then reads what is left of its files.
test.each<[string, Remains, Choice, boolean, RegExp]>([
  ['goes after its data', withPaperclip, ALL, true, /Removed:.*the account otto-paperclip.*Stays/s],
  [
    'stays with its data',
    withPaperclip,
    KEEP,
    false,
    /Stays.*The account otto-paperclip: Paperclip’s data belongs to it.*userdel otto-paperclip/s,
  ],
  [
    'stays with data that is none of ours to remove',
    staying,
    ALL,
    false,
    /Stays.*otto-paperclip: Paperclip’s data/s,
  ],
  [
    'stays when somebody else made it',
    { ...withPaperclip, account: { name: 'otto-paperclip', made: false } },
    ALL,
    false,
    /Stays.*The account otto-paperclip \(not made by otto-install\): nobody can log in as it/s,
  ],
  [
    'is not spoken of where there is none',
    { ...withPaperclip, account: undefined },
    ALL,
    false,
    /^(?!.*account otto-paperclip)/s,
  ],
])('the account of Paperclip %s', (_, facts, choice, goes, said) => {
  const { irreversible } = planned(facts, choice);
  const at = irreversible.indexOf('userdel otto-paperclip');
  expect(at >= 0).toBe(goes);
  const data = '/opt/cleo/paperclip /opt/cleo/paperclip.env /opt/cleo/paperclip.aside-20261122T200000Z';
  if (goes) expect(irreversible.indexOf(data)).toBeLessThan(at);
  if (goes) expect(irreversible.slice(irreversible.indexOf(data))).toContain(data);
  expect(uninstall.summary?.(facts, choice).join('\n')).toMatch(said);
});

test('one that could not be removed is told with how', async () => {
  const host = new FakeHost();
  host.commands.docker = () => ({ exitCode: 1 });
  host.commands.getent = ([, , name]) => ({ exitCode: name === 'otto-paperclip' ? 0 : 2 });
  const lines = (await uninstall.summaryAfter?.(host, withPaperclip, ALL)) ?? [];
  expect(lines.join('\n')).toMatch(/Stays.*The account otto-paperclip.*userdel otto-paperclip/s);
});

test('a move of Paperclip’s data that was cut off: put in order first, unless the data goes, and its note with it', () => {
  const facts = { ...withPaperclip, halfMoved: true };
  const codes = (choice: Choice) => uninstall.refuses(facts, choice, answersWith()).map(({ code }) => code);
  expect([codes(KEEP), codes(ALL)]).toEqual([['uninstall-paperclip-half-moved'], []]);
  expect(planned(facts, ALL).irreversible).toContain('/var/lib/otto-install/paperclip-move.json');
  expect(planned(withPaperclip, ALL).irreversible.join()).not.toContain('paperclip-move');
});

const folder = '/etc/systemd/system/hermes-gateway.service.d';
const sandboxed: Remains = {
  ...made,
  helpers: [
    { path: `${folder}/10-otto-sandbox.conf`, whose: 'ours' },
    { path: `${folder}/otto-ports.nft`, whose: 'ours' },
    { path: '/usr/local/lib/otto-install/nightly-backup.py', whose: 'ours' },
  ],
  units: [
    ...made.units,
    ...['timer', 'service'].map((kind) => ({
      path: `/etc/systemd/system/otto-install-backup.${kind}`,
      whose: 'ours' as const,
      name: `otto-install-backup.${kind}`,
      unit: { ...RUNNING, active: kind === 'timer' ? 'active' : 'inactive' },
    })),
  ],
  portRules: true,
};

test('Hermes’s sandbox goes with it, its rules for ports too, and the nightly backup', () => {
  const { steps, irreversible } = planned(sandboxed, KEEP);
  const away = steps.flatMap(
    (line) => /^(\/\S+) \/var\/lib\/otto-install\/uninstalled\//.exec(line)?.[1] ?? [],
  );
  expect(away).toEqual(
    expect.arrayContaining([...sandboxed.helpers, ...sandboxed.units].map(({ path }) => path)),
  );
  expect(steps).toContain('systemctl disable --now otto-install-backup.timer');
  // Hermes has removed them when it ended; of one that was cut off they are left.
  expect(steps.indexOf('systemctl disable --now hermes-gateway.service')).toBeLessThan(
    steps.findIndex((line) => line.startsWith(`${folder}/otto-ports.nft`)),
  );
  expect(irreversible).toContain('nft delete table inet otto_hermes');
  expect(irreversible).toContain(`rmdir --ignore-fail-on-non-empty -- ${folder}`);
  const after = { ...left, helpers: sandboxed.helpers };
  expect(judgeSwitchedOff(sandboxed, after, KEEP).map(({ evidence }) => evidence)).toHaveLength(3);
});

test('rules for ports that a Hermes still loads, from a file that was edited, stay', () => {
  const file = { path: `${folder}/otto-ports.nft`, whose: 'edited' } as const;
  const facts = { ...sandboxed, helpers: [file] };
  expect(planned(facts, KEEP).irreversible.join()).not.toContain('nft');
  expect(planned(facts, ALL).irreversible.join()).toContain('nft delete table inet otto_hermes');
});

test('what could not be removed is not told as removed, and how to remove it is', async () => {
  const host = new FakeHost();
  host.commands.docker = () => ({ exitCode: 1 });
  host.commands.getent = () => ({ exitCode: 2 });
  const summary = async () => {
    const lines = (await uninstall.summaryAfter?.(host, made, ALL)) ?? [];
    const at = lines.findIndex((line) => line.startsWith('Stays'));
    return { removed: lines.slice(0, at).join('\n'), stays: lines.slice(at).join('\n') };
  };
  const well = await summary();
  expect(well.removed).toMatch(
    /images ghcr.*certificate for otto\.client\.example.*user cleo with \/home\/cleo/s,
  );
  expect(well.stays).not.toMatch(/ghcr|certbot delete|cleo/);

  host.commands.docker = () => ({ stdout: 'sha256:abc' });
  host.commands.getent = () => ({ stdout: 'cleo:x:1000' });
  host.files.set('/etc/letsencrypt/renewal/otto.client.example.conf', {
    content: '',
    mode: 0o644,
    owner: 'root:root',
  });
  const badly = await summary();
  expect(badly.removed).not.toMatch(/ghcr|certificate|user cleo/);
  expect(badly.stays).toMatch(/docker image rm ghcr.*certbot delete --cert-name.*userdel --remove cleo/s);
});

test('a last backup is made while everything still runs', () => {
  const given = { data: 'remove', backup: 'yes', certificate: 'keep', user: 'keep', confirm: made.domain };
  const next = uninstall.next(made, given);
  const choice = 'choice' in next ? next.choice : KEEP;
  const file = '/var/backups/otto-install/otto-otto.client.example-20261122-200000.tar.gz';
  expect(choice).toEqual({ ...KEEP, data: true, backup: file });
  expect(planned(made, choice).steps.slice(0, 2)).toEqual([
    'python3 -I - make',
    expect.stringContaining('/sites-enabled/otto '),
  ]);
  expect(uninstall.summary?.(made, choice).join('\n')).toContain(`otto-install restore --from ${file}`);
  const backup = { survey: undefined, said: 'no room' };
  const refused = (backupFacts: Partial<Remains>) =>
    uninstall.refuses({ ...made, ...backupFacts }, choice, answersWith());
  expect([refused({}).length, refused({ backup }).length]).toEqual([0, 1]);
});

test('each step can be rolled back from the disk alone', () => {
  const { plan } = planned(made, ALL);
  const { undo, irreversible } = recordOf(uninstall, plan, { run: 'r', startedAt: 't' });
  expect(undo.map((actions) => actions.map((action) => words(action as Action)))).toEqual([
    [
      expect.stringMatching(/^\S+uninstalled\S+ \/etc\/nginx\S+ back$/),
      'nginx -t',
      'systemctl reload nginx.service',
    ],
    [],
    [],
    ['policy paperclip always'],
    ['paperclip'],
    ['policy open-webui always'],
    ['open-webui'],
    ['systemctl enable hermes-gateway.service', 'systemctl start hermes-gateway.service'],
    [expect.stringMatching(/^\S+uninstalled\S+ \/etc\/systemd\S+ back$/), 'systemctl daemon-reload'],
    [],
  ]);
  expect(irreversible?.length).toBe(plan.irreversible?.length);
});

test('what was stopped before is not started when it is rolled back', () => {
  const unit = { ...RUNNING, active: 'inactive', file: 'disabled' };
  const stopped = {
    ...made,
    units: made.units.map((one) => ({ ...one, unit })),
    containers: [{ ...openWebui, container: { ...openWebui.container, status: 'exited' as const } }],
  };
  const undo = planned(stopped, KEEP).plan.steps.flatMap((step) => [step.undo ?? []].flat());
  expect(undo.map(words).filter((line) => /start|^policy|open-webui$/.test(line))).toEqual([
    'policy open-webui always',
  ]);
});

test('edited by hand: stays, unless that was chosen', () => {
  expect(planned(edited, KEEP).steps[0]).toBe('docker update --restart no paperclip');
  expect(planned(edited, { ...KEEP, edited: true }).steps[0]).toContain('/etc/nginx/sites-enabled/otto ');
  expect(uninstall.summary?.(edited, KEEP).join('\n')).toContain(
    '/etc/nginx/sites-enabled/otto: edited by hand',
  );
});

test('adopted: what somebody else made is never touched, and named', () => {
  const { steps, irreversible } = planned(adopted, ALL);
  expect(steps).toEqual([
    'docker update --restart no open-webui',
    'docker stop -t 60 open-webui',
    expect.stringContaining('hermes-gateway.service.d/otto-install.conf '),
    'systemctl daemon-reload',
  ]);
  expect(irreversible).toEqual([
    `remove ${'a'.repeat(12)}`,
    'rmdir --ignore-fail-on-non-empty -- /etc/systemd/system/hermes-gateway.service.d',
    '/var/lib/otto-install/uninstalled',
  ]);
  expect(uninstall.summary?.(adopted, KEEP).join('\n')).toContain('until it starts again');
  const said = uninstall.summary?.(adopted, KEEP).join('\n');
  for (const name of [
    '/etc/nginx/sites-enabled/otto: not made',
    'hermes-gateway.service: not made',
    'The container paperclip: not made',
    '/opt/cleo/open-webui: chats (it was there before',
    '/etc/fstab',
  ])
    expect(said).toContain(name);
});

test('what others use stays: rules for browsers, an image, a certificate, a container', () => {
  const { irreversible } = planned(beside, ALL);
  expect(irreversible.filter((line) => /ufw|image|certbot|cccc/.test(line))).toEqual([
    'ufw --force delete allow in on docker0 to any port 8642 proto tcp',
  ]);
  // An Open WebUI of somebody else's asks Hermes too, whatever it is called.
  const another = { ...beside, containers: [...made.containers, other] };
  expect(planned(another, ALL).irreversible.filter((line) => /ufw/.test(line))).toEqual([]);
});

test('no rule for SSH is ever taken away, and UFW is never turned off', () => {
  const lines = [made, adopted, beside, left].flatMap((facts) => planned(facts, ALL).irreversible);
  expect(lines.filter((line) => /\b22\b|ssh|disable$/i.test(line))).toEqual([]);
});

test('a second time there is nothing to do, and nothing to agree to', () => {
  const { steps, irreversible } = planned(left, KEEP);
  expect([steps, irreversible]).toEqual([[], []]);
  expect(uninstall.consequence?.(left, KEEP)).toBeUndefined();
  expect(uninstall.summary?.(left, KEEP)[0]).toBe('Only the data is left to remove.');
  expect(uninstall.summary?.({ ...left, data: [] }, KEEP)[0]).toMatch(
    /^Nothing that otto-install made is left/,
  );
});

test('the data alone can be removed later', () => {
  expect(planned(left, { ...KEEP, data: true }).irreversible).toContain('/home/cleo/.hermes');
});

test.each<[string, Remains, Given, string | Choice]>([
  ['the data is asked about', made, {}, 'data'],
  ['kept, nothing more is asked', made, { data: 'keep' }, KEEP],
  ['removed, a backup is offered first', made, { data: 'remove' }, 'backup'],
  ['then the certificate', made, { data: 'remove', backup: 'yes' }, 'certificate'],
  ['then the user', made, { data: 'remove', backup: 'no', certificate: 'keep' }, 'user'],
  [
    'then the domain is typed',
    made,
    { data: 'remove', backup: 'no', certificate: 'keep', user: 'keep' },
    'confirm',
  ],
  [
    'a wrong domain is none',
    made,
    { data: 'remove', backup: 'no', certificate: 'keep', user: 'keep', confirm: 'example.com' },
    'confirm',
  ],
  [
    'agreed twice',
    made,
    { data: 'remove', backup: 'no', certificate: 'keep', user: 'remove', confirm: 'otto.client.example' },
    { ...KEEP, data: true, user: true },
  ],
  ['the domain alone removes nothing', made, { data: 'keep', confirm: 'otto.client.example' }, KEEP],
  ['a user that goes with data that stays', made, { data: 'keep', user: 'remove' }, KEEP],
  ['edited files are asked about first', edited, {}, 'edited'],
  ['data of others is not asked about', adopted, { data: 'remove' }, { ...KEEP, data: true }],
  [
    'a home with something else in it stays',
    { ...made, user: { name: 'cleo', home: '/home/cleo', made: true, besides: ['thesis'] } },
    { data: 'remove', backup: 'no', certificate: 'keep', user: 'remove' },
    'confirm',
  ],
  [
    'a certificate that another site uses stays',
    beside,
    { data: 'remove', backup: 'no', user: 'keep' },
    'confirm',
  ],
])('%s', (_, facts, given, expected) => {
  const next = uninstall.next(facts, given);
  expect('ask' in next ? next.ask.id : next.choice).toEqual(expected);
});

test.each<[string, Partial<Remains>, readonly string[]]>([
  ['all is well', {}, []],
  ['Docker is stopped', { dockerStopped: true }, ['uninstall-docker-stopped']],
  [
    'another site has a mistake',
    { nginx: { ...made.nginx, complaint: '/etc/nginx/sites-enabled/shop' } },
    ['uninstall-nginx-mistake'],
  ],
  [
    'the mistake goes with our site',
    { nginx: { ...made.nginx, complaint: '/etc/nginx/sites-enabled/otto' } },
    [],
  ],
])('refused before anything is touched: %s', (_, changes, expected) => {
  const found = uninstall.refuses({ ...made, ...changes }, KEEP, answersWith());
  expect(found.map(({ code }) => code)).toEqual(expected);
});

test('data that was here before is not left out in silence when its removal is asked for; what is gone already is', () => {
  const wish = {
    data: 'remove',
    backup: 'no',
    certificate: 'keep',
    user: 'keep',
    confirm: 'otto.client.example',
  };
  const codes = (facts: Remains) => {
    const next = uninstall.next(facts, wish);
    if ('ask' in next) throw new Error(next.ask.id);
    return uninstall.refuses(facts, next.choice, answersWith()).map(({ code }) => code);
  };
  expect(codes(adopted)).toEqual(['uninstall-data-not-ours']);
  expect(codes(made)).toEqual([]);
  expect(codes({ ...left, data: [] })).toEqual([]);
});

test.each<[string, Partial<Remains>, readonly string[]]>([
  ['all of it is off', {}, []],
  [
    'the site is still there',
    { nginx: { ...made.nginx, others: ['shop.client.example'] } },
    ['uninstall-still-there'],
  ],
  ['a container runs', { containers: [openWebui] }, ['uninstall-still-there', 'uninstall-took-too-much']],
  ['the other container is gone', { containers: [] }, ['uninstall-took-too-much']],
  ['data is gone', { data: [] }, ['uninstall-took-too-much', 'uninstall-took-too-much']],
  ['another site is gone', { nginx: { ...left.nginx, others: [] } }, ['uninstall-took-too-much']],
  [
    'nginx has stopped',
    { nginx: { ...left.nginx, others: ['shop.client.example'], active: false } },
    ['uninstall-took-too-much'],
  ],
])('verified before anything is given up: %s', (_, changes, expected) => {
  const off = { ...left, containers: [other], nginx: { ...left.nginx, others: ['shop.client.example'] } };
  const found = judgeSwitchedOff(beside, { ...off, ...changes }, KEEP);
  expect(found.map(({ code }) => code)).toEqual(expected);
});

test('comes to the plan that was agreed to, also when time has passed', async () => {
  for (const chosen of [KEEP, ALL]) {
    const choice = { ...chosen, backup: chosen.data ? '/var/backups/otto-install/a.tar.gz' : undefined };
    const later = { ...made, nowMs: made.nowMs + 3_600_000 };
    expect(await differsLater(uninstall, { facts: made, later, choice, answers: answersWith() })).toEqual([]);
  }
});

test('the otto-install that stays goes last, before what says that it was ours', () => {
  const ownCopy = {
    folders: ['/usr/local/lib/otto-install/1.0.0', '/usr/local/lib/otto-install/1.1.0'],
    command: '/usr/local/bin/otto-install',
  };
  const { irreversible, plan } = planned({ ...made, ownCopy }, ALL);
  expect(irreversible.slice(-3)).toEqual([
    `/usr/local/bin/otto-install ${ownCopy.folders.join(' ')}`,
    'rmdir --ignore-fail-on-non-empty -- /usr/local/lib/otto-install',
    '/var/lib/otto-install /var/log/otto-install',
  ]);
  expect(plan.irreversible?.at(-3)).toMatchObject({
    removes: ownCopy.folders.map((name) => ({ kind: 'folder', name })),
  });
  // Neither a command that somebody put there, nor what is not noted as made.
  expect(planned(made, ALL).irreversible.join('\n')).not.toContain('otto-install/1.');
  const said = uninstall.summary?.({ ...made, ownCopy }, KEEP).join('\n');
  expect(said).toContain('  /usr/local/bin/otto-install\n');
  expect(said).toMatch(/start otto-install as the first time/);
});
