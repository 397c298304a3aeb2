import type { FaultContext } from '../fault.ts';

/** Where Hermes of the test Ottos is; written out, so that a fault does not lean on what it tests. */
export const HOME = '/home/cleo/.hermes';
export const ENV = `${HOME}/.env`;
export const CONFIG = `${HOME}/config.yaml`;
export const CHECKOUT = `${HOME}/hermes-agent`;
export const VENV = `${CHECKOUT}/venv`;
export const UNIT = '/etc/systemd/system/hermes-gateway.service';
export const DROP_INS = `${UNIT}.d`;
const KEPT = '/root/hermes-unit-kept';

/** A line that an operator once wrote into .env; it must survive every fix of that file. */
const HAND_MADE = 'HAND_MADE_NOTE="kept by hand"  # do not remove';
/** The same in config.yaml: a comment and a setting that the wizard does not know. */
const HAND_MADE_YAML = '# by hand: our own tools\nhand_made:\n  note: kept';

/** Whether Hermes answers at its port. */
export async function answers({ droplet }: FaultContext): Promise<boolean> {
  return (await droplet.exec(['curl', '-sf', '-m', '2', 'http://127.0.0.1:8642/health'])).exitCode === 0;
}

/**
 * Stops the service as an operator does who is going to try something, and forgets its recent starts: faults are tried
 * one right after the other, and Hermes's breaker counts the starts of two minutes.
 */
export async function stop({ run, shell }: FaultContext): Promise<void> {
  await run('systemctl', 'stop', 'hermes-gateway');
  await shell(`systemctl reset-failed hermes-gateway || :; rm -f ${HOME}/gateway-starts.log`);
}

/** Starts the service and does not wait until it answers. */
export async function start({ run }: FaultContext): Promise<void> {
  await run('systemctl', 'start', '--no-block', 'hermes-gateway');
}

/** Restarts the service and waits until it answers. */
export async function restart(context: FaultContext): Promise<void> {
  await stop(context);
  await start(context);
  await context.until('Hermes answers', () => answers(context), 60_000);
}

/** Starts the service and waits until it has ended (and, with Restart=always, waits for its next start). */
export async function startInVain(context: FaultContext): Promise<void> {
  await start(context);
  await context.until('the service has ended', async () => {
    const state = await context.run('systemctl', 'show', '-p', 'SubState,ExecMainStatus', 'hermes-gateway');
    return /SubState=(auto-restart|failed)/.test(state) && !/ExecMainStatus=0$/m.test(state);
  });
}

/** Starts a command that stays, outside of every service, as somebody does in a terminal who closes it then. */
export async function byHand(context: FaultContext, user: string, command: string): Promise<void> {
  const line = `cd ${CHECKOUT} && . venv/bin/activate && export HERMES_HOME=${HOME} && ${command}`;
  await context.run(
    'setsid',
    '--fork',
    'sh',
    '-c',
    `exec runuser -u ${user} -- bash -c "$0" </dev/null >/dev/null 2>&1`,
    line,
  );
}

/** Changes .env line by line with a sed expression, after putting a hand-made line in. */
export async function editEnv({ shell }: FaultContext, ...expressions: readonly string[]): Promise<void> {
  await shell(`grep -q HAND_MADE ${ENV} || printf '%s\\n' '${HAND_MADE}' >> ${ENV}`);
  if (expressions.length === 0) return;
  await shell(`sed -i ${expressions.map((expression) => `-e '${expression}'`).join(' ')} ${ENV}`);
}

/** Replaces config.yaml's text, or changes it with sed expressions, after putting something hand-made in. */
export async function editConfig({ shell }: FaultContext, ...expressions: readonly string[]): Promise<void> {
  await shell(`grep -q hand_made ${CONFIG} || printf '\\n%s\\n' '${HAND_MADE_YAML}' >> ${CONFIG}`);
  if (expressions.length === 0) return;
  await shell(`sed -i ${expressions.map((expression) => `-e '${expression}'`).join(' ')} ${CONFIG}`);
}

/** That the hand-made line of .env is there, and comments are. */
export async function envIsKept({ check, run }: FaultContext): Promise<void> {
  const text = await run('cat', ENV);
  check.that('the hand-made line of .env survived', text.includes(HAND_MADE));
}

/** That what was made by hand in config.yaml is there. */
export async function configIsKept({ check, run }: FaultContext): Promise<void> {
  const text = await run('cat', CONFIG);
  check.that('what was made by hand in config.yaml survived', text.includes(HAND_MADE_YAML), text);
}

/** The unit as the runbook has it, without the drop-in that hardens it; {@link ownUnit} puts back what was there. */
export async function runbookUnit(context: FaultContext, changes = ''): Promise<void> {
  await context.shell(
    `rm -rf ${KEPT}; mkdir ${KEPT}; cp -a ${UNIT}* ${KEPT}/; rm -f ${DROP_INS}/otto-install.conf`,
  );
  await context.droplet.write(
    UNIT,
    `[Unit]
Description=Hermes Agent Gateway (Otto API Server)
After=network.target docker.service

[Service]
Type=simple
User=cleo
Group=cleo
WorkingDirectory=${CHECKOUT}
ExecStart=${VENV}/bin/python -m hermes_cli.main gateway run --replace
Restart=always
RestartSec=5
Environment=HOME=/home/cleo
Environment=PATH=${VENV}/bin:/usr/local/bin:/usr/bin:/bin
${changes}
[Install]
WantedBy=multi-user.target
`,
    0o644,
  );
  await context.run('systemctl', 'daemon-reload');
}

/** Ends what {@link runbookUnit} began. The fixed unit works too; the next fault wants the one that the wizard made. */
export async function ownUnit({ shell }: FaultContext): Promise<void> {
  await shell(`rm -rf ${UNIT} ${DROP_INS}; cp -a ${KEPT}/. /etc/systemd/system/; rm -rf ${KEPT}`);
  await shell('systemctl daemon-reload');
}
