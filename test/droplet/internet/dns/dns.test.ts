import { describe, expect, it } from 'vitest';
import { DROPLET_ADDRESS, DROPLET_DOMAIN, HOST_NAMES, HOSTS } from '../names.ts';
import { createZone } from './dns.ts';
import { RECORD_TYPES } from './dns-message.ts';

const { A, AAAA } = RECORD_TYPES;

describe('the zone of the small internet', () => {
  it.each(HOST_NAMES)('knows %s', (name) => {
    expect(createZone().answer({ name, type: A })).toEqual({ code: 'NOERROR', values: [HOSTS[name]] });
  });

  it("answers for the droplet's domain and every sibling of it", () => {
    const zone = createZone();
    for (const name of [DROPLET_DOMAIN, 'anything.client.example']) {
      expect(zone.answer({ name, type: A })).toEqual({ code: 'NOERROR', values: [DROPLET_ADDRESS] });
    }
  });

  it('says "no such record" for a type that a known name lacks, and "no such name" for an unknown one', () => {
    const zone = createZone();
    expect(zone.answer({ name: 'github.com', type: AAAA })).toEqual({ code: 'NOERROR', values: [] });
    expect(zone.answer({ name: 'github.com', type: 15 })).toEqual({ code: 'NOERROR', values: [] });
    expect(zone.answer({ name: 'nobody.example', type: A })).toEqual({ code: 'NXDOMAIN', values: [] });
  });

  it('adds a record beside those of other types', async () => {
    const zone = createZone();
    await zone.control.set(DROPLET_DOMAIN, 'AAAA', ['2001:db8::1']);
    expect(zone.answer({ name: DROPLET_DOMAIN, type: A })?.values).toEqual([DROPLET_ADDRESS]);
    expect(zone.answer({ name: DROPLET_DOMAIN, type: AAAA })?.values).toEqual(['2001:db8::1']);
    expect(zone.lookUp(DROPLET_DOMAIN)).toEqual({ address: '2001:db8::1' });
  });

  it('plays a name that does not exist, fails, or is never answered, until it is reset', async () => {
    const zone = createZone();
    await zone.control.set(DROPLET_DOMAIN, 'A', 'SERVFAIL');
    expect(zone.answer({ name: DROPLET_DOMAIN, type: A })).toEqual({ code: 'SERVFAIL', values: [] });
    await zone.control.set(DROPLET_DOMAIN, 'A', 'silent');
    expect(zone.answer({ name: DROPLET_DOMAIN, type: A })).toBeUndefined();
    await zone.control.set(DROPLET_DOMAIN, 'A', 'NXDOMAIN');
    expect(zone.lookUp(DROPLET_DOMAIN)).toEqual({ failure: 'NXDOMAIN' });
    await zone.control.reset();
    expect(zone.lookUp(DROPLET_DOMAIN)).toEqual({ address: DROPLET_ADDRESS });
  });

  it('refuses a record that cannot be', async () => {
    await expect(createZone().control.set('a.example', 'A', ['2001:db8::1'])).rejects.toThrow(
      /cannot be an A/,
    );
  });
});
