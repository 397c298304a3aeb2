import type { Fault } from '../fault.ts';
import { makeAgain, untilAnswering } from './tools.ts';

const touches = ['open-webui'];
/** A start takes 8 s on an idle machine with two cores. */
const patience = 240;

/** The container of Open WebUI: there or not, running or not, made right or not. */
export const faults: readonly Fault[] = [
  {
    name: 'open-webui-stopped',
    group: 'open-webui',
    title: 'somebody stopped the container',
    code: 'open-webui-stopped',
    touches,
    patience,
    break: async ({ run }) => void (await run('docker', 'stop', '-t', '30', 'open-webui')),
  },
  {
    name: 'open-webui-paused',
    group: 'open-webui',
    title: 'docker pause, forgotten',
    code: 'open-webui-paused',
    touches,
    break: async ({ run }) => void (await run('docker', 'pause', 'open-webui')),
  },
  {
    name: 'open-webui-removed',
    group: 'open-webui',
    title: 'docker rm -f open-webui',
    on: ['current', 'april'],
    code: 'open-webui-absent',
    touches,
    patience,
    break: async ({ run }) => void (await run('docker', 'rm', '-f', 'open-webui')),
  },
  {
    name: 'open-webui-never-started',
    group: 'open-webui',
    title: 'docker create in place of docker run',
    code: 'open-webui-never-started',
    touches,
    patience,
    break: (context) => makeAgain(context, {}, 'create'),
  },
  {
    name: 'open-webui-loop',
    group: 'open-webui',
    title: 'made again with a variable that it dies of, so it restarts in a loop',
    code: 'open-webui-restarts',
    touches,
    patience,
    async break(context) {
      await makeAgain(context, { more: ['-e', 'PORT=http'] });
      await context.until('three restarts', async () => {
        return Number(await context.run('docker', 'inspect', '-f', '{{.RestartCount}}', 'open-webui')) >= 3;
      });
    },
  },
  {
    name: 'open-webui-wrong-port',
    group: 'open-webui',
    title: 'made again with -p 127.0.0.1:8081:8080',
    code: 'open-webui-other-port',
    touches,
    patience,
    break: (context) => makeAgain(context, { publish: ['127.0.0.1:8081:8080'] }),
  },
  {
    name: 'open-webui-on-all-addresses',
    group: 'open-webui',
    title: 'made again with -p 8080:8080: open to the internet past UFW',
    code: 'open-webui-open-to-internet',
    touches,
    patience,
    async break(context) {
      await makeAgain(context, { publish: ['8080:8080'] });
      await untilAnswering(context);
    },
  },
  {
    name: 'open-webui-other-data',
    group: 'open-webui',
    title: 'made again over another, empty data folder',
    code: 'open-webui-other-data',
    touches,
    patience,
    break: (context) => makeAgain(context, { volumes: ['/opt/cleo/openwebui:/app/backend/data'] }),
    after: async ({ run }) => void (await run('rm', '-rf', '/opt/cleo/openwebui')),
  },
  {
    name: 'open-webui-secret-key-missing',
    group: 'open-webui',
    title: 'made again without WEBUI_SECRET_KEY',
    code: 'open-webui-secret-key-unset',
    touches,
    patience,
    async break(context) {
      await context.shell('grep -v ^WEBUI_SECRET_KEY= /opt/cleo/open-webui.env >/root/without-key.env');
      await makeAgain(context, { envFile: '/root/without-key.env' });
      await untilAnswering(context);
    },
    after: async ({ run, check }) => {
      const line = ['grep', '-h', '^WEBUI_SECRET_KEY=', '/opt/cleo/open-webui.env'];
      const kept = (await run(...line)).trim().replace('WEBUI_SECRET_KEY=', '');
      const used = await run('docker', 'exec', 'open-webui', 'printenv', 'WEBUI_SECRET_KEY');
      check.that('the new container has the kept key again', used.trim() === kept && kept !== '');
      await run('rm', '/root/without-key.env');
    },
  },
  {
    name: 'open-webui-starting',
    group: 'open-webui',
    title: 'it was restarted a moment ago: no fault, it is waited for and left alone',
    code: 'open-webui-starting',
    break: async ({ run }) => void (await run('docker', 'restart', '-t', '30', 'open-webui')),
    repair: (context) => untilAnswering(context),
  },
  {
    name: 'open-webui-image-gone',
    group: 'open-webui',
    title: 'container and image removed, by docker system prune for example',
    on: ['current', 'april'],
    code: 'open-webui-image-missing',
    touches,
    patience: 300,
    async break({ run }) {
      const image = (await run('docker', 'inspect', '-f', '{{.Image}}', 'open-webui')).trim();
      await run('docker', 'rm', '-f', 'open-webui');
      await run('docker', 'rmi', '-f', image);
    },
  },
  {
    name: 'open-webui-not-after-reboot',
    group: 'open-webui',
    title: 'the container was made without --restart',
    code: 'open-webui-not-after-reboot',
    touches,
    break: async ({ run }) => void (await run('docker', 'update', '--restart', 'no', 'open-webui')),
  },
  {
    name: 'open-webui-cut-off',
    group: 'open-webui',
    title: 'a new container was being made when the power went: only the old one is there, set aside',
    code: 'open-webui-set-aside',
    touches,
    patience,
    async break({ run }) {
      await run('docker', 'stop', '-t', '30', 'open-webui');
      await run('docker', 'rename', 'open-webui', 'open-webui-before');
      await run('docker', 'update', '--restart', 'no', 'open-webui-before');
    },
  },
  {
    name: 'open-webui-keys-readable',
    group: 'open-webui',
    title: 'chmod 0644 open-webui.env',
    code: 'open-webui-keys-readable',
    touches: ['open-webui.env'],
    break: async ({ run }) => void (await run('chmod', '0644', '/opt/cleo/open-webui.env')),
  },
];
