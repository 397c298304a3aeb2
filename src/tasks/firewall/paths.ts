import { PORTS } from '../../answers/layout.ts';
import type { Action } from '../../engine/contracts/action.ts';
import { command, writeFile } from '../../engine/contracts/command.ts';
import { deletes, notOurs, opens } from '../../engine/contracts/effect.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import type { Argv, Host } from '../../host/host.ts';
import { LIST_ADDRESSES, parseAddresses } from '../../system/network/addresses.ts';
import { defaultDevice, deletionOf, isOfUfw, parsePaths, pathOf } from '../../system/network/packet-path.ts';
import { found } from '../finding.ts';
import { type ContainerWay, type ForeignRule, type PathFacts, toHermes, WEB_PORTS } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';

const LIST_FILTER_TABLE_6: Argv = ['ip6tables', '-S'];
const FORWARDING = '/proc/sys/net/ipv4/ip_forward';
const SYSCTL_FOLDERS = ['/etc/sysctl.d', '/usr/lib/sysctl.d'] as const;

/** `filter`: what `iptables -S` printed; `docker`: it runs, and writes rules of its own that are in use. */
export async function lookAtPaths(
  host: Host,
  filter: string,
  ways: readonly ContainerWay[],
  docker: boolean,
): Promise<PathFacts> {
  const [route, six, addresses, forwarding] = await Promise.all([
    host.readFile('/proc/net/route'),
    host.exec(LIST_FILTER_TABLE_6),
    host.exec(LIST_ADDRESSES),
    host.readFile(FORWARDING),
  ]);
  const outside = defaultDevice(route);
  const four = parsePaths(filter);
  const hasSix = parseAddresses(addresses.stdout).some(({ family }) => family === 6);
  const families = [
    { tool: 'iptables' as const, table: four },
    ...(hasSix ? [{ tool: 'ip6tables' as const, table: parsePaths(six.stdout) }] : []),
  ];
  const visitors = families.flatMap(({ tool, table }) =>
    together(
      WEB_PORTS.flatMap((port) => {
        const { does, rule } = pathOf(table, 'INPUT', { protocol: 'tcp', port, in: outside });
        return does === 'accept' || rule === undefined || isOfUfw(rule)
          ? []
          : [{ ...rule, tool, ports: [port] }];
      }),
    ),
  );
  const containers = ways.flatMap((way) => {
    const { port, device, from, to } = toHermes(way);
    const { does, rule } = pathOf(four, 'INPUT', { protocol: 'tcp', port, in: device, from, to });
    return does === 'accept' || rule === undefined || isOfUfw(rule)
      ? []
      : [{ ...rule, tool: 'iptables' as const, ports: [port] }];
  });
  const [way] = ways;
  const out =
    docker && way !== undefined && outside !== undefined
      ? pathOf(four, 'FORWARD', {
          protocol: 'tcp',
          port: PORTS.https,
          in: way.device,
          out: outside,
          from: way.from,
        })
      : undefined;
  return {
    visitors,
    containers: together(containers),
    containersOut:
      out?.does === 'drop' && out.rule !== undefined
        ? { ...out.rule, tool: 'iptables', ports: [PORTS.https] }
        : undefined,
    forwardingOff: docker && forwarding?.trim() === '0' ? { files: await filesAbout(host) } : undefined,
  };
}

/** One rule that is about several ports is one. */
function together(rules: readonly ForeignRule[]): readonly ForeignRule[] {
  const lines = [...new Set(rules.map(({ line }) => line))];
  return lines.flatMap((line) => {
    const same = rules.filter((rule) => rule.line === line);
    return same.slice(0, 1).map((rule) => ({ ...rule, ports: same.flatMap(({ ports }) => ports) }));
  });
}

/** The files that turn forwarding off at boot. */
async function filesAbout(host: Host): Promise<readonly string[]> {
  const listed = await Promise.all(
    SYSCTL_FOLDERS.map(async (folder) =>
      ((await host.list(folder)) ?? []).map((name) => `${folder}/${name}`),
    ),
  );
  const paths = ['/etc/sysctl.conf', ...listed.flat().filter((path) => path.endsWith('.conf'))];
  const texts = await Promise.all(paths.map((path) => host.readFile(path).catch(() => undefined)));
  return paths.filter((_, index) => /^\s*net[./]ipv4[./]ip_forward\s*=\s*0/m.test(texts[index] ?? ''));
}

/** Pure. What rules outside of UFW's chains do to an Otto. */
export function judgePaths({
  visitors,
  containers,
  containersOut,
  forwardingOff,
}: PathFacts): readonly Finding[] {
  return [
    ...visitors.map((rule) =>
      found(FINDINGS['web-ports-dropped-by-a-rule'], {
        evidence: `A rule outside of UFW's chains turns away whoever comes in to port ${rule.ports.join(' and ')}${rule.tool === 'ip6tables' ? ' over IPv6' : ''}: ${rule.line}`,
        fixes: [without(rule, `Let visitors come in to port ${rule.ports.join(' and ')} again`)],
      }),
    ),
    ...containers.map((rule) =>
      found(FINDINGS['containers-dropped-by-a-rule'], {
        evidence: `A rule outside of UFW's chains turns away containers that ask Hermes on port ${rule.ports.join()}: ${rule.line}`,
        fixes: [without(rule, 'Let containers reach Hermes again')],
      }),
    ),
    ...(forwardingOff === undefined ? [] : [notForwarded(forwardingOff.files)]),
    ...(containersOut === undefined
      ? []
      : [
          found(FINDINGS['containers-kept-from-internet'], {
            evidence: `A rule turns away what containers send to the internet: ${containersOut.line}`,
            fixes: isOfUfw(containersOut)
              ? []
              : [without(containersOut, 'Let containers reach the internet again')],
          }),
        ]),
  ];
}

function without(rule: ForeignRule, title: string): Fix {
  return {
    id: 'delete-rule',
    title: `${title}: delete that rule`,
    consequence:
      'Somebody, or another firewall program, put this rule there. It is deleted from the kernel; whatever wrote it may write it again at the next boot.',
    actions: [
      command([rule.tool, ...deletionOf(rule)], `Delete the rule "${rule.line}"`, {
        timeoutMs: 30_000,
        effects: [
          ...deletes(`the rule "${rule.line}"`, notOurs),
          ...opens(`port ${rule.ports.join(' and ')} to whom it turned away`, notOurs),
        ],
      }),
    ],
  };
}

const KEPT = '/etc/sysctl.d/99-zz-otto-install.conf';

function notForwarded(files: readonly string[]): Finding {
  const where =
    files.length === 0 ? '' : ` ${files.join(' and ')} ${files.length === 1 ? 'says' : 'say'} so.`;
  const write: Action = writeFile(
    KEPT,
    '# Docker needs it: without it no container reaches anything beyond this machine. Written by otto-install.\nnet.ipv4.ip_forward = 1\n',
    0o644,
    'Keep forwarding on at boot, after what turns it off',
  );
  return found(FINDINGS['packets-not-forwarded'], {
    evidence: `net.ipv4.ip_forward is 0.${where}`,
    fixes: [
      {
        id: 'forward-packets',
        title: 'Let the kernel pass on packets of containers, now and at boot',
        consequence: `This machine passes on packets between its networks again, as Docker sets it when it starts. Somebody turned it off${files.length === 0 ? '' : ` (${files.join(', ')} stays as it is)`}.`,
        actions: [
          command(['sysctl', '-w', 'net.ipv4.ip_forward=1'], 'Let the kernel pass on packets', {
            timeoutMs: 10_000,
            effects: opens('the way from containers to other networks', notOurs),
          }),
          write,
        ],
      },
    ],
  });
}
