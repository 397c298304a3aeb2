import { fix } from '../../runner/faults/wizard.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { answers, DROP_INS, ownUnit, restart, runbookUnit, start, startInVain, stop, UNIT } from './tools.ts';

const SANDBOX = `${DROP_INS}/10-otto-sandbox.conf`;
const KEPT_ANSWERS = '/var/lib/otto-install/answers.json';

/** What systemd is told about Hermes. */
export const unitFaults: readonly Fault[] = [
  {
    name: 'hermes-unit-missing',
    group: 'hermes',
    title: 'the unit file was deleted',
    code: 'hermes-unit-missing',
    touches: ['hermes.service', 'hermes.unit'],
    async break(context) {
      await stop(context);
      await context.run('systemctl', 'disable', 'hermes-gateway');
      await context.shell(`rm ${UNIT}; systemctl daemon-reload`);
    },
  },
  {
    name: 'hermes-unit-disabled',
    group: 'hermes',
    title: 'systemctl disable: it does not come back after a restart of the machine',
    code: 'hermes-not-enabled',
    touches: ['hermes.service', 'hermes.unit'],
    break: async ({ run }) => void (await run('systemctl', 'disable', 'hermes-gateway')),
  },
  {
    name: 'hermes-unit-masked',
    group: 'hermes',
    title: 'the unit was moved away and masked',
    code: 'hermes-unit-masked',
    touches: ['hermes.service', 'hermes.unit'],
    async break(context) {
      await stop(context);
      await context.shell(`mv ${UNIT} /root/hermes-gateway.service.away; systemctl daemon-reload`);
      await context.run('systemctl', 'mask', 'hermes-gateway');
    },
    after: async ({ run }) => void (await run('rm', '-f', '/root/hermes-gateway.service.away')),
  },
  {
    name: 'hermes-unit-edited-python',
    group: 'hermes',
    title: 'the unit was edited: ExecStart names a Python that is not there (203/EXEC)',
    code: 'hermes-unit-wrong',
    touches: ['hermes.service', 'hermes.unit'],
    async break(context) {
      await edit(context, 's#^ExecStart=[^ ]*#ExecStart=/home/cleo/hermes/venv/bin/python#');
      await startInVain(context);
    },
    after: handMadeIsKept,
  },
  {
    name: 'hermes-unit-edited-system-python',
    group: 'hermes',
    title: 'the unit was edited: the system’s Python instead of the environment’s',
    on: ['current', 'april'],
    code: 'hermes-unit-wrong',
    touches: ['hermes.service', 'hermes.unit'],
    async break(context) {
      await edit(context, 's#^ExecStart=[^ ]*#ExecStart=/usr/bin/python3#');
      await context.shell(
        `sed -i 's#^ExecStart=/home[^ ]*#ExecStart=/usr/bin/python3#' ${UNIT}.d/*.conf 2>/dev/null || :; systemctl daemon-reload`,
      );
      await startInVain(context);
    },
    after: handMadeIsKept,
  },
  {
    name: 'hermes-unit-edited-folder',
    group: 'hermes',
    title: 'the unit was edited: WorkingDirectory does not exist (200/CHDIR)',
    code: 'hermes-unit-wrong',
    touches: ['hermes.service', 'hermes.unit'],
    async break(context) {
      await edit(context, 's#^WorkingDirectory=.*#WorkingDirectory=/home/cleo/hermes-agent#');
      await startInVain(context);
    },
    after: handMadeIsKept,
  },
  {
    name: 'hermes-unit-of-root',
    group: 'hermes',
    title: 'the unit has User=root, so whoever chats is root and Hermes’s files become root’s',
    code: 'hermes-unit-wrong',
    touches: ['hermes.service', 'hermes.unit', 'hermes.files'],
    patience: 240,
    // As 1.0.0 installed it: in the sandbox it would not even start.
    async break(context) {
      await edit(context, 's/^User=.*/User=root/;s/^Group=.*/Group=root/');
      await withoutSandbox(context);
    },
    // The sandbox is a finding of its own, once the unit is right.
    async repair({ droplet }) {
      await fix(droplet, ['hermes-unit-wrong'], 120);
      await fix(droplet, ['hermes-unsandboxed'], 120);
    },
    after: handMadeIsKept,
  },
  {
    name: 'hermes-unit-of-root-in-sandbox',
    group: 'hermes',
    title:
      'the unit has User=root beside the sandbox, in which root has no rights: it cannot enter the home (203/EXEC)',
    code: 'hermes-unit-wrong',
    touches: ['hermes.service', 'hermes.unit'],
    async break(context) {
      await edit(context, 's/^User=.*/User=root/;s/^Group=.*/Group=root/');
      await startInVain(context);
    },
    after: handMadeIsKept,
  },
  {
    name: 'hermes-unit-of-nobody-there',
    group: 'hermes',
    title: 'the unit names a user that does not exist (217/USER)',
    code: 'hermes-unit-wrong',
    touches: ['hermes.service', 'hermes.unit'],
    async break(context) {
      await edit(context, 's/^User=.*/User=otto/;s/^Group=.*/Group=otto/');
      await startInVain(context);
    },
    after: handMadeIsKept,
  },
  {
    name: 'hermes-unit-unreadable',
    group: 'hermes',
    title: 'the unit lost its ExecStart: systemd calls it a bad setting',
    code: 'hermes-unit-wrong',
    touches: ['hermes.service', 'hermes.unit'],
    async break(context) {
      await edit(context, '/^ExecStart=/d');
      await context.shell('systemctl start hermes-gateway 2>/dev/null || :');
    },
  },
  {
    name: 'hermes-unit-not-read',
    group: 'hermes',
    title: 'the unit was edited and systemd has not read it (no daemon-reload)',
    code: 'hermes-unit-not-read',
    touches: ['hermes.service', 'hermes.unit'],
    break: async ({ shell }) => void (await shell(`echo '# a note' >> ${UNIT}; touch -d '+1 min' ${UNIT}`)),
  },
  {
    name: 'hermes-unit-of-runbook',
    group: 'hermes',
    title:
      'the runbook’s own unit: --replace with Restart=always, stopped after 90 s. Works, but should not stay so',
    code: 'hermes-unit-not-hardened',
    touches: ['hermes.service', 'hermes.unit'],
    break: async (context) => runbookUnit(context),
    after: ownUnit,
  },
  {
    name: 'hermes-unsandboxed',
    group: 'hermes',
    title: 'Hermes as 1.0.0 installed it, without a sandbox: a chat reaches all that its user reaches',
    code: 'hermes-unsandboxed',
    touches: ['hermes.service', 'hermes.unit'],
    break: withoutSandbox,
    async after({ check, run }) {
      const status = await run('sh', '-c', 'cat /proc/$(systemctl show -P MainPID hermes-gateway)/status');
      check.matches('the gateway', status, /^NoNewPrivs:\t1$/m);
      await run('nft', 'list', 'table', 'inet', 'otto_hermes');
    },
  },
  {
    name: 'hermes-local-ports-open',
    group: 'hermes',
    title: 'nft flush of the table that keeps a chat from local ports',
    code: 'hermes-local-ports-open',
    touches: ['hermes.service'],
    break: async ({ run }) => void (await run('nft', 'delete', 'table', 'inet', 'otto_hermes')),
  },
  {
    name: 'hermes-nft-missing',
    group: 'hermes',
    title: 'apt remove nftables: Hermes starts without the rules that keep a chat from local ports',
    code: 'hermes-nft-missing',
    touches: ['hermes.service', 'packages'],
    async break(context) {
      await context.shell('DEBIAN_FRONTEND=noninteractive apt-get remove --yes --quiet nftables >&2');
      await restart(context);
    },
    async after({ check, run }) {
      check.matches('the rules', await run('nft', 'list', 'table', 'inet', 'otto_hermes'), /skuid != /);
    },
  },
  {
    name: 'hermes-sandbox-not-wanted',
    group: 'hermes',
    title: 'the answer is hermesSandbox: none, and the sandbox is there',
    code: 'hermes-sandbox-not-wanted',
    touches: ['hermes.service', 'hermes.unit', 'answers'],
    async break({ run, shell }) {
      await shell(`cp -a ${KEPT_ANSWERS} /root/answers-kept`);
      const change = `import json; p = '${KEPT_ANSWERS}'; a = json.load(open(p)); a['hermesSandbox'] = 'none'; json.dump(a, open(p, 'w'))`;
      await run('python3', '-c', change);
    },
    async after(context) {
      await context.shell(`mv /root/answers-kept ${KEPT_ANSWERS}`);
      await context.run('otto-install', 'fix', 'hermes-unsandboxed', '--yes');
    },
  },
];

/** As it was installed by 1.0.0: ours, without a sandbox, and serving. */
async function withoutSandbox(context: FaultContext): Promise<void> {
  await stop(context);
  await context.shell(`rm -f ${SANDBOX} ${DROP_INS}/otto-ports.nft; systemctl daemon-reload`);
  await start(context);
  await context.until('it answers', () => answers(context), 60_000);
}

/** Stops the service, puts a hand-made setting into the unit and changes it with sed. */
async function edit(context: FaultContext, expression: string): Promise<void> {
  await stop(context);
  await context.shell(
    `grep -q MemoryHigh ${UNIT} || sed -i 's/^Type=simple/Type=simple\\n# by hand\\nMemoryHigh=6G/' ${UNIT}`,
  );
  await context.shell(`sed -i '${expression}' ${UNIT}; systemctl daemon-reload`);
}

async function handMadeIsKept({ check, run }: FaultContext): Promise<void> {
  const unit = await run('cat', UNIT);
  check.that('the hand-made setting of the unit survived', unit.includes('# by hand\nMemoryHigh=6G'), unit);
}
