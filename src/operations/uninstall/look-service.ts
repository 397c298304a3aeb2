import type { Layout } from '../../answers/layout.ts';
import type { Host } from '../../host/host.ts';
import { parseContainer } from '../../system/docker/docker.ts';
import { list, object, parseJson, text } from '../../system/formats/json.ts';
import { DUMP_CONFIGURATION, servers } from '../../system/nginx/nginx.ts';
import { parseConfiguration, parseDump } from '../../system/nginx/nginx-syntax.ts';
import { NO_UNIT, parseUnits, showUnits } from '../../system/services/systemd.ts';
import { askDocker, isOurs } from '../../tasks/containers.ts';
import { readFiles } from '../../tasks/nginx-site/look.ts';
import type { FetchedImage, PlacedContainer, PlacedFile, PlacedUnit, Remains } from './facts.ts';

const UNITS = '/etc/systemd/system';
const NGINX_MAIN = '/etc/nginx/nginx.conf';

/** nginx with all its sites; `placed`: the files that we wrote. */
export async function lookAtNginx(
  host: Host,
  placed: readonly PlacedFile[],
  domain: string,
): Promise<Remains['nginx']> {
  const [dump, units] = await Promise.all([
    host.exec(DUMP_CONFIGURATION),
    host.exec(showUnits('nginx.service')),
  ]);
  const files = dump.exitCode === 0 ? parseDump(dump.stdout) : await readFiles(host);
  const all = servers(parseConfiguration(files, NGINX_MAIN));
  const ours = [...new Set(all.filter(({ names }) => names.includes(domain)).map(({ file }) => file))];
  // A site of ours counts even if nginx does not read it.
  const written = placed.filter(({ path }) => path.startsWith('/etc/nginx/') && SITES.test(path));
  const paths = [...new Set([...ours, ...written.map(({ path }) => path)])];
  const beside = (path: string) =>
    all.some(({ file, names }) => file === path && names.some((name) => name !== domain && isName(name)));
  return {
    active: parseUnits(units.stdout, ['nginx.service'])['nginx.service']?.active === 'active',
    complaint: dump.exitCode === 0 || dump.exitCode === 127 ? undefined : complaintFile(dump.stderr),
    sites: paths.map((path) => {
      const whose = written.find((file) => file.path === path)?.whose ?? 'not-ours';
      // A file that serves somebody else's name too was edited, even if by us.
      return { path, whose: whose === 'ours' && beside(path) ? 'edited' : whose };
    }),
    others: [
      ...new Set(
        all
          .filter(({ file }) => !paths.includes(file))
          .flatMap(({ names }) => names)
          .filter(isName),
      ),
    ],
    servers: all,
  };
}

const SITES = /^\/etc\/nginx\/(sites-enabled|conf\.d)\//;
const isName = (name: string): boolean => name !== '_' && name !== '' && name !== 'localhost';

function complaintFile(stderr: string): string {
  return / in (\/\S+?):\d+/.exec(stderr)?.[1] ?? '';
}

/** All of this machine's; undefined when Docker is stopped and cannot say. */
export async function lookAtContainers(host: Host): Promise<readonly PlacedContainer[] | undefined> {
  const asked = await askDocker(host, ['docker', 'ps', '--all', '--quiet', '--no-trunc']).catch(
    () => undefined,
  );
  if (asked === undefined) return undefined;
  const ids = asked.stdout.split('\n').filter((line) => /^[\da-f]{64}$/.test(line));
  const [first] = ids;
  if (first === undefined) return [];
  const inspected = await askDocker(host, ['docker', 'inspect', '--type', 'container', ...ids]);
  return list(parseJson(inspected.stdout)).flatMap((one) => {
    const container = parseContainer(JSON.stringify([one]));
    if (container === undefined) return [];
    return [{ name: text(object(one).Name).replace(/^\//, ''), container, ours: isOurs(container) }];
  });
}

/** Which of these images exist. */
export async function lookAtImages(
  host: Host,
  names: readonly string[],
  containers: readonly PlacedContainer[],
): Promise<readonly FetchedImage[]> {
  const found = await Promise.all(
    names.map(async (name) => {
      const { stdout, exitCode } = await askDocker(host, [
        'docker',
        'image',
        'inspect',
        '--format',
        '{{.Id}}',
        name,
      ]);
      if (exitCode !== 0) return [];
      const others = containers.filter(({ container, ours }) => !ours && container.imageId === stdout.trim());
      return [{ name, usedBy: others.map((other) => other.name) }];
    }),
  );
  return found.flat();
}

/** Hermes's unit, and whatever else we described to systemd: timers. */
export async function lookAtUnits(
  host: Host,
  placed: readonly PlacedFile[],
  { hermes }: Layout,
): Promise<readonly PlacedUnit[]> {
  const ours = placed.filter(
    ({ path }) => path.startsWith(`${UNITS}/`) && !path.slice(UNITS.length + 1).includes('/'),
  );
  const byHand: readonly PlacedFile[] =
    ours.some(({ path }) => path === hermes.unit) || (await host.stat(hermes.unit)) === undefined
      ? []
      : [{ path: hermes.unit, whose: 'not-ours' }];
  const files = [...byHand, ...ours];
  if (files.length === 0) return [];
  const names = files.map(({ path }) => path.slice(UNITS.length + 1));
  const units = parseUnits((await host.exec(showUnits(...names))).stdout, names);
  return files
    .map((file, index) => {
      const name = names[index] ?? '';
      return { ...file, name, unit: units[name] ?? NO_UNIT };
    })
    .sort((one, other) => rank(one, hermes.unit) - rank(other, hermes.unit));
}

/** Hermes's first; a timer before what it would start again. */
const rank = ({ path }: PlacedFile, hermes: string): number =>
  path === hermes ? 0 : path.endsWith('.timer') ? 1 : 2;
