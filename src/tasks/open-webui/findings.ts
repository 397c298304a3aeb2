import { PORTS } from '../../answers/layout.ts';
import { declareFindings, type FoundOf, wording } from '../finding.ts';
import { NOT_REACHED } from '../managed-container/publishing.ts';
import { WITHOUT_NETWORK } from '../managed-container/without-network.ts';
import { DATA_INSIDE, INSIDE } from './creation-spec.ts';

const NO_PAGE = 'There is no page to sign in to.';

/** Where its log names no cause that is known. */
export const LOG_SAYS_WHY =
  'Its log says why it stopped: `docker logs open-webui`. Its data is outside the container, so starting it again loses nothing.';

const STARTED_LONG_AGO =
  'It was started long ago but does not answer. Its log says what it is doing: `docker logs --tail 50 open-webui`. Too little memory or a full disk can make it this slow; a restart helps when it is stuck.';

/** What can be wrong with Open WebUI's container. */
export const FINDINGS = declareFindings('open-webui', 'tasks/open-webui/open-webui.test.ts', {
  'container-without-network': { ...WITHOUT_NETWORK, proof: { fault: 'docker-container-cut-off' } },
  'open-webui-set-aside': {
    severity: 'broken',
    reason:
      'Replacing the container was interrupted, for example by a power cut. The previous one is intact and only has another name.',
    impact: NO_PAGE,
    proof: { fault: 'open-webui-cut-off' },
  },
  'open-webui-port-taken': {
    severity: 'blocked',
    refutable: true,
    reason: `nginx passes people on to 127.0.0.1:${PORTS.openWebui}. Find out with \`ss -tlnp\` and \`docker ps\` what uses the port, and free it.`,
    impact: NO_PAGE,
  },
  'open-webui-port-of-another': {
    severity: 'broken',
    reason: wording(
      { name: '‹name›' },
      ({ name }) =>
        `Whoever has the port is what visitors see, and what would be asked and changed through it. If ${name} should be this Otto’s Open WebUI, remove the other one by hand and look again; if not, give ${name} another port, or stop it. With the restart policy "always" Docker starts it again at each boot, although somebody had stopped it.`,
    ),
    impact: NO_PAGE,
    proof: { fault: 'open-webui-port-of-another' },
  },
  'open-webui-another-program': {
    severity: 'blocked',
    reason: wording(
      { name: '‹name›' },
      ({ name }) =>
        `Somebody uses this name and this port for something else, so nothing is done to it. Give it another name (\`docker rename ${name} …\`) and another port, and look again.`,
    ),
    impact: NO_PAGE,
    proof: { fault: 'open-webui-another-program' },
  },
  'open-webui-absent': {
    severity: 'missing',
    refutable: true,
    reason:
      'Its keys go into a file that only root can read, not onto the command line. The key that signs sessions is kept, so that a later container signs nobody out.',
    impact: NO_PAGE,
    proof: { fault: 'open-webui-removed' },
  },
  'open-webui-paused': {
    severity: 'broken',
    reason: 'Somebody has paused it with `docker pause`: it still holds its port, but answers nobody.',
    impact: NO_PAGE,
    proof: { fault: 'open-webui-paused' },
  },
  'open-webui-never-started': {
    severity: 'broken',
    reason:
      "A failed `docker run` leaves a container behind that keeps the name. Open WebUI's data is outside the container, so nothing is lost.",
    impact: NO_PAGE,
    proof: { fault: 'open-webui-never-started' },
  },
  'open-webui-stopped': {
    severity: 'broken',
    reason: wording({ outOfMemory: true, cause: LOG_SAYS_WHY }, ({ outOfMemory, cause }) =>
      outOfMemory
        ? 'The kernel killed it because memory ran out. It needs about 1 GB; swap helps on small machines.'
        : cause,
    ),
    impact: NO_PAGE,
    proof: { fault: 'open-webui-stopped' },
  },
  'open-webui-restarts': {
    severity: 'broken',
    reason: wording({ cause: LOG_SAYS_WHY, otherSettings: '‹names›' }, ({ cause, otherSettings }) =>
      otherSettings === ''
        ? cause
        : `${cause} The container was created with settings that differ from the kept ones: ${otherSettings}. It has worked with the kept ones.`,
    ),
    impact: NO_PAGE,
    proof: { fault: 'open-webui-loop' },
  },
  'open-webui-not-reached': { ...NOT_REACHED, proof: { fault: 'docker-publishes-nowhere' } },
  'open-webui-silent': {
    severity: 'broken',
    refutable: true,
    reason: wording({ cause: '' }, ({ cause }) =>
      cause === '' ? STARTED_LONG_AGO : `It was started long ago but does not answer. ${cause}`,
    ),
    impact: NO_PAGE,
  },
  'open-webui-starting': {
    severity: 'missing',
    refutable: true,
    reason: wording({ migrates: true }, ({ migrates }) =>
      migrates
        ? 'It is migrating its database. Stopping it now could leave the database half migrated, so otto-install leaves it alone.'
        : 'On first start it creates the database and may download models, and opens its port only after that. This can take a few minutes.',
    ),
    impact: 'The page does not answer yet.',
    proof: { fault: 'open-webui-starting' },
  },
  'open-webui-other-data': {
    severity: 'broken',
    reason:
      'Open WebUI then starts with an empty database: nobody can sign in, and the first person to sign up becomes the administrator. The old data is untouched. This happens when somebody recreates the container with another -v, or without one.',
    impact: 'People do not find their accounts and chats.',
    proof: { fault: 'open-webui-other-data' },
  },
  'open-webui-data-inside': {
    severity: 'risk',
    reason: wording(
      { container: '‹container›', data: '‹data›' },
      ({ container, data }) =>
        `Accounts and chats are lost with the container, at the next update at the latest. To copy them out: docker stop ${container}; docker cp ${container}:${DATA_INSIDE}/. ${data}; then run otto-install again, which will notice that the container does not use them.`,
    ),
    impact: 'The next update loses every account and every chat.',
  },
  'open-webui-other-port': {
    severity: 'broken',
    reason: `nginx passes people on to 127.0.0.1:${PORTS.openWebui}, and inside its container Open WebUI listens on ${INSIDE}. A container's ports are fixed when it is created, so a new one replaces it; its data is outside the container.`,
    impact: NO_PAGE,
    proof: { fault: 'open-webui-wrong-port' },
  },
  'open-webui-keys-readable': {
    severity: 'broken',
    alone: true,
    reason: 'It contains the key to Hermes, which leads to a terminal, and the key that signs sessions.',
    proof: { fault: 'open-webui-keys-readable' },
  },
  'open-webui-env-file-refused': {
    severity: 'risk',
    reason:
      'Open WebUI works, because its container was created before: Docker reads this file only when it creates one, and refuses all of it then. Until then the values in these lines reach nobody. `export` is a word of shells.',
    impact: 'The next container cannot be created.',
    proof: { fault: 'open-webui-export-in-env-file' },
  },
  'open-webui-settings-not-kept': {
    severity: 'risk',
    reason: wording(
      { path: '‹path›' },
      ({ path }) =>
        `If it is removed or replaced, they are lost: everyone is signed out, and what Open WebUI stored encrypted can no longer be read. So otto-install writes them to ${path}, from which a new container is created. Nothing restarts.`,
    ),
  },
  'open-webui-left-over': {
    severity: 'risk',
    reason:
      'It was set aside while a new one was created, and that was interrupted before it could be removed. The new one answers.',
  },
  'open-webui-not-after-reboot': {
    severity: 'risk',
    reason: 'After a restart of this machine, or of Docker, it stays down until somebody starts it.',
    proof: { fault: 'open-webui-not-after-reboot' },
  },
  'open-webui-open-to-internet': {
    severity: 'risk',
    reason:
      "Docker's published ports bypass UFW, so even `ufw deny` does not close this one: people can reach Open WebUI without https, past nginx. The address is fixed when a container is created.",
    impact: 'People can type passwords into a page without https.',
    proof: { fault: 'open-webui-on-all-addresses' },
  },
  'open-webui-secret-key-unset': {
    severity: 'risk',
    reason:
      'Open WebUI then keeps a key inside the container. At every update the new container has another one, signs everyone out, and cannot read what was stored encrypted.',
    impact: 'The next update signs everyone out, unless the key is carried over.',
    proof: { fault: 'open-webui-secret-key-missing' },
  },
  'open-webui-keys-on-command-line': {
    severity: 'risk',
    reason:
      "If they were on the command line, that command, including the key to Hermes, stays in root's shell history and in notes; it, or the file, is needed again to recreate the container. With an env file, everything that a new container needs is in one place that only root can read. If others may have seen a key, change it.",
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
