import type { Script, Stop } from './script.ts';

/** A question that keeps the answer of the last time. */
const kept = (name: string, shows: RegExp): Stop => ({
  name,
  shows: [shows, /Esc back/],
  deeds: [{ record: name }, { press: 'enter' }],
});

/** The wizard on a droplet where everything is healthy: Enter all the way. */
export const againScript: Script = {
  first: [
    {
      name: 'first look',
      shows: [/This machine has an Otto/, /Enter begin/],
      deeds: [{ record: 'first look' }, { press: 'enter' }],
    },
    kept('domain', /The name leads to this machine/),
    kept('deploy user', /› cleo/),
    kept('API key', /Which key shall Open WebUI use/),
    kept('certificate', /› ops@client\.example/),
    kept('name of the first account', /› Admin/),
    kept('address of the first account', /› admin@client\.example/),
    kept('password of the first account', /Which password shall it have\?/),
    kept('Claude', /▸ Sign in with a Claude account/),
    {
      name: 'plan',
      shows: [/Nothing: everything is healthy/, /y do it/],
      deeds: [{ record: 'plan' }, { type: 'y' }],
    },
  ],
  meanwhile: [],
  last: { name: 'done', shows: [/Otto is ready/, /Enter leave/], deeds: [{ record: 'done' }] },
};
