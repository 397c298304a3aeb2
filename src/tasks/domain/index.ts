import type { Answers } from '../../answers/schema.ts';
import type { Host, ResolveResult } from '../../host/host.ts';
import {
  DROPLET_METADATA_URL,
  isCloudflare,
  isPublic,
  LIST_ADDRESSES,
  parseAddresses,
  parseDropletMetadata,
  sameAddress,
} from '../../system/network/addresses.ts';
import { found } from '../finding.ts';
import type { OttoTask } from '../otto-task.ts';
import { FINDINGS, type Finding } from './findings.ts';

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

/** Somebody at a terminal is informed soon and can keep watching; unattended, DNS gets more time. */
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
  if (!a.ok && (a.failure === 'nxdomain' || a.failure === 'nodata'))
    return [
      found(FINDINGS['domain-not-in-dns'], {
        evidence: `${domain} is not in DNS yet. ${advice}`,
        watch: watch(answers),
      }),
    ];
  if (!a.ok)
    return [
      found(FINDINGS['domain-dns-fails'], {
        evidence: `DNS gave no answer for ${domain}: ${a.failure === 'servfail' ? 'its name servers fail (SERVFAIL)' : a.detail}.`,
        watch: watch(answers),
      }),
    ];
  const foreign = a.addresses.filter((address) => !own.some((mine) => sameAddress(mine, address)));
  if (foreign.length === 0) return [];
  if (foreign.every(isCloudflare))
    return [
      found(FINDINGS['domain-proxied'], {
        evidence: `${domain} points to a Cloudflare proxy (${foreign.join(', ')}).`,
      }),
    ];
  if (own.length === 0)
    return [
      found(FINDINGS['domain-not-compared'], {
        evidence: `${domain} points to ${foreign.join(', ')}; this machine knows only its private addresses.`,
      }),
    ];
  if (foreign.length < a.addresses.length)
    return [
      found(FINDINGS['domain-leads-to-several'], {
        evidence: `${domain} points to ${a.addresses.join(', ')}; only ${a.addresses.filter((one) => !foreign.includes(one)).join(', ')} is this machine. Remove the A record of ${foreign.join(', ')}.`,
        watch: watch(answers),
      }),
    ];
  return [
    found(FINDINGS['domain-leads-elsewhere'], {
      evidence: `${domain} points to ${foreign.join(', ')}, this machine is ${own.join(', ')}. ${advice}`,
      watch: watch(answers),
    }),
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
    found(FINDINGS['domain-ipv6-elsewhere'], {
      evidence: `${answers.domain} has the IPv6 address ${foreign.join(', ')}, which is not this machine's. ${ipv6 === undefined ? 'Remove the AAAA record at your DNS provider.' : `Set it to ${ipv6}, or remove the AAAA record.`}`,
      watch: watch(answers),
    }),
  ];
}

/** Prerequisites: the name points to this machine, in DNS. */
export const domainTask: OttoTask<DomainFacts, Finding> = {
  id: 'domain',
  title: 'Domain',
  step: 'Prerequisites',
  why: 'The certificate authority and every visitor find this machine by its name, so the name must point here before there can be https.',
  needs: ['machine'],
  look,
  judge,
};
