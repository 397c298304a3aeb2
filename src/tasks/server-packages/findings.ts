import { APT_BUSY, DPKG_INTERRUPTED } from '../apt-state.ts';
import { declareFindings, type FoundOf, wording } from '../finding.ts';

const SERVES_OTTO =
  'Open WebUI runs in Docker, nginx takes its visitors, certbot gets the certificate for https, and ufw closes what nobody outside should reach.';

/** What can be wrong with Docker, and with the packages that serve Otto. */
export const FINDINGS = declareFindings('server-packages', 'tasks/server-packages/packages.test.ts', {
  'server-packages-apt-busy': APT_BUSY,
  'server-packages-dpkg-interrupted': {
    ...DPKG_INTERRUPTED,
  },
  'server-packages-missing': {
    severity: 'missing',
    reason: SERVES_OTTO,
  },
  // Of its own: whether the client is a package may be known only after the lists were fetched.
  'docker-client-missing': {
    severity: 'missing',
    cuts: 'open-webui',
    reason: SERVES_OTTO,
  },
  'docker-is-snap': {
    severity: 'broken',
    cuts: 'open-webui',
    reason:
      "A snap's Docker sees only files below /home. Open WebUI's data in /opt would seem to be there and would be gone after the next start.",
    impact: 'Open WebUI and Paperclip will not keep their data.',
  },
  'docker-is-podman': {
    severity: 'blocked',
    cuts: 'open-webui',
    reason:
      "Podman's network differs from Docker's, and nothing in the runbook was tested with it. `apt-get remove podman-docker` leaves Podman and its containers as they are, and makes room for Docker.",
    impact: 'Open WebUI will probably not reach Hermes.',
  },
  'docker-not-enabled': {
    severity: 'broken',
    alone: true,
    cuts: 'open-webui',
    reason: 'After the next reboot of the droplet Open WebUI would stay down.',
    proof: { fault: 'docker-disabled' },
  },
  'containerd-down': {
    severity: 'broken',
    cuts: 'open-webui',
    reason:
      'Docker still answers and lists its containers as running, but cannot start, stop or enter any of them.',
    proof: { fault: 'docker-containerd-dead' },
  },
  'docker-masked': {
    severity: 'broken',
    cuts: 'open-webui',
    reason: 'Somebody has blocked it from starting (systemctl mask). Open WebUI needs it.',
    impact: 'No container can be started.',
    proof: { fault: 'docker-masked' },
  },
  'docker-starting': {
    severity: 'broken',
    cuts: 'open-webui',
    reason: 'Open WebUI and Paperclip run in it.',
  },
  'docker-start-limit': {
    severity: 'broken',
    cuts: 'open-webui',
    reason:
      'systemd takes more than three starts in a minute for a repeated crash, even when somebody only restarted Docker several times. It waits until these starts are cleared.',
    impact: 'No container can be started.',
    proof: { fault: 'docker-start-limit' },
  },
  'docker-looks-elsewhere': {
    severity: 'blocked',
    cuts: 'open-webui',
    reason: wording(
      { root: '/var/lib/docker' },
      ({ root }) =>
        `Nothing is lost: Docker looks into another place than before. Its folder was changed (data-root in /etc/docker/daemon.json, or that file is gone), or the kind of its store (containerd-snapshotter, storage-driver). Go back first: put the setting back, \`systemctl restart docker\`, and look again. Fetched anew, everything would be there twice, and what is in volumes would be empty. If the change is meant, rename ${root}/containers.`,
    ),
    impact: 'Open WebUI and Paperclip are left as they are.',
    proof: { fault: 'docker-another-store' },
  },
  'docker-down': {
    severity: 'broken',
    cuts: 'open-webui',
    reason: 'Open WebUI and Paperclip run in it.',
    impact: 'No container can be started.',
    proof: { fault: 'docker-daemon-down' },
  },
  'docker-silent': {
    severity: 'broken',
    cuts: 'open-webui',
    reason:
      'Its process is there, so systemd calls the service active, but it answers nobody: it hangs, or it waits for a disk that does. What runs in it goes on, but cannot be looked at, updated or restarted.',
    impact: 'No container can be started, and a backup of Paperclip cannot be made.',
    proof: { fault: 'docker-frozen' },
  },
  'docker-configuration-invalid': {
    severity: 'broken',
    cuts: 'open-webui',
    reason:
      'Docker reads its settings in /etc/docker/daemon.json only when it starts. An extra comma, an unknown setting, or one that its unit also sets (hosts) shows only then, long after somebody edited the file, and stops every container.',
    impact: 'No container can be started.',
    proof: { fault: 'docker-settings-comma' },
  },
  'docker-takes-commands-from-anyone': {
    severity: 'broken',
    alone: true,
    reason: wording(
      { toOthers: true, inUnit: false },
      ({ toOthers, inUnit }) =>
        `Whoever connects there is root on this machine: it starts any container, with any folder of this machine in it.${toOthers ? ' UFW does not always keep others out: images of hosting providers come with a rule that opens 2375 and 2376.' : ''} Everyone who can chat with Otto can connect from this machine. To take it away: ${inUnit ? '`systemctl edit docker.service`, with these three lines: `[Service]`, `ExecStart=`, `ExecStart=/usr/bin/dockerd -H fd://`' : 'delete the line "hosts" from /etc/docker/daemon.json'}; then \`systemctl daemon-reload && systemctl restart docker\` (all containers are unavailable for about 30 seconds), and \`ufw delete allow 2375\`, \`ufw delete allow 2376\`. From elsewhere use \`docker -H ssh://…\`.`,
    ),
    impact: 'Anyone who reaches that port is root.',
    proof: { fault: 'docker-open-api' },
  },
  'docker-bridge-missing': {
    severity: 'broken',
    cuts: 'open-webui',
    reason:
      'Open WebUI reaches Hermes over that bridge, and visitors reach Open WebUI through it. Without it a container runs, but has neither a network nor ports.',
    impact: 'Open WebUI will not reach Hermes.',
    proof: { fault: 'docker-bridge-none' },
  },
  'docker-bridge-stale': {
    severity: 'broken',
    cuts: 'open-webui',
    reason:
      'An existing bridge keeps its address when the settings change, even when Docker restarts. The containers use another address, or will get another one after the next reboot of this machine, and then no longer reach Hermes.',
    impact: 'Open WebUI does not reach Hermes, now or after the next reboot.',
    proof: { fault: 'docker-bridge-not-restarted' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
