import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ghLogin } from '../../../src/system/git/gh-login.ts';
import { operator, scripted } from '../conversation.ts';

const CODE =
  '\n! First copy your one-time code: WDJB-MJHT\nOpen this URL to continue in your web browser: https://github.com/login/device\n';

test('shows the code and the page, and ends well when gh does', async () => {
  const ui = operator();
  const program = scripted([
    { say: CODE },
    { say: '✓ Authentication complete.\n✓ Logged in as cleo\n' },
    { exit: 0 },
  ]);
  expect(await ghLogin(program, ui)).toEqual({ ok: true });
  expect(ui.views.at(-1)).toMatchObject({ code: 'WDJB-MJHT', url: 'https://github.com/login/device' });
});

test('the reason for a new start stands on the first screen', async () => {
  const ui = operator();
  await ghLogin(scripted([{ say: CODE }, { exit: 0 }]), ui, 'Nobody typed the code within 15 minutes.');
  expect(ui.views[0]?.problem).toMatch(/15 minutes/);
});

test.each([
  ['The authorization request was denied. (access_denied)', /denied in the browser/, true],
  ['The device_code has expired. (expired_token)', /15 minutes/, true],
  ['Too many requests have been made in the same timeframe. (slow_down)', /no longer be used/, true],
  ['HTTP 500 (https://github.com/login/oauth/access_token)', /no longer be used/, true],
  ['HTTP 200 (https://github.com/login/oauth/access_token)', /no longer be used/, true],
  ['Post "https://github.com/login/oauth/access_token": EOF', /no longer be used/, true],
  ['context deadline exceeded', /did not answer in time/, false],
  ['dial tcp: lookup github.com: no such host', /DNS/, false],
  ['dial tcp 203.0.113.1:443: connect: connection refused', /refused/, false],
  ['tls: failed to verify certificate: x509: certificate signed by unknown authority', /not trusted/, false],
  ['something new', /something new/, undefined],
])('%s', async (text, reason, again) => {
  const said = `failed to authenticate via web browser: ${text}\n`;
  const outcome = await ghLogin(scripted([{ say: CODE }, { say: said }, { exit: 1 }]), operator());
  expect(outcome).toMatchObject({ ok: false, reason: expect.stringMatching(reason) });
  expect('again' in outcome ? outcome.again : undefined).toBe(again);
});

test('a token in the environment is named', async () => {
  const said = 'The value of the GH_TOKEN environment variable is being used for authentication.\n';
  const outcome = await ghLogin(scripted([{ say: said }, { exit: 1 }]), operator());
  expect(outcome).toMatchObject({ ok: false, reason: expect.stringContaining('GH_TOKEN') });
});

test('without a device code gh waits for a browser here: it is ended at once', async () => {
  const program = scripted([
    {
      say: 'Open this URL to continue in your web browser: https://github.com/login/oauth/authorize?client_id=1&x=2\n',
    },
    'silence',
  ]);
  expect(await ghLogin(program, operator())).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/no sign-in code/),
  });
  expect(program.killed()).toBe(true);
});

describe('time', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('no code within 30 s: ended, in words', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), ms);
      return controller.signal;
    });
    const program = scripted(['silence']);
    const outcome = ghLogin(program, operator());
    await vi.advanceTimersByTimeAsync(29_000);
    expect(program.killed()).toBe(false);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await outcome).toMatchObject({ ok: false });
    expect(program.killed()).toBe(true);
    timeout.mockRestore();
  });
});

test('a cancelled dialogue ends gh', async () => {
  const ui = operator();
  const program = scripted([{ say: CODE }, 'silence']);
  const outcome = ghLogin(program, ui);
  await new Promise((resolve) => setTimeout(resolve, 5));
  ui.cancel();
  expect(await outcome).toMatchObject({ ok: false });
  expect(program.killed()).toBe(true);
});
