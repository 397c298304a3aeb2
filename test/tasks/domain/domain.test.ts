import { expect, test } from 'vitest';
import type { ResolveResult } from '../../../src/host/host.ts';
import { type DomainFacts, domainTask } from '../../../src/tasks/domain/index.ts';
import { answersWith } from '../answers.ts';

const records = (...addresses: string[]): ResolveResult => ({ ok: true, addresses });
const fails = (failure: Extract<ResolveResult, { ok: false }>['failure']): ResolveResult => ({
  ok: false,
  failure,
  detail: 'the resolver said no',
});

const healthy: DomainFacts = { own: ['203.0.113.10'], a: records('203.0.113.10'), aaaa: fails('nodata') };
const judge = (facts: Partial<DomainFacts>, unattended = false) =>
  domainTask.judge({ ...healthy, ...facts }, answersWith({ unattended }));

test('the name leads here: nothing to do', () => {
  expect(judge({})).toEqual([]);
  expect(
    judge({ own: ['203.0.113.10', '2001:db8::1'], aaaa: records('2001:DB8:0::1') }),
    'the same IPv6 address in another spelling',
  ).toEqual([]);
});

test.each<[string, Partial<DomainFacts>, string, string]>([
  ['not in DNS', { a: fails('nxdomain') }, 'blocked domain-not-in-dns', 'set its A record to 203.0.113.10.'],
  ['no A record', { a: fails('nodata') }, 'blocked domain-not-in-dns', 'set its A record to 203.0.113.10.'],
  ['name servers fail', { a: fails('servfail') }, 'blocked domain-dns-fails', 'SERVFAIL'],
  ['another machine', { a: records('198.51.100.7') }, 'blocked domain-leads-elsewhere', '198.51.100.7'],
  [
    'two machines',
    { a: records('198.51.100.7', '203.0.113.10') },
    'blocked domain-leads-to-several',
    'Remove the A record of 198.51.100.7',
  ],
  ['behind Cloudflare', { a: records('104.21.1.2', '172.67.3.4') }, 'risk domain-proxied', 'Cloudflare'],
  ['only private addresses', { own: [] }, 'risk domain-not-compared', '203.0.113.10'],
  [
    'IPv6 of another machine',
    { aaaa: records('2001:db8::7') },
    'blocked domain-ipv6-elsewhere',
    'Remove the AAAA record',
  ],
  [
    'IPv6 of another machine, and we have one',
    { own: ['203.0.113.10', '2001:db8::1'], aaaa: records('2001:db8::7') },
    'blocked domain-ipv6-elsewhere',
    'Set it to 2001:db8::1',
  ],
])('%s', (_, facts, expected, evidence) => {
  const findings = judge(facts);
  expect(findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual([expected]);
  expect(findings[0]?.evidence).toContain(evidence);
});

test('DNS is looked at every 5 s; without anybody there it gets its time', () => {
  expect(judge({ a: fails('nxdomain') })[0]?.watch?.everyMs).toBe(5_000);
  const attended = judge({ a: fails('nxdomain') })[0]?.watch?.forMs ?? 0;
  const unattended = judge({ a: fails('nxdomain') }, true)[0]?.watch?.forMs ?? 0;
  expect(unattended).toBeGreaterThan(attended);
});
