import type { Script, Stop } from './script.ts';

/** What is typed; everything else is taken as the wizard suggests it. */
export const FRESH = {
  domain: 'otto.client.example',
  email: 'ops@client.example',
  adminEmail: 'admin@client.example',
} as const;

/** The one screen that the rehearsal does not have. */
export const UNTESTED_SYSTEM = 'untested system';

/** A question whose suggestion is taken. */
const taken = (name: string, question: RegExp): Stop => ({
  name,
  shows: [question, /Esc back/],
  deeds: [{ record: name }, { press: 'enter' }],
});

/** A question that is answered by typing over whatever stands there; `then` is what the screen says to it. */
const typed = (name: string, question: RegExp, answer: string, then = /Enter next/): Stop => ({
  name,
  shows: [question, /Esc back/],
  deeds: [
    { press: 'ctrl-u' },
    // A rehearsal suggests the very same answer: it must be gone before it is typed.
    { see: new RegExp(`› (?!${escaped(answer)})`) },
    { type: answer },
    { see: new RegExp(`› ${escaped(answer)}`) },
    { see: then },
    { record: name },
    { press: 'enter' },
  ],
});

const escaped = (text: string): string => text.replaceAll('.', '\\.');

/** The page of all answers, which are right. */
export const REVIEW: Stop = {
  name: 'your answers',
  shows: [/Your answers/, /Enter make the plan/],
  deeds: [{ record: 'your answers' }, { press: 'enter' }],
};

/** A fresh droplet, from the first screen to the last, signing in to GitHub and to Claude on the way. */
export const freshScript: Script = {
  first: [
    {
      name: 'first look',
      shows: [/This machine has no Otto yet/, /Enter begin/],
      deeds: [{ record: 'first look' }, { press: 'enter' }],
    },
    typed('domain', /What domain will people use/, FRESH.domain, /The domain points to this machine/),
    taken('deploy user', /Which user should Otto run as\?/),
    taken('API key', /Which API key should Open WebUI use/),
    typed('certificate', /What e-mail address should Let's Encrypt/, FRESH.email),
    taken('name of the first account', /What is the name of the first account\?/),
    typed('address of the first account', /What e-mail address will it sign in/, FRESH.adminEmail),
    taken('password of the first account', /Which password should it have\?/),
    taken('Claude', /How should Otto sign in to Claude\?/),
    REVIEW,
    {
      name: 'plan',
      shows: [/The plan/, /y do it/],
      deeds: [{ record: 'plan' }, { type: 'y' }],
    },
  ],
  meanwhile: [
    {
      // Only there: the test droplets are Debian, the rehearsal is the Ubuntu that the runbook is for.
      name: UNTESTED_SYSTEM,
      maybe: true,
      shows: [/Needs you .*This machine/, /▸ Continue with Debian GNU\/Linux/, /Enter do it/],
      deeds: [{ record: UNTESTED_SYSTEM }, { press: 'enter' }],
    },
    {
      name: 'GitHub',
      shows: [/Sign in to GitHub/, /Code: \w{4}-\w{4}/],
      deeds: [{ record: 'GitHub' }, { errand: 'approve-github-code' }],
    },
    {
      name: 'Claude sign-in',
      shows: [/Needs you .*Claude/, /https:\/\/claude/, /›/],
      deeds: [
        { record: 'Claude sign-in' },
        { errand: 'authorize-claude-link' },
        { see: /› •+/ },
        { press: 'enter' },
      ],
    },
    {
      name: 'firewall',
      shows: [/Needs you now .*Firewall/, /A new SSH login works: keep the firewall on/, /Enter do it/],
      deeds: [
        { record: 'firewall' },
        { errand: 'try-new-login' },
        // Nothing is chosen beforehand.
        { press: 'down' },
        { see: /▸ A new SSH login works/ },
        { press: 'enter' },
      ],
    },
  ],
  last: {
    name: 'done',
    shows: [/Otto is ready/, /Enter leave/],
    deeds: [{ record: 'done', until: /^\s*https:/m }],
  },
};
