import { PORTS } from '../../answers/layout.ts';
import { declareFindings, type FoundOf, wording } from '../finding.ts';
import { WITHOUT_NETWORK } from '../managed-container/without-network.ts';
import { DATA_INSIDE, INSIDE } from './making.ts';

const NO_PAGE = 'There is no page to sign in to.';

/** Where its log names no cause that is known. */
export const LOG_SAYS_WHY =
  'Its log says why it ended: `docker logs open-webui`. Its data is outside of the container, so starting it again loses nothing.';

/** What can be wrong with Open WebUI's container. */
export const FINDINGS = declareFindings('open-webui', {
  'container-without-network': { ...WITHOUT_NETWORK, proof: { fault: 'docker-container-cut-off' } },
  'open-webui-set-aside': {
    severity: 'broken',
    reason:
      'A new container was being made and that was cut off, by a power cut for example. The one from before is whole and only has another name.',
    impact: NO_PAGE,
    proof: { fault: 'open-webui-cut-off' },
  },
  'open-webui-port-taken': {
    severity: 'blocked',
    reason: `nginx passes people on to 127.0.0.1:${PORTS.openWebui}. Find out with \`ss -tlnp\` and \`docker ps\` what it is, and free the port.`,
    impact: NO_PAGE,
    proof: { test: 'tasks/open-webui.test.ts' },
  },
  'open-webui-absent': {
    severity: 'missing',
    reason:
      'Its keys go into a file that only root reads, not onto the command line. The one that signs sessions is kept, so that a new container later signs nobody out.',
    impact: NO_PAGE,
    proof: { fault: 'open-webui-removed' },
  },
  'open-webui-paused': {
    severity: 'broken',
    reason: 'Somebody has paused it with `docker pause`: it is there, holds its port and answers nobody.',
    impact: NO_PAGE,
    proof: { fault: 'open-webui-paused' },
  },
  'open-webui-never-started': {
    severity: 'broken',
    reason:
      'A `docker run` that fails leaves a container that holds the name. Data is outside of it, so nothing is lost with it.',
    impact: NO_PAGE,
    proof: { fault: 'open-webui-never-started' },
  },
  'open-webui-stopped': {
    severity: 'broken',
    reason: wording({ outOfMemory: true, cause: LOG_SAYS_WHY }, ({ outOfMemory, cause }) =>
      outOfMemory
        ? 'The kernel ended it because memory ran out. It needs about one gigabyte; swap helps on small machines.'
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
        : `${cause} The container was made with other settings than those that are kept: ${otherSettings}. With the kept ones it has worked.`,
    ),
    impact: NO_PAGE,
    proof: { fault: 'open-webui-loop' },
  },
  'open-webui-silent': {
    severity: 'broken',
    reason:
      'It was started long ago and does not answer. Its log says what it is at: `docker logs --tail 50 open-webui`. A machine without memory to spare, or a disk that is full, make it so slow; a restart helps when it has come to a standstill.',
    impact: NO_PAGE,
    proof: { test: 'tasks/open-webui.test.ts' },
  },
  'open-webui-starting': {
    severity: 'missing',
    reason: wording({ migrates: true }, ({ migrates }) =>
      migrates
        ? 'It is bringing its database into a new form. Ending it now could leave the database half way, so it is left alone.'
        : 'The first start makes the database and may fetch models; it opens its port only when it is done. That can take minutes.',
    ),
    impact: 'The page does not answer yet.',
    proof: { fault: 'open-webui-starting' },
  },
  'open-webui-other-data': {
    severity: 'broken',
    reason:
      'Open WebUI then starts with an empty database: nobody can sign in any more, and whoever signs up first becomes the administrator. The old data is untouched. It happens when a container is made again with another -v, or without one.',
    impact: 'Nobody finds their account and their chats.',
    proof: { fault: 'open-webui-other-data' },
  },
  'open-webui-data-inside': {
    severity: 'risk',
    reason: wording(
      { container: '‹container›', data: '‹data›' },
      ({ container, data }) =>
        `Accounts and chats are gone with the container, at the next update at the latest. To take them out: docker stop ${container}; docker cp ${container}:${DATA_INSIDE}/. ${data}; then run otto-install again, which finds that the container does not use them.`,
    ),
    impact: 'The next update loses every account and every chat.',
    proof: { test: 'tasks/open-webui.test.ts' },
  },
  'open-webui-other-port': {
    severity: 'broken',
    reason: `nginx passes people on to 127.0.0.1:${PORTS.openWebui}, and inside its container Open WebUI listens on ${INSIDE}. Which ports are published is fixed when a container is made, so a new one takes its place; its data is outside of it.`,
    impact: NO_PAGE,
    proof: { fault: 'open-webui-wrong-port' },
  },
  'open-webui-keys-readable': {
    severity: 'broken',
    reason: 'It holds the key to Hermes, behind which is a terminal, and the key that signs sessions.',
    proof: { fault: 'open-webui-keys-readable' },
  },
  'open-webui-settings-not-kept': {
    severity: 'risk',
    reason: wording(
      { path: '‹path›' },
      ({ path }) =>
        `Removed or replaced, it takes them with it: everybody is signed out then, and what Open WebUI stored encrypted cannot be read any more. So they are written to ${path}, from which a new container is made. Nothing is restarted for it.`,
    ),
    proof: { test: 'tasks/open-webui.test.ts' },
  },
  'open-webui-left-over': {
    severity: 'risk',
    reason:
      'It was set aside while a new one was made, and that was cut off before it could be removed. The new one answers.',
    proof: { test: 'tasks/open-webui.test.ts' },
  },
  'open-webui-not-after-reboot': {
    severity: 'risk',
    reason: 'After a restart of the machine, or of Docker, it stays down until somebody starts it.',
    proof: { fault: 'open-webui-not-after-reboot' },
  },
  'open-webui-open-to-internet': {
    severity: 'risk',
    reason:
      'What Docker publishes does not pass through UFW, so not even `ufw deny` closes it: people can reach Open WebUI without https, past nginx. The address is fixed when a container is made.',
    impact: 'Passwords can be typed into a page without https.',
    proof: { fault: 'open-webui-on-all-addresses' },
  },
  'open-webui-secret-key-unset': {
    severity: 'risk',
    reason:
      'Open WebUI then keeps a key inside the container: a new container, at every update, has another one, signs everybody out and cannot read what it stored encrypted.',
    impact: 'The next update signs everybody out, unless the key is carried over then.',
    proof: { fault: 'open-webui-secret-key-missing' },
  },
  'open-webui-keys-on-command-line': {
    severity: 'risk',
    reason:
      "Such a command stays in root's shell history and in notes, with the key to Hermes in it, and whoever makes the container again has to know it by heart. Made from a file, all that a new container needs is in one place that only root reads. To be rid of a key that others may have seen, change it.",
    proof: { test: 'tasks/open-webui.test.ts' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
