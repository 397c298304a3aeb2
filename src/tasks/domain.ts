import type { Answers } from '../answers/schema.ts';
import type { Finding } from '../engine/contracts/task.ts';
import type { Host, ResolveResult } from '../host/host.ts';
import {
  DROPLET_METADATA_URL,
  isCloudflare,
  isPublic,
  LIST_ADDRESSES,
  parseAddresses,
  parseDropletMetadata,
  sameAddress,
} from '../system/network/addresses.ts';
import type { OttoTask } from './otto-task.ts';

export interface DomainFacts {
  /** Addresses at which the internet reaches this machine; empty when only private ones are known (behind NAT). */
  readonly own: readonly string[];
  readonly a: ResolveResult;
  readonly aaaa: ResolveResult;
}

/** Interfaces that containers and virtual machines bring along. */
const INNER_INTERFACE = /^(docker|br-|veth|virbr|lxc|lxd|cni|flannel)/;

async function look(host: Host, answers: Answers): Promise<DomainFacts> {
  const [own, a, aaaa] = await Promise.all([
    ownAddresses(host),
    host.resolve(answers.domain, 'A'),
    host.resolve(answers.domain, 'AAAA'),
  ]);
  return { own, a, aaaa };
}

/**
 * The addresses of the interfaces, and on a droplet of DigitalOcean those in its metadata: a reserved address leads to
 * the droplet without being on an interface.
 */
async function ownAddresses(host: Host): Promise<readonly string[]> {
  const [listed, vendor] = await Promise.all([
    host.exec(LIST_ADDRESSES),
    host.readFile('/sys/class/dmi/id/sys_vendor'),
  ]);
  const own = parseAddresses(listed.stdout)
    .filter((entry) => !INNER_INTERFACE.test(entry.interface) && isPublic(entry.address))
    .map(({ address }) => address);
  if (vendor?.trim() !== 'DigitalOcean' && own.length > 0) return own;
  const metadata = await host.fetch(DROPLET_METADATA_URL, { timeoutMs: 1_000 });
  const told = metadata.ok && metadata.status === 200 ? parseDropletMetadata(metadata.body) : [];
  return [...new Set([...told, ...own])];
}

function judge(facts: DomainFacts, answers: Answers): readonly Finding[] {
  return [...judgeA(facts, answers), ...judgeAaaa(facts, answers)];
}

/** Somebody at a terminal is told soon and can go on watching; without anybody DNS gets its time. */
function watch({ unattended }: Answers): { readonly everyMs: number; readonly forMs: number } {
  return { everyMs: 5_000, forMs: unattended ? 15 * 60_000 : 10_000 };
}

function judgeA({ own, a }: DomainFacts, answers: Answers): readonly Finding[] {
  const { domain } = answers;
  const ipv4 = own.find((address) => !address.includes(':'));
  const advice =
    ipv4 === undefined
      ? `At your DNS provider, set its A record to the public address of this machine.`
      : `At your DNS provider, set its A record to ${ipv4}.`;
  const blocked = { severity: 'blocked', fixes: [], watch: watch(answers) } as const;
  const ifSkipped = 'There will be no certificate, so no https and no page under this name.';
  if (!a.ok && (a.failure === 'nxdomain' || a.failure === 'nodata'))
    return [
      {
        ...blocked,
        code: 'domain-not-in-dns',
        saw: `${domain} is not in DNS yet. ${advice}`,
        because:
          'Visitors and the certificate authority find this machine by its name. A new record usually shows within a minute, sometimes within an hour. otto-install checks every 5 s.',
        ifSkipped,
      },
    ];
  if (!a.ok)
    return [
      {
        ...blocked,
        code: 'domain-dns-fails',
        saw: `DNS gave no answer for ${domain}: ${a.failure === 'servfail' ? 'its name servers fail (SERVFAIL)' : a.detail}.`,
        because:
          'Either the resolver of this machine does not work (resolvectl status), or the name servers of the domain do not, for example because of broken DNSSEC.',
        ifSkipped,
      },
    ];
  const foreign = a.addresses.filter((address) => !own.some((mine) => sameAddress(mine, address)));
  if (foreign.length === 0) return [];
  if (foreign.every(isCloudflare))
    return [
      {
        code: 'domain-proxied',
        severity: 'risk',
        saw: `${domain} points to a Cloudflare proxy (${foreign.join(', ')}).`,
        because:
          'This machine cannot see what is behind the proxy; before the certificate is requested, a token fetched by name will show it. In Cloudflare, SSL/TLS must be "Full (strict)": with "Flexible" every page redirects to itself forever. Cloudflare cuts off answers that take longer than 100 s.',
        fixes: [],
      },
    ];
  if (own.length === 0)
    return [
      {
        code: 'domain-not-compared',
        severity: 'risk',
        saw: `${domain} leads to ${foreign.join(', ')}; this machine knows only its private addresses.`,
        because:
          'It is behind NAT, so the two cannot be compared. Before the certificate is requested, a token fetched by name will show whether the name points here.',
        fixes: [],
      },
    ];
  if (foreign.length < a.addresses.length)
    return [
      {
        ...blocked,
        code: 'domain-leads-to-several',
        saw: `${domain} leads to ${a.addresses.join(', ')}; only ${a.addresses.filter((one) => !foreign.includes(one)).join(', ')} is this machine. Remove the A record of ${foreign.join(', ')}.`,
        because:
          'Visitors and the certificate authority pick any of them, so some requests would reach another machine.',
        ifSkipped: 'The certificate will probably fail, and visitors will see errors now and then.',
      },
    ];
  return [
    {
      ...blocked,
      code: 'domain-leads-elsewhere',
      saw: `${domain} leads to ${foreign.join(', ')}, this machine is ${own.join(', ')}. ${advice}`,
      because:
        'A certificate cannot be issued until the name points here. DNS keeps old answers for as long as their record says, often an hour. otto-install checks every 5 s.',
      ifSkipped,
    },
  ];
}

function judgeAaaa({ own, aaaa }: DomainFacts, answers: Answers): readonly Finding[] {
  if (!aaaa.ok) return [];
  const foreign = aaaa.addresses.filter(
    (address) => !own.some((mine) => sameAddress(mine, address)) && !isCloudflare(address),
  );
  if (foreign.length === 0) return [];
  const ipv6 = own.find((address) => address.includes(':'));
  return [
    {
      code: 'domain-ipv6-elsewhere',
      severity: 'blocked',
      saw: `${answers.domain} has the IPv6 address ${foreign.join(', ')}, which is not this machine's. ${ipv6 === undefined ? 'Remove the AAAA record at your DNS provider.' : `Set it to ${ipv6}, or remove the AAAA record.`}`,
      because:
        "Let's Encrypt prefers IPv6: it would ask that other machine and refuse the certificate, although everything works over IPv4. Visitors with IPv6 would end up there, too.",
      ifSkipped: 'The certificate will be refused, and visitors with IPv6 will see another machine.',
      fixes: [],
      watch: watch(answers),
    },
  ];
}

/** Prerequisites: the name leads to this machine, in DNS. */
export const domainTask: OttoTask<DomainFacts> = {
  id: 'domain',
  title: 'Domain',
  step: 'Prerequisites',
  why: 'The certificate authority and every visitor find this machine by its name, so the name must point here before there can be https.',
  needs: ['machine'],
  look,
  judge,
};
