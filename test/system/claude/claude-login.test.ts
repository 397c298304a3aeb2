import { describe, expect, test } from 'vitest';
import { DialogueCancelled } from '../../../src/engine/contracts/dialogue.ts';
import { claudeLogin, readCode } from '../../../src/system/claude/claude-login.ts';
import { operator, scripted, type Turn } from '../conversation.ts';

const LINK = 'https://claude.ai/oauth/authorize?z-HZ9mc-q8Q_OmrWvJiCutfMoP2AWEtpiAbIzjUczx2OQ';
/** As 2.1.330 prints it into a pipe. */
const OFFER: Turn = {
  say: `Opening browser to sign in…\nIf the browser didn't open, visit:\n${LINK}\nPaste code here if prompted > `,
};

test('shows the link, passes the code on, and ends well when the CLI does', async () => {
  const heard: string[] = [];
  const ui = operator([' code#state \n']);
  const program = scripted([
    OFFER,
    { hear: (line) => heard.push(line) },
    { say: 'Login successful.\n' },
    { exit: 0 },
  ]);
  expect(await claudeLogin(program, ui)).toEqual({ ok: true });
  expect(heard).toEqual(['code#state']);
  expect(ui.views.find((view) => view.ask !== undefined)).toMatchObject({ url: LINK, ask: { masked: true } });
});

test('a link is taken only when it is whole', async () => {
  const ui = operator(['a#b']);
  await claudeLogin(scripted([OFFER, { hear: () => {} }, { exit: 0 }], 1), ui);
  expect(ui.views.filter((view) => view.url !== undefined).every((view) => view.url === LINK)).toBe(true);
});

test('the long link is taken as well', async () => {
  const url = 'https://claude.com/cai/oauth/authorize?code=true&client_id=9d1c&redirect_uri=x&state=y';
  const ui = operator(['a#b']);
  const say = `If the browser didn't open, visit:\n${url}\n\u001b[1mPaste code here if prompted > `;
  await claudeLogin(scripted([{ say }, { hear: () => {} }, { exit: 0 }]), ui);
  expect(ui.views.at(-1)?.url).toBe(url);
});

test('half a code and an address never reach the CLI; the operator is told', async () => {
  const heard: string[] = [];
  const ui = operator(['abc', LINK, 'abc#def']);
  await claudeLogin(scripted([OFFER, { hear: (line) => heard.push(line) }, { exit: 0 }]), ui);
  expect(heard).toEqual(['abc#def']);
  expect(ui.views.map((view) => view.problem).filter(Boolean)).toEqual([
    expect.stringMatching(/whole code/),
    expect.stringMatching(/web address/),
  ]);
});

test('a complaint of the CLI leads to the same question again', async () => {
  const heard: string[] = [];
  const hear = (line: string) => heard.push(line);
  const ui = operator(['a#b', 'c#d']);
  const complaint = {
    say: "That doesn't look like the full code. Copy all of it, including the # in the middle.\n",
  };
  expect(await claudeLogin(scripted([OFFER, { hear }, complaint, { hear }, { exit: 0 }]), ui)).toEqual({
    ok: true,
  });
  expect(heard).toEqual(['a#b', 'c#d']);
});

describe('how it fails', () => {
  test.each<[string, RegExp, boolean | undefined]>([
    ["That code wasn't accepted. It may be incomplete, expired, already used …", /new link/, true],
    ['Request failed with status code 500', /internal error/, false],
    ['Request failed with status code 429', /limiting/, false],
    ['socket hang up', /internal error/, false],
    ['getaddrinfo ENOTFOUND platform.claude.com', /DNS/, false],
    ['unable to verify the first certificate', /not trusted/, false],
    ['something new', /something new/, undefined],
  ])('%s', async (text, reason, again) => {
    const turns: Turn[] = [OFFER, { hear: () => {} }, { say: `Couldn't log in: ${text}\n` }, { exit: 1 }];
    const outcome = await claudeLogin(scripted(turns), operator(['a#b']));
    expect(outcome).toMatchObject({ ok: false, reason: expect.stringMatching(reason) });
    expect('again' in outcome ? outcome.again : undefined).toBe(again);
  });

  test('a CLI that ends before it shows a link', async () => {
    const outcome = await claudeLogin(
      scripted([{ say: "Couldn't log in: socket hang up\n" }, { exit: 1 }]),
      operator(),
    );
    expect(outcome).toMatchObject({ ok: false });
  });

  test('an operator who cancels ends the CLI', async () => {
    const program = scripted([OFFER, 'silence']);
    await expect(claudeLogin(program, operator())).rejects.toBeInstanceOf(DialogueCancelled);
    expect(program.killed()).toBe(true);
  });

  test('the reason for a new start stands beside the new link', async () => {
    const ui = operator(['a#b']);
    await claudeLogin(
      scripted([OFFER, { hear: () => {} }, { exit: 0 }]),
      ui,
      'Claude did not accept the code.',
    );
    expect(ui.views.find((view) => view.ask !== undefined)?.problem).toBe('Claude did not accept the code.');
  });
});

test.each<[string, object]>([
  ['code#state', { code: 'code#state' }],
  [' co\nde#st ate ', { code: 'code#state' }],
  ['https://platform.claude.com/oauth/code/callback?code=abc&state=def', { code: 'abc#def' }],
  [
    'https://claude.com/cai/oauth/authorize?code=true&state=def',
    { problem: expect.stringMatching(/address/) },
  ],
  ['code', { problem: expect.stringMatching(/#/) }],
  ['code#', { problem: expect.stringMatching(/#/) }],
  ['a#b#c', { problem: expect.stringMatching(/#/) }],
  ['', { problem: expect.stringMatching(/#/) }],
])('pasted %j', (pasted, read) => {
  expect(readCode(pasted)).toEqual(read);
});
