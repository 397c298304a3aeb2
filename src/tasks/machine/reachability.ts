import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { FetchResult, Host } from '../../host/host.ts';
import { registryOf } from '../../system/docker/docker-failures.ts';
import { failureWords } from '../../system/network/http.ts';
import { PIP_DEFAULTS_FILE, pipConfigFiles, pipIndex } from '../../system/python/pip-config.ts';
import { found } from '../finding.ts';
import { FINDINGS, type Finding, type ServiceId } from './findings.ts';

/** Something on the internet that a step needs. */
interface Service {
  readonly id: ServiceId;
  readonly name: string;
  readonly url: string;
  /** now: a step of this run needs it; later: only a renewal or an update will. */
  readonly needed: 'now' | 'later';
}

export interface Probe {
  readonly service: Service;
  readonly result: FetchResult;
}

const PROBE_TIMEOUT_MS = 8_000;

/** Asks all services that the steps need, at the same time. Any HTTP answer, a 404 too, means that it is reachable. */
export async function probe(host: Host, answers: Answers): Promise<readonly Probe[]> {
  const services = await neededServices(host, answers);
  return Promise.all(
    services.map(async (service) => ({
      service,
      result: await host.fetch(service.url, { timeoutMs: PROBE_TIMEOUT_MS }),
    })),
  );
}

/** What must be reachable, given what is there already. */
async function neededServices(host: Host, answers: Answers): Promise<readonly Service[]> {
  const { hermes, openWebui, claude } = layout(answers);
  const [venv, database, cli, credentials] = await Promise.all([
    host.stat(hermes.python),
    host.stat(openWebui.database),
    host.stat(claude.command),
    host.stat(claude.credentials),
  ]);
  const [index, registry] = await Promise.all([
    venv === undefined ? pythonIndex(host, answers) : undefined,
    // The command line is only there to sign in; asking npm takes a second.
    answers.claude === 'login' && cli === undefined && credentials === undefined
      ? npmRegistry(host)
      : undefined,
  ]);
  const services: (Service | undefined)[] = [
    // Once Hermes is here, the task Claude credentials looks at the way to Claude itself and names what is in it.
    venv === undefined
      ? {
          id: 'claude',
          name: "Claude's API",
          url: 'https://api.anthropic.com/',
          needed: 'now',
        }
      : undefined,
    {
      id: 'acme',
      name: 'The certificate authority',
      url: answers.acmeServer,
      needed: database === undefined ? 'now' : 'later',
    },
    venv === undefined
      ? {
          id: 'github',
          name: 'GitHub',
          url: 'https://github.com/',
          needed: 'now',
        }
      : undefined,
    venv === undefined
      ? {
          id: 'github-api',
          name: "GitHub's API",
          url: 'https://api.github.com/',
          needed: 'now',
        }
      : undefined,
    database === undefined ? imageRegistry(answers.openWebuiImage) : undefined,
    index === undefined
      ? undefined
      : {
          id: 'python-index',
          name: 'The Python package index',
          url: index,
          needed: 'now',
        },
    registry === undefined
      ? undefined
      : {
          id: 'npm-registry',
          name: 'The npm registry',
          url: registry,
          needed: 'now',
        },
  ];
  return services.filter((service) => service !== undefined);
}

/** The registry in an image's name; undefined when the name leaves it to Docker. */
export function imageRegistry(image: string): Service | undefined {
  const first = registryOf(image);
  if (first === undefined) return undefined;
  return {
    id: 'image-registry',
    name: `The image registry ${first}`,
    url: `https://${first}/v2/`,
    needed: 'now',
  };
}

async function pythonIndex(host: Host, answers: Answers): Promise<string | undefined> {
  const files = [...pipConfigFiles(layout(answers).home), PIP_DEFAULTS_FILE];
  // One that cannot be read (a link of the user to elsewhere) says nothing; pip itself will tell.
  const texts = await Promise.all(files.map((file) => host.readFile(file).catch(() => undefined)));
  return pipIndex(texts.slice(0, -1), texts.at(-1));
}

async function npmRegistry(host: Host): Promise<string | undefined> {
  const { exitCode, stdout } = await host.exec(['npm', 'config', 'get', 'registry'], { timeoutMs: 10_000 });
  const url = stdout.trim().split('\n').at(-1) ?? '';
  return exitCode === 0 && URL.canParse(url) ? url : undefined;
}

/** These answer in JSON. A page is from something in between: a proxy, or a network that wants somebody to sign in. */
const NO_PAGES: readonly ServiceId[] = ['acme', 'github-api', 'image-registry', 'npm-registry'];

/** Why an answer is none of the service's own; undefined when it may be. */
function impostor({ service, result }: Probe): string | undefined {
  if (!result.ok || !NO_PAGES.includes(service.id)) return undefined;
  return result.status === 200 && /^\s*<(!doctype|html)/i.test(result.body)
    ? 'a web page came instead of its answer, as if something in between wanted somebody to sign in'
    : undefined;
}

/** A finding for each service that did not answer, or for which something else did. */
export function judgeReachability(probes: readonly Probe[]): readonly Finding[] {
  return probes.flatMap((one): Finding[] => {
    const { service, result } = one;
    const why = result.ok ? impostor(one) : failureWords(result);
    if (why === undefined) return [];
    const neededNow = service.needed === 'now';
    return [
      found(FINDINGS[`unreachable-${service.id}`], {
        evidence: `${service.name} (${new URL(service.url).host}) cannot be reached: ${why}.`,
        severity: neededNow ? 'blocked' : 'risk',
        values: { neededNow },
        ...(neededNow ? { watch: { everyMs: 5_000, forMs: 30_000 } } : {}),
      }),
    ];
  });
}
