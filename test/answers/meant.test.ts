import { expect, it } from 'vitest';
import { meantBy } from '../../src/answers/meant.ts';
import { AnswersSchema } from '../../src/answers/schema.ts';

it.each([
  ['domain', 'https://Otto.Example.com/chat?x=1#y', 'otto.example.com'],
  ['domain', ' otto.example.com:443/ ', 'otto.example.com'],
  ['domain', 'otto.example.com.', 'otto.example.com'],
  // Of two lines the first good one; of one that a terminal has broken, the whole.
  ['domain', 'Domain:\notto.example.com\nops@example.com', 'otto.example.com'],
  ['domain', 'otto-\nnorth.example.com', 'otto-north.example.com'],
  // Nothing good in it: the rule says what is wrong.
  ['domain', 'otto', 'otto'],
  ['domain', 'http://203.0.113.10/', 'http://203.0.113.10/'],
  ['email', 'Ada Lovelace <ada@example.com>', 'ada@example.com'],
  ['adminEmail', 'mailto:ada@example.com', 'ada@example.com'],
  ['email', 'ada@example.com\n\nSent from my phone', 'ada@example.com'],
  ['anthropicApiKey', 'export ANTHROPIC_API_KEY="sk-ant-api03-abc\ndefghijk"', 'sk-ant-api03-abcdefghijk'],
  ['githubToken', 'Bearer ghp_0123', 'ghp_0123'],
  // A password may look like anything.
  ['adminPassword', "A='b c'", "A='b c'"],
] as const)('by %s %j is meant %j', (key, text, meant) => {
  expect(meantBy(key, text)).toBe(meant);
});

it.each([
  ['sk-ant-xyz', 'too short for a key: only 3 characters after sk-ant-'],
  ['sk-xyz', 'starts with sk-ant-'],
  ['sk-ant-abcdefgh!jklm', 'something else in it'],
])('of the key %s is said what is wrong with it', (key, words) => {
  const [issue] = AnswersSchema.shape.anthropicApiKey.safeParse(key).error?.issues ?? [];
  expect(issue?.message).toContain(words);
});
