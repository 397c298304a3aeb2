import type { Fault, FaultContext } from './fault.ts';

/** Docker's daemon, its settings and its bridge. */

const SETTINGS = '/etc/docker/daemon.json';
const START = 'systemctl reset-failed docker docker.socket || true; systemctl restart docker';
/** Hand-made settings that have to survive. */
const HAND_MADE = '"log-driver": "json-file",\n  "log-opts": { "max-size": "10m" }';

/** After Docker is back, Open WebUI and Paperclip start from the beginning. */
const PATIENCE = 240;

const settings = ({ droplet, run }: FaultContext, text: string): Promise<void> =>
  run('mkdir', '-p', '/etc/docker').then(() => droplet.write(SETTINGS, text));

/** The settings that were made by hand are in effect; then they are taken away again. */
async function handMadeIsThere({ check, shell }: FaultContext): Promise<void> {
  const kept = JSON.parse(await shell(`cat ${SETTINGS}`)) as Record<string, unknown>;
  check.equal('the settings that were made by hand', kept['log-opts'], { 'max-size': '10m' });
  await shell(`rm ${SETTINGS}`);
}

export const faults: readonly Fault[] = [
  {
    name: 'docker-another-store',
    group: 'docker',
    title: 'an empty data-root in daemon.json: Docker lists nothing, and everything is still on the disk',
    break: async ({ shell }) =>
      void (await shell(
        'mkdir -p /srv/docker; cp /etc/docker/daemon.json /root/daemon-kept 2>/dev/null || :; echo \'{"data-root":"/srv/docker","bip":"172.17.0.1/16"}\' > /etc/docker/daemon.json; systemctl reset-failed docker docker.socket; systemctl restart docker',
      )),
    code: 'docker-looks-elsewhere',
    repair: async ({ shell, check }) => {
      await shell('otto-install fix || :');
      const images = await shell('docker images --quiet');
      check.that('nothing was fetched', images.trim() === '', images);
      await shell(
        'rm /etc/docker/daemon.json; cp /root/daemon-kept /etc/docker/daemon.json 2>/dev/null || :; systemctl reset-failed docker docker.socket; systemctl restart docker; rm -rf /srv/docker',
      );
    },
    patience: 240,
    spoils: true,
    touches: ['docker'],
  },
  {
    name: 'docker-daemon-down',
    group: 'docker',
    title: "Docker's daemon was stopped",
    break: async ({ run }) => void (await run('systemctl', 'stop', 'docker.socket', 'docker')),
    code: 'docker-down',
    touches: ['docker'],
    patience: PATIENCE,
  },
  {
    name: 'docker-frozen',
    group: 'docker',
    title: 'dockerd hangs (SIGSTOP): its service is active, and every docker command waits for ever',
    break: async ({ shell }) => void (await shell('kill -STOP "$(pidof dockerd)"')),
    code: 'docker-silent',
    touches: ['docker'],
    patience: PATIENCE,
    also: ['could-not-look'],
  },
  {
    name: 'docker-masked',
    group: 'docker',
    title: 'Docker is masked',
    break: async ({ run }) => void (await run('systemctl', 'mask', '--now', 'docker.socket', 'docker')),
    code: 'docker-masked',
    touches: ['docker'],
    patience: PATIENCE,
  },
  {
    name: 'docker-disabled',
    group: 'docker',
    title: 'Docker does not start with the machine',
    break: async ({ run }) => void (await run('systemctl', 'disable', '-q', 'docker')),
    code: 'docker-not-enabled',
    touches: ['docker'],
    patience: PATIENCE,
  },
  {
    name: 'docker-start-limit',
    group: 'docker',
    title:
      'daemon.json was wrong, Docker gave up, and the file is right again: systemd still refuses to start it',
    break: async ({ shell }) =>
      void (await shell(
        `[ ! -e ${SETTINGS} ] || mv ${SETTINGS} ${SETTINGS}.right
        echo '{' >${SETTINGS}
        systemctl restart docker || true
        for i in $(seq 60); do
          systemctl start docker >/dev/null 2>&1 || true
          journalctl --quiet --since '-20 s' -u docker | grep -q 'repeated too quickly' && break
          sleep 0.5
        done
        if [ -e ${SETTINGS}.right ]; then mv ${SETTINGS}.right ${SETTINGS}; else rm ${SETTINGS}; fi`,
      )),
    code: 'docker-start-limit',
    touches: ['docker'],
    patience: PATIENCE,
  },
  {
    name: 'docker-containerd-dead',
    group: 'docker',
    title: 'containerd is dead behind a Docker that answers',
    break: async ({ run }) => void (await run('systemctl', 'stop', 'containerd')),
    code: 'containerd-down',
    touches: ['docker'],
    patience: PATIENCE,
  },
  {
    name: 'docker-settings-comma',
    group: 'docker',
    title: 'a comma too many in daemon.json, and Docker did not come back after a restart',
    async break(context) {
      await settings(context, `{\n  ${HAND_MADE},\n}\n`);
      await context.shell(`${START} || true`);
    },
    code: 'docker-configuration-invalid',
    after: handMadeIsThere,
    touches: ['docker'],
    patience: PATIENCE,
  },
  {
    name: 'docker-settings-hosts',
    group: 'docker',
    title: 'daemon.json says where Docker listens, as its unit does, and Docker did not come back',
    async break(context) {
      await settings(context, `{\n  "hosts": ["tcp://0.0.0.0:2375"],\n  ${HAND_MADE}\n}\n`);
      await context.shell(`${START} || true`);
    },
    code: 'docker-configuration-invalid',
    after: handMadeIsThere,
    touches: ['docker'],
    patience: PATIENCE,
  },
  {
    name: 'docker-settings-garbage',
    group: 'docker',
    title: 'daemon.json was overwritten with something else; an older copy lies beside it',
    async break(context) {
      await settings(context, `{\n  ${HAND_MADE}\n}\n`);
      await context.shell(`mv ${SETTINGS} ${SETTINGS}.bak`);
      await settings(context, '<html>502 Bad Gateway</html>\n');
      await context.shell(`${START} || true`);
    },
    code: 'docker-configuration-invalid',
    async after(context) {
      await handMadeIsThere(context);
      await context.shell(`rm ${SETTINGS}.bak`);
    },
    touches: ['docker'],
    patience: PATIENCE,
  },
  {
    name: 'docker-bridge-none',
    group: 'docker',
    title: '"bridge": "none" in daemon.json',
    async break(context) {
      await settings(context, `{\n  "bridge": "none",\n  ${HAND_MADE}\n}\n`);
      await context.shell(START);
    },
    code: 'docker-bridge-missing',
    after: handMadeIsThere,
    touches: ['docker', 'bridge'],
    patience: PATIENCE,
  },
  {
    name: 'docker-container-cut-off',
    group: 'docker',
    title: 'the bridge was off for a while, and the containers that were started meanwhile have no network',
    async break(context) {
      await settings(context, '{ "bridge": "none" }\n');
      await context.shell(`${START}; rm ${SETTINGS}; ${START}`);
    },
    code: 'container-without-network',
    also: ['paperclip-without-network'],
    touches: ['docker', 'bridge'],
    patience: PATIENCE,
  },
  {
    name: 'docker-bridge-sticks',
    group: 'docker',
    title: 'the bridge was moved (bip) and the setting taken away again: Docker remembers the other address',
    async break(context) {
      await settings(context, '{ "bip": "172.26.0.1/16" }\n');
      await context.shell(`${START}; rm ${SETTINGS}; ${START}`);
      // While the containers start, that is what is found.
      for (const url of ['http://127.0.0.1:8080/api/config', 'http://127.0.0.1:3000/api/health'])
        await context.until(
          `${url} answers`,
          async () => {
            const { exitCode, stdout } = await context.droplet.exec(['curl', '-sf', '-m', '5', url]);
            return exitCode === 0 && /"status":\s*(true|"ok")/.test(stdout);
          },
          120_000,
        );
    },
    code: 'bridge-moved',
    touches: ['docker', 'bridge'],
    patience: PATIENCE,
  },
  {
    name: 'docker-bridge-not-restarted',
    group: 'docker',
    title: 'daemon.json gives the bridge its address back, but Docker was not restarted',
    async break(context) {
      await settings(context, '{ "bip": "172.26.0.1/16" }\n');
      await context.shell(START);
      await settings(context, '{ "bip": "172.17.0.1/16" }\n');
    },
    code: 'docker-bridge-stale',
    after: async ({ shell }) => void (await shell(`rm ${SETTINGS}`)),
    touches: ['docker', 'bridge'],
    patience: PATIENCE,
  },
  {
    name: 'docker-open-api',
    group: 'docker',
    title: 'dockerd on tcp://0.0.0.0:2375, with the rule for UFW that a provider’s image brings',
    async break({ shell }) {
      await shell(
        'mkdir -p /etc/systemd/system/docker.service.d && printf \'[Service]\\nExecStart=\\nExecStart=/usr/sbin/dockerd -H fd:// -H tcp://0.0.0.0:2375\\n\' > /etc/systemd/system/docker.service.d/tcp.conf && sed -i "s#/usr/sbin/dockerd#$(command -v dockerd)#" /etc/systemd/system/docker.service.d/tcp.conf && systemctl daemon-reload && systemctl reset-failed docker.service && systemctl restart docker && ufw allow 2375/tcp',
      );
    },
    code: 'docker-takes-commands-from-anyone',
    // Docker was started again a moment before.
    also: ['open-webui-starting', 'paperclip-starting'],
    repair: async ({ shell }) =>
      void (await shell(
        'rm /etc/systemd/system/docker.service.d/tcp.conf && systemctl daemon-reload && systemctl reset-failed docker.service && systemctl restart docker && ufw --force delete allow 2375/tcp',
      )),
    // Docker is started again, and Open WebUI's start takes its time.
    patience: 240,
    touches: ['docker', 'firewall'],
  },
  {
    name: 'docker-publishes-nowhere',
    group: 'docker',
    title:
      'daemon.json with iptables false and userland-proxy false: containers are healthy, and their ports lead nowhere',
    async break({ shell, until, droplet }) {
      await shell(
        `cp -p /etc/docker/daemon.json /etc/docker/daemon.json.usual 2>/dev/null || echo '{}' > /etc/docker/daemon.json.usual; echo '{"iptables": false, "userland-proxy": false}' > /etc/docker/daemon.json; systemctl reset-failed docker.service; systemctl restart docker`,
      );
      await until(
        'Open WebUI to answer inside its container',
        async () =>
          (
            await droplet.exec([
              'docker',
              'exec',
              'open-webui',
              'curl',
              '-sf',
              '-m',
              '3',
              'http://127.0.0.1:8080/health',
            ])
          ).exitCode === 0,
        180_000,
      );
      // A start may take a minute; before, nobody looks closer.
      await new Promise((resolve) => setTimeout(resolve, 62_000));
    },
    code: 'open-webui-not-reached',
    also: ['paperclip-not-reached'],
    repair: async ({ shell }) =>
      void (await shell(
        'mv /etc/docker/daemon.json.usual /etc/docker/daemon.json; systemctl reset-failed docker.service; systemctl restart docker',
      )),
    patience: 240,
    touches: ['docker', 'firewall'],
  },
];
