import { describe, expect, it } from 'vitest';
import { createTokenStore } from './tokens.ts';

describe('tokens of the Claude stand-in', () => {
  it('are good for their time, and for what they were issued for', () => {
    let now = 1_000_000_000_000;
    const store = createTokenStore(() => now);
    const token = store.issue('access', 60);
    expect(token).toMatch(/^sk-ant-oat01-[\w-]{60,}$/);
    expect(store.accepts('access', token)).toBe(true);
    expect(store.accepts('refresh', token.replace('oat01', 'ort01'))).toBe(false);
    now += 61_000;
    expect(store.accepts('access', token)).toBe(false);
  });

  it('are still good for a store of a later run', () => {
    const token = createTokenStore().issue('refresh', 60);
    expect(createTokenStore().accepts('refresh', token)).toBe(true);
  });

  it('are worthless when somebody changed them, or they were revoked', () => {
    const store = createTokenStore();
    const [one, other] = [store.issue('access', 60), store.issue('access', 60)];
    expect(store.accepts('access', `${one.slice(0, -1)}${one.endsWith('A') ? 'B' : 'A'}`)).toBe(false);
    store.revoke(one);
    expect([one, other].map((token) => store.accepts('access', token))).toEqual([false, true]);
    store.revokeAll();
    expect(store.accepts('access', other)).toBe(false);
  });
});
