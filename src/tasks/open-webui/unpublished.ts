import type { Container } from '../../system/docker/docker.ts';
import { isOurs } from '../containers.ts';

/** What Open WebUI's container is called until its administrator is made: only root can reach it until then. */
export const UNPUBLISHED = 'open-webui-claim';

/** Whether the container of that name is one that we made for it, and not somebody's who chose the same name. */
export const isUnpublished = (container: Container | undefined): container is Container =>
  container !== undefined && isOurs(container);

/** Whether it is on Docker's network: others can reach it then. */
export const isConnected = ({ networks }: Container): boolean => networks.some(({ name }) => name !== 'none');

/** Whether it may be published as it is; what earlier releases made has no network for ever, and one that has ended is made again. */
export const isPublishable = ({ status, restarting, networkMode }: Container): boolean =>
  status === 'running' && !restarting && (networkMode === 'default' || networkMode === 'bridge');
