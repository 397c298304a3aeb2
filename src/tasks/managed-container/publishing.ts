import { command } from '../../engine/contracts/command.ts';
import { labelled, notOurs, stops } from '../../engine/contracts/effect.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import type { Host } from '../../host/host.ts';
import type { Container } from '../../system/docker/docker.ts';
import { object, parseJson } from '../../system/formats/json.ts';
import { isOurs } from '../containers.ts';
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

/** A start of our own that came without its port (seen after a power cut) is made once more unasked: nobody has come in since. */
const JUST_STARTED_MS = 15 * 60_000;

/** Of a container whose port was published once and is not any more: made anew together with it. */
export function publishAgain(
  name: string,
  container: Container,
  { told, nowMs }: { readonly told: boolean; readonly nowMs: number },
): readonly Fix[] {
  if (told) return [];
  const justStarted = isOurs(container) && nowMs - (container.startedMs ?? 0) < JUST_STARTED_MS;
  return [
    {
      id: 'publish-again',
      title: `Restart the container ${name}, which publishes its port again`,
      ...(justStarted
        ? {}
        : { consequence: `What runs in the container ${name} is interrupted for some seconds.` }),
      actions: [
        command(['docker', 'restart', '-t', '60', name], `Restart the container ${name}`, {
          timeoutMs: 180_000,
          effects: stops(`the container ${name}`, justStarted ? labelled : notOurs),
        }),
      ],
    },
  ];
}
