import { describe, expect, it } from 'vitest';
import { asking } from '../asking.ts';
import { createRegistry, type RegistryPlay } from './registry.ts';

const TOKEN = { headers: { authorization: 'Bearer anonymous' } };

describe('ghcr.io', () => {
  it('sends a visitor for a token, which everybody gets', async () => {
    const ask = await asking('ghcr.io', createRegistry('http://127.0.0.1:9').handler);
    const answer = await ask('/v2/open-webui/open-webui/manifests/main');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe(
      'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:open-webui/open-webui:pull"',
    );
    expect(await (await ask('/token?service=ghcr.io')).json()).toHaveProperty('token');
  });

  it('passes a request on, and can make a tag mean another', async () => {
    const asked: string[] = [];
    const upstream = await asking('ghcr.io', (exchange) => {
      asked.push(exchange.url.pathname);
      exchange.response.end('{}');
    });
    const origin = new URL((await upstream('/')).url).origin;
    const registry = createRegistry(origin);
    const ask = await asking('ghcr.io', registry.handler);
    await ask('/v2/open-webui/open-webui/manifests/main', TOKEN);
    await registry.control.point('open-webui/open-webui', 'main', 'v0.8.12');
    await ask('/v2/open-webui/open-webui/manifests/main', TOKEN);
    await ask('/v2/open-webui/open-webui/manifests/v0.12.4', TOKEN);
    expect(asked.slice(1).map((path) => path.split('/').at(-1))).toEqual(['main', 'v0.8.12', 'v0.12.4']);
  });

  it.each<[RegistryPlay, number]>([
    ['denied', 403],
    ['rate-limited', 429],
    ['unknown', 404],
    ['server-error', 503],
  ])('plays %s', async (play, status) => {
    const registry = createRegistry('http://127.0.0.1:9');
    await registry.control.play(play);
    const ask = await asking('ghcr.io', registry.handler);
    expect((await ask('/v2/open-webui/open-webui/manifests/main', TOKEN)).status).toBe(status);
  });
});
