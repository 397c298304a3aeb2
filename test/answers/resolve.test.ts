import { describe, expect, it } from 'vitest';
import {
  type AnswerInputs,
  answersProblemText,
  generatePassword,
  generateSecret,
  type Resolution,
  resolveAnswers,
} from '../../src/answers/resolve.ts';
import { answersFromEnvironment, sourceOf } from '../../src/answers/sources.ts';
import { Secret } from '../../src/secret/secret.ts';

const enough = { domain: 'otto.example.com', email: 'ops@example.com' };

function resolved(inputs: AnswerInputs): Extract<Resolution, { ok: true }> {
  const resolution = resolveAnswers(inputs, { unattended: true });
  if (!resolution.ok) throw new Error(answersProblemText(resolution));
  return resolution;
}

function refused(inputs: AnswerInputs): Extract<Resolution, { ok: false }> {
  const resolution = resolveAnswers(inputs, { unattended: true });
  if (resolution.ok) throw new Error('these answers were taken');
  return resolution;
}

describe('where an answer comes from', () => {
  it.each<[string, AnswerInputs, string, string]>([
    [
      'a flag before all',
      { flags: { user: 'a' }, environment: { user: 'b' }, file: { user: 'c' } },
      'a',
      'flags',
    ],
    ['a variable before the file', { environment: { user: 'b' }, file: { user: 'c' } }, 'b', 'environment'],
    ['the file before the last run', { file: { user: 'c' }, saved: { user: 'd' } }, 'c', 'file'],
    ['the last run before what was found', { saved: { user: 'd' }, discovered: { user: 'e' } }, 'd', 'saved'],
    [
      'what was found before an example',
      { discovered: { user: 'e' }, examples: { user: 'f' } },
      'e',
      'discovered',
    ],
    ['an example before the default', { examples: { user: 'f' } }, 'f', 'examples'],
    ['the default', {}, 'cleo', 'default'],
  ])('%s', (_, inputs, user, origin) => {
    const { answers, origins } = resolved({ ...inputs, file: { ...enough, ...inputs.file } });
    expect(answers.user).toBe(user);
    expect(origins.user).toBe(origin);
  });

  it('takes the e-mail address for the first account, too, unless another one is given', () => {
    expect(resolved({ file: enough }).answers.adminEmail).toBe('ops@example.com');
    expect(resolved({ file: { ...enough, adminEmail: 'ada@example.com' } }).answers.adminEmail).toBe(
      'ada@example.com',
    );
  });

  it('generates what nobody has to think up, new ones each time', () => {
    const one = resolved({ file: enough });
    const two = resolved({ file: enough });
    for (const key of ['apiKey', 'adminPassword', 'webuiSecretKey', 'paperclipSecret'] as const) {
      expect(one.origins[key]).toBe('generated');
      expect(one.answers[key].equals(two.answers[key])).toBe(false);
    }
  });

  it('does not generate what is given', () => {
    const { answers, origins } = resolved({ file: { ...enough, apiKey: 'a-key-of-sixteen-or-more' } });
    expect(answers.apiKey.reveal()).toBe('a-key-of-sixteen-or-more');
    expect(origins.apiKey).toBe('file');
  });

  it('is unattended because of how it runs, not because a file says so', () => {
    const inputs = { file: { ...enough, unattended: true } };
    const resolution = resolveAnswers(inputs, { unattended: false });
    expect(resolution.ok && resolution.answers.unattended).toBe(false);
  });
});

describe('answers that are not enough', () => {
  it('names all that is missing at once', () => {
    expect(refused({}).missing.map(({ key }) => key)).toEqual(['domain', 'email', 'adminEmail']);
  });

  it.each([
    ['api-key', { claude: 'api-key' as const }, 'anthropicApiKey'],
    ['token', { github: 'token' as const }, 'githubToken'],
  ])('wants the secret that %s needs', (_, answers, key) => {
    expect(refused({ file: { ...enough, ...answers } }).missing.map((source) => source.key)).toEqual([key]);
  });

  it('does not want a secret that the machine has', () => {
    const inputs = { file: { ...enough, claude: 'api-key' as const } };
    const notNeeded = new Set(['anthropicApiKey' as const]);
    expect(resolveAnswers(inputs, { unattended: true, notNeeded }).ok).toBe(true);
  });

  it('says what is wrong, and where it came from', () => {
    const { invalid } = refused({
      flags: { domain: 'https://x.de/' },
      environment: { user: 'Root' },
      file: enough,
    });
    expect(invalid).toMatchObject([
      { key: 'domain', origin: 'flags', problem: expect.stringContaining('web address') },
      { key: 'user', origin: 'environment', problem: expect.stringContaining('small letter') },
    ]);
  });

  it('names an answer that it does not know', () => {
    const { invalid } = refused({ file: { ...enough, domian: 'x' } as never });
    expect(invalid).toMatchObject([{ key: 'domian', problem: expect.stringContaining('no such answer') }]);
  });

  it('names the ways that can be chosen', () => {
    const { invalid } = refused({ file: { ...enough, claude: 'free' as never } });
    expect(invalid).toMatchObject([{ key: 'claude', problem: 'Use one of these: login, api-key.' }]);
  });

  it('says how each answer can be given, and shows no secret', () => {
    const text = answersProblemText(refused({ file: { domain: 'otto.example.com', apiKey: 'shortsecret' } }));
    expect(text).toContain('--email ADDRESS');
    expect(text).toContain('OTTO_EMAIL');
    expect(text).toContain('apiKey (from the answers file)');
    expect(text).not.toContain('shortsecret');
  });
});

describe('names of answers', () => {
  it.each([
    ['domain', '--domain', 'OTTO_DOMAIN'],
    ['adminEmail', '--admin-email', 'OTTO_ADMIN_EMAIL'],
    ['apiKey', '--api-key-file', 'OTTO_API_KEY'],
    ['openWebuiImage', '--open-webui-image', 'OTTO_OPEN_WEBUI_IMAGE'],
  ] as const)('%s', (key, flag, variable) => {
    expect(sourceOf(key)).toMatchObject({ flag, variable });
  });

  it('reads variables, and takes an empty one as not given', () => {
    const environment = { OTTO_DOMAIN: 'otto.example.com', OTTO_EMAIL: '', HOME: '/root', OTTO_API_KEY: 'k' };
    expect(answersFromEnvironment(environment)).toEqual({ domain: 'otto.example.com', apiKey: 'k' });
  });
});

describe('what is generated', () => {
  it('generates passwords that can be read aloud, and keys that env files can hold', () => {
    expect(generatePassword().reveal()).toMatch(/^([a-km-z2-9]{5}-){4}[a-km-z2-9]{5}$/);
    expect(generateSecret(32).reveal()).toMatch(/^[\w-]{43}$/);
    expect(String(generatePassword())).toBe(String(new Secret('x')));
  });
});
