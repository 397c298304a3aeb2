import type { Command } from '../../engine/contracts/action.ts';
import { forgetFailedStarts, systemctl } from '../../system/services/systemd.ts';

/** Facts: docker-ufw, trap 5: after three failed starts in a minute systemd refuses more until it is reset. */
export function startDocker(): readonly Command[] {
  return [
    forgetFailedStarts('Clear earlier failed starts of Docker', 'docker.service', 'docker.socket'),
    systemctl('Start Docker now and at boot', ['enable', '--now', 'docker.service']),
  ];
}
