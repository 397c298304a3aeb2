import type { Fault } from '../fault.ts';
import { answers, byHand, HOME, ownUnit, runbookUnit, start, startInVain, stop } from './tools.ts';

const GATEWAY = 'python -m hermes_cli.main gateway run';

/** What keeps the gateway's process from being the one that answers. */
export const processFaults: readonly Fault[] = [
  {
    name: 'hermes-stopped',
    group: 'hermes',
    title: 'systemctl stop hermes-gateway, and forgotten',
    code: 'hermes-not-running',
    touches: ['hermes.service'],
    break: stop,
  },
  {
    name: 'hermes-database-damaged',
    group: 'hermes',
    title: 'state.db cut in its middle, as a full disk or a power cut does; Hermes answers',
    code: 'hermes-database-damaged',
    touches: ['hermes.service', 'hermes.files'],
    async break(context) {
      const { shell } = context;
      await stop(context);
      // Its log would bring the pages back.
      await shell(
        `runuser -u cleo -- python3 -c 'import sqlite3; sqlite3.connect("${HOME}/state.db").execute("PRAGMA wal_checkpoint(TRUNCATE)")'; rm -f ${HOME}/state.db-wal ${HOME}/state.db-shm`,
      );
      await shell(
        `python3 -c 'import os; path="${HOME}/state.db"; file=open(path,"r+b"); size=os.path.getsize(path); file.seek(size//2//4096*4096); file.write(b"\\xa5"*(size-size//2//4096*4096))'`,
      );
      await start(context);
      await context.until('Hermes answers', () => answers(context), 60_000);
    },
    async after({ run, shell, check }) {
      const aside = await shell(`ls ${HOME}; rm -f ${HOME}/state.db.damaged*`);
      check.that('the damaged one is kept', aside.includes('state.db.damaged'), aside);
      await run('systemctl', 'is-active', 'hermes-gateway');
    },
  },
  {
    name: 'hermes-by-hand',
    group: 'hermes',
    title: 'a gateway started by hand (nohup) holds the lock; the unit has no --replace',
    on: ['current', 'april'],
    code: 'hermes-gateway-by-hand',
    touches: ['hermes.service'],
    async break(context) {
      await stop(context);
      await byHand(context, 'cleo', `nohup ${GATEWAY}`);
      await context.until('it answers', () => answers(context), 60_000);
      await startInVain(context);
    },
  },
  {
    name: 'hermes-by-hand-as-root',
    group: 'hermes',
    title:
      'a gateway started by hand as root holds the lock; the runbook’s unit, with --replace, may not end it',
    code: 'hermes-gateway-by-hand',
    touches: ['hermes.service', 'hermes.unit', 'hermes.files'],
    after: ownUnit,
    async break(context) {
      await stop(context);
      await runbookUnit(context);
      await byHand(context, 'root', `nohup ${GATEWAY}`);
      await context.until('it answers', () => answers(context), 60_000);
      await startInVain(context);
    },
  },
  {
    name: 'hermes-two-supervisors',
    group: 'hermes',
    title:
      'a service of the user’s own systemd and the system’s, both with --replace, end each other for ever',
    code: 'hermes-second-unit',
    touches: ['hermes.service', 'hermes.unit'],
    async after(context) {
      await ownUnit(context);
      await context.run('loginctl', 'disable-linger', 'cleo');
    },
    async break(context) {
      await stop(context);
      await runbookUnit(context);
      await userUnit(context, `${GATEWAY} --replace`);
      await start(context);
    },
  },
  {
    name: 'hermes-user-unit',
    group: 'hermes',
    title: 'Hermes’s own installer made a service of the user’s systemd; it has the lock, ours ends at it',
    code: 'hermes-second-unit',
    touches: ['hermes.service', 'hermes.unit'],
    after: async ({ run }) => void (await run('loginctl', 'disable-linger', 'cleo')),
    async break(context) {
      await stop(context);
      await userUnit(context, GATEWAY);
      await context.until('it answers', () => answers(context), 60_000);
      await startInVain(context);
    },
  },
  {
    name: 'hermes-port-taken',
    group: 'hermes',
    title: 'another program listens on port 8642',
    on: ['current', 'april'],
    // The machine's own look names it before anything else is asked.
    code: 'port-8642-held',
    touches: ['hermes.service', 'hermes.port'],
    async break(context) {
      await stop(context);
      await context.run(
        'setsid',
        '--fork',
        'sh',
        '-c',
        'exec python3 -m http.server 8642 </dev/null >/dev/null 2>&1',
      );
      await context.until('it answers', async () => (await context.shell('ss -Hltn')).includes(':8642 '));
      await startInVain(context);
    },
  },
  {
    name: 'hermes-active-not-listening',
    group: 'hermes',
    title:
      'the key was corrected, Hermes was not restarted: systemd says active, gateway_state.json running, the port is closed',
    code: 'hermes-silent',
    touches: ['hermes.service', 'hermes.env'],
    async break(context) {
      const { shell } = context;
      await stop(context);
      await shell(
        `cp -p ${HOME}/.env /tmp/good.env; sed -i 's/^API_SERVER_KEY=.*/API_SERVER_KEY=short/' ${HOME}/.env`,
      );
      await start(context);
      await context.until('it says that the key is too short', async () =>
        (await shell(`tail -n 20 ${HOME}/logs/gateway.log`)).includes(
          'Gateway started with no connected platforms',
        ),
      );
      await shell(`grep -q '"gateway_state":"running"' ${HOME}/gateway_state.json`);
      await shell(`cp -p /tmp/good.env ${HOME}/.env; touch ${HOME}/.env; rm /tmp/good.env`);
    },
  },
  {
    name: 'hermes-breaker-asleep',
    group: 'hermes',
    title: 'restarted seven times in a row: Hermes sleeps before it opens its port',
    code: 'hermes-started-too-often',
    touches: ['hermes.service'],
    async break(context) {
      await stop(context);
      for (let count = 1; count <= 7; count += 1) {
        await context.shell('systemctl reset-failed hermes-gateway; systemctl restart hermes-gateway');
        await context.until(
          'its start is counted',
          async () =>
            (await context.shell(`wc -l < ${HOME}/gateway-starts.log || :`)).trim() === String(count),
        );
      }
    },
  },
  {
    name: 'hermes-lock-of-root',
    group: 'hermes',
    title: 'gateway.lock belongs to root',
    on: ['current', 'april'],
    code: 'hermes-files-of-another-user',
    touches: ['hermes.service', 'hermes.files'],
    async break(context) {
      await stop(context);
      await context.shell(
        `rm -f ${HOME}/gateway.lock; install -m 0600 -o root -g root /dev/null ${HOME}/gateway.lock`,
      );
      await startInVain(context);
    },
  },
  {
    name: 'hermes-files-of-root',
    group: 'hermes',
    title: 'root ran a command of Hermes: databases and logs in ~/.hermes belong to root',
    code: 'hermes-files-of-another-user',
    touches: ['hermes.service', 'hermes.files'],
    async break(context) {
      await stop(context);
      await context.shell(
        `chown -R root:root ${HOME}/logs ${HOME}/sessions ${HOME}/*.db; chmod -R go-rwx ${HOME}/logs`,
      );
      await start(context);
    },
  },
  {
    name: 'hermes-piped-into-head',
    group: 'hermes',
    title:
      'the service was stopped to watch the gateway by hand, piped into head; head has ended, the gateway runs on unseen',
    code: 'hermes-gateway-by-hand',
    touches: ['hermes.service'],
    async break(context) {
      await stop(context);
      await byHand(context, 'cleo', `${GATEWAY} -v 2>&1 | head -n 3`);
      await context.until(
        'head has ended',
        async () => !(await context.shell('ps -eo args')).includes('\nhead -n 3'),
        60_000,
      );
      await context.until(
        'it answers or is gone',
        async () =>
          (await answers(context)) || !(await context.shell('ps -eo args')).includes('gateway run -v'),
      );
    },
  },
];

/** A service of the deploy user's own systemd, as `hermes gateway install` makes it: with lingering, so that it starts at boot. */
async function userUnit(
  { droplet, run, shell, until }: Parameters<Fault['break']>[0],
  command: string,
): Promise<void> {
  const folder = '/home/cleo/.config/systemd/user';
  await shell(`install -d -o cleo -g cleo /home/cleo/.config /home/cleo/.config/systemd ${folder}`);
  await droplet.write(
    `${folder}/hermes-gateway.service`,
    `[Unit]
Description=Hermes Agent Gateway - Messaging Platform Integration

[Service]
Type=simple
ExecStart=${HOME}/hermes-agent/venv/bin/${command}
WorkingDirectory=${HOME}/hermes-agent
Environment=HERMES_HOME=${HOME}
Restart=always
RestartSec=5

[Install]
WantedBy=default.target
`,
    0o644,
  );
  await run('loginctl', 'enable-linger', 'cleo');
  await shell(`chown cleo:cleo ${folder}/hermes-gateway.service`);
  await until(
    'the user’s systemd is there',
    async () => (await shell('ls /run/user/$(id -u cleo)/systemd/private 2>/dev/null || :')) !== '',
  );
  await shell(
    'exec runuser -u cleo -- env XDG_RUNTIME_DIR=/run/user/$(id -u cleo) systemctl --user enable --now hermes-gateway',
  );
}
