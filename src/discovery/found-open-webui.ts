import { layout } from '../answers/layout.ts';
import type { NamedContainer } from '../system/docker/docker.ts';
import { isOpenWebui } from '../tasks/all-containers.ts';
import { isOurs } from '../tasks/containers.ts';
import { INSIDE } from '../tasks/open-webui/creation-spec.ts';

/** Under which name Open WebUI's container was found, and the port of this machine that leads to it. */
export interface FoundOpenWebui {
  readonly container: string;
  readonly port: number;
  /** The compose project that it belongs to. */
  readonly project: string | undefined;
}

/** Which container is this Otto's Open WebUI. */
type Choice =
  | { readonly container: NamedContainer; readonly as: FoundOpenWebui | undefined }
  /** There are several and nothing tells which one is used. */
  | { readonly among: readonly string[] }
  | undefined;

/**
 * Pure. The container of the usual name, as long as it is Open WebUI; else the one that runs, whatever it is called. `ledTo`: ports of this machine to which nginx passes visitors on: of several, the one that visitors see.
 */
export function chooseOpenWebui(containers: readonly NamedContainer[], ledTo: readonly number[]): Choice {
  const usual = layout({ user: 'cleo' }).openWebui;
  const named = containers.find(({ name }) => name === usual.container);
  const candidates = containers.filter((one) => isOpenWebui(one) && !isHelper(one));
  const running = candidates.filter((one) => one.status === 'running' && !one.restarting);
  // One that is down is a fault to be named; what works beside it, on its port even, is not this Otto's for that.
  if (named !== undefined && (candidates.includes(named) || isOurs(named)))
    return { container: named, as: onPortLedTo(named, ledTo) };
  const seen = running.filter((one) => ledTo.includes(portOf(one) ?? -1));
  const [one, ...more] = seen.length > 0 ? seen : running.length > 0 ? running : candidates;
  if (one === undefined) return named === undefined ? undefined : { container: named, as: undefined };
  if (more.length > 0) return { among: [one, ...more].map(({ name }) => name) };
  const port = portOf(one) ?? usual.port;
  const isUsual = one.name === usual.container && port === usual.port;
  return { container: one, as: isUsual ? undefined : { container: one.name, port, project: one.project } };
}

/** On another port than the usual one it is where it should be only if visitors are led there; else that is a fault of it. */
function onPortLedTo(container: NamedContainer, ledTo: readonly number[]): FoundOpenWebui | undefined {
  const port = portOf(container);
  const isElsewhere = port !== undefined && port !== layout({ user: 'cleo' }).openWebui.port;
  return isElsewhere && ledTo.includes(port)
    ? { container: container.name, port, project: container.project }
    : undefined;
}

/** The port of this machine that leads to Open WebUI inside; on the machine's own network it is the same one. */
function portOf({ published, bound = [] }: NamedContainer): number | undefined {
  return [...published, ...bound].find(({ containerPort }) => containerPort === INSIDE)?.hostPort;
}

/** What otto-install makes for a while, or keeps until a new one answers. */
const isHelper = ({ name }: NamedContainer): boolean => /^open-webui-(claim|before)$/.test(name);
