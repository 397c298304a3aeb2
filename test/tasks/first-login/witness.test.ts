import { expect, test } from 'vitest';
import type { FirstLoginFacts } from '../../../src/tasks/first-login/judge.ts';
import { witnessOf } from '../../../src/tasks/first-login/witness.ts';

const page = {
  ok: true,
  status: 200,
  headers: {},
  body: '<title>Open WebUI</title>',
  durationMs: 9,
} as const;
const reply = { status: 200, content: 'pong', finishReason: 'stop', hermesFailed: false };
const chat = { through: 'open-webui', reply, ms: 900 } as const;
const well: FirstLoginFacts = {
  page,
  byName: page,
  config: { version: '0.12.4', onboarding: false, signUpOpen: false, loginForm: true },
  configStatus: 200,
  webSocket: 101,
  proof: undefined,
  spared: false,
  chat,
  nowMs: 0,
};
const WAY = ['to-nginx', 'nginx', 'to-open-webui', 'open-webui'];
const BEHIND = ['hermes', 'to-claude', 'claude'];

test.each([
  ['a question all the way', well, [...WAY, 'to-hermes', ...BEHIND]],
  ['Hermes alone was asked', { ...well, chat: { ...chat, through: 'hermes' } as const }, [...WAY, ...BEHIND]],
  ['no question was asked', { ...well, chat: undefined }, WAY],
  [
    'the answer is an error as text',
    { ...well, chat: { ...chat, reply: { ...reply, finishReason: 'error', hermesFailed: true } } },
    WAY,
  ],
  [
    'only past DNS',
    { ...well, byName: { ok: false, failure: 'dns', detail: 'x' } as const, chat: undefined },
    undefined,
  ],
  [
    'another page',
    { ...well, byName: { ...page, body: '<title>nginx</title>' }, chat: undefined },
    undefined,
  ],
  ['no WebSocket', { ...well, webSocket: 400, chat: undefined }, undefined],
] as const)('what a visitor has seen at work: %s', (_, facts, stations) => {
  expect(witnessOf(facts as FirstLoginFacts, { domain: 'otto.example' })?.stations).toEqual(stations);
});
