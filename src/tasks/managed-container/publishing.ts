import { command } from '../../engine/contracts/command.ts';
import { notOurs, stops } from '../../engine/contracts/effect.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import type { Host } from '../../host/host.ts';
import { object, parseJson } from '../../system/formats/json.ts';
import { wording } from '../finding.ts';

const SETTINGS = '/etc/docker/daemon.json';

/** Docker publishes a port by rules of the packet filter, by a program that passes on what comes in, or, told so, in no way. */
export async function isToldToPublishNothing(host: Host): Promise<boolean> {
  const settings = object(parseJson((await host.readFile(SETTINGS).catch(() => undefined)) ?? ''));
  return settings.iptables === false && settings['userland-proxy'] === false;
}

/** What there is to say of a container that works and that nothing leads to, whatever runs in it. */
export const NOT_REACHED = {
  severity: 'broken',
  reason: wording({ told: true }, ({ told }) =>
    told
      ? `${SETTINGS} has "iptables": false and "userland-proxy": false: then Docker publishes no port at all. Take out the line with "userland-proxy" (or both), then \`systemctl restart docker\`; all containers are unavailable for about 30 seconds.`
      : 'It has started and works; what is missing is the way to it. Docker publishes a port by rules of the packet filter, or by its docker-proxy, and makes both only when it starts a container.',
  ),
  impact: 'Nobody can use it.',
} as const;

/** Of a container whose port was published once and is not any more: made anew together with it. */
export const publishAgain = (name: string, told: boolean): readonly Fix[] =>
  told
    ? []
    : [
        {
          id: 'publish-again',
          title: `Restart the container ${name}, which publishes its port again`,
          consequence: `What runs in the container ${name} is interrupted for some seconds.`,
          actions: [
            command(['docker', 'restart', '-t', '60', name], `Restart the container ${name}`, {
              timeoutMs: 180_000,
              effects: stops(`the container ${name}`, notOurs),
            }),
          ],
        },
      ];
