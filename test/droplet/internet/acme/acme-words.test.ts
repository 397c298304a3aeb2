import { describe, expect, it } from 'vitest';
import { inLetsEncryptsWords, type LookedUp } from './acme-words.ts';

const NAME = 'otto.client.example';
const get = (rest: string) => `Get "http://${NAME}:80/.well-known/acme-challenge/abc-_1": ${rest}`;
const here: LookedUp = { address: '203.0.113.10' };

describe("pebble's problems in Let's Encrypt's words", () => {
  it.each<[string, string, LookedUp, string, string]>([
    [
      'an unknown name',
      get('could not resolve URL "x"'),
      { failure: 'NXDOMAIN' },
      'dns',
      'DNS problem: NXDOMAIN looking up A for otto.client.example - check that a DNS record exists',
    ],
    [
      'a broken name server',
      get('could not resolve URL "x"'),
      { failure: 'SERVFAIL' },
      'dns',
      'DNS problem: SERVFAIL looking up A for otto.client.example - ',
    ],
    [
      'a name without addresses',
      get('could not resolve URL "x"'),
      { failure: 'no records' },
      'dns',
      'No valid IP addresses found for otto.client.example',
    ],
    [
      'a firewall',
      get('context deadline exceeded (Client.Timeout exceeded while awaiting headers)'),
      here,
      'connection',
      '203.0.113.10: Fetching http://otto.client.example/.well-known/acme-challenge/abc-_1: Timeout during connect (likely firewall problem)',
    ],
    [
      'a closed port',
      get('dial tcp 203.0.113.10:80: connect: connection refused'),
      here,
      'connection',
      '203.0.113.10: Fetching http://otto.client.example/.well-known/acme-challenge/abc-_1: Connection refused',
    ],
    [
      'another machine',
      `Non-200 status code from HTTP: http://${NAME}:80/.well-known/acme-challenge/abc returned 404`,
      { address: '203.0.113.200' },
      'unauthorized',
      '203.0.113.200: Invalid response from http://otto.client.example/.well-known/acme-challenge/abc: 404',
    ],
  ])('%s', (_, detail, lookedUp, type, words) => {
    const problem = inLetsEncryptsWords(
      { type: 'urn:ietf:params:acme:error:connection', detail },
      NAME,
      lookedUp,
    );
    expect(problem.type).toBe(`urn:ietf:params:acme:error:${type}`);
    expect(problem.detail).toContain(words);
  });

  it('leaves what it does not know as it is', () => {
    const problem = { type: 'urn:ietf:params:acme:error:unauthorized', detail: 'The keys do not match' };
    expect(inLetsEncryptsWords(problem, NAME, here)).toEqual(problem);
  });
});
