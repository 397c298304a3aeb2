import { describe, expect, it } from 'vitest';
import { asking } from '../asking.ts';
import { type AcmePlay, createAcme } from './acme.ts';

const AUTHORIZATION = {
  status: 'invalid',
  identifier: { type: 'dns', value: 'otto.client.example' },
  challenges: [
    {
      type: 'http-01',
      status: 'invalid',
      error: { type: 'urn:ietf:params:acme:error:connection', detail: 'Get "x": could not resolve URL "x"' },
    },
  ],
};

/** Let's Encrypt in front of a pebble that only has a nonce, a directory and one failed authorization. */
async function standIn() {
  const pebble = await asking('acme-v02.api.letsencrypt.org', ({ url, response }) => {
    response.setHeader('replay-nonce', 'a-nonce');
    response.end(
      url.pathname.startsWith('/authZ/') ? JSON.stringify(AUTHORIZATION) : `{"path":"${url.pathname}"}`,
    );
  });
  const origin = new URL((await pebble('/')).url).origin;
  const acme = createAcme(origin, '', () => ({ failure: 'NXDOMAIN' }));
  return { control: acme.control, ask: await asking('acme-v02.api.letsencrypt.org', acme.handler) };
}

describe("Let's Encrypt", () => {
  it('has its directory where certbot looks for it, and passes the rest on', async () => {
    const { ask } = await standIn();
    expect(await (await ask('/directory')).json()).toEqual({ path: '/dir' });
    expect(await (await ask('/order-plz', { method: 'POST' })).json()).toEqual({ path: '/order-plz' });
  });

  it('says in its own words why a challenge failed', async () => {
    const { ask } = await standIn();
    const answer = await (await ask('/authZ/1', { method: 'POST' })).json();
    expect(answer).toMatchObject({
      status: 'invalid',
      challenges: [
        {
          error: {
            type: 'urn:ietf:params:acme:error:dns',
            detail: expect.stringContaining('DNS problem: NXDOMAIN'),
          },
        },
      ],
    });
  });

  it.each<[AcmePlay, string, number, string]>([
    ['too-many-registrations', '/sign-me-up', 429, 'rateLimited'],
    ['bad-email', '/sign-me-up', 400, 'invalidContact'],
    ['too-many-certificates', '/order-plz', 429, 'rateLimited'],
    ['too-many-failures', '/order-plz', 429, 'rateLimited'],
    ['rejected-name', '/order-plz', 400, 'rejectedIdentifier'],
    ['maintenance', '/order-plz', 503, 'serverInternal'],
  ])('plays %s at %s, with the nonce that a client needs to go on', async (play, path, status, type) => {
    const { ask, control } = await standIn();
    await control.play(play);
    const answer = await ask(path, { method: 'POST' });
    expect([answer.status, answer.headers.get('replay-nonce')]).toEqual([status, 'a-nonce']);
    expect(await answer.json()).toMatchObject({ type: `urn:ietf:params:acme:error:${type}` });
    await control.play('normal');
    expect((await ask(path, { method: 'POST' })).status).toBe(200);
  });

  it.each<[AcmePlay, string]>([
    ['caa', 'CAA record'],
    ['secondary-validation', 'During secondary validation'],
  ])('plays a challenge that fails: %s', async (play, words) => {
    const { ask, control } = await standIn();
    await control.play(play);
    const answer = await (await ask('/authZ/1', { method: 'POST' })).text();
    expect(answer).toContain(words);
  });
});
