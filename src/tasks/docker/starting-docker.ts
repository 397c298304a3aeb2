import type { Command } from '../../engine/contracts/action.ts';
import { notOurs, stops } from '../../engine/contracts/effect.ts';
import { forgetFailedStarts, systemctl } from '../../system/services/systemd.ts';

/** Facts: docker-ufw, trap 5: after three failed starts in a minute systemd refuses more until it is reset. */
export function startDocker(): readonly Command[] {
  return [
    forgetFailedStarts('Clear earlier failed starts of Docker', 'docker.service', 'docker.socket'),
    systemctl('Start Docker now and at boot', ['enable', '--now', 'docker.service']),
  ];
}

/** Of a daemon that hangs systemd waits for the end as long as its unit says, and then kills it. `effects`: whose containers it stops. */
export function restartDocker(effects = stops('all containers', notOurs)): readonly Command[] {
  return [
    forgetFailedStarts('Clear earlier starts of Docker', 'docker.service', 'docker.socket'),
    systemctl('Restart Docker', ['restart', 'docker.service'], {
      effects,
      timeoutMs: 5 * 60_000,
    }),
  ];
}
