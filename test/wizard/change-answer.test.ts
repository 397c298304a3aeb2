import { expect, it } from 'vitest';
import { changeFor } from '../../src/wizard/change-answer.ts';

it.each([
  ['domain', {}, 'domain', 'Change the domain'],
  ['domain', { domain: 'otto.example.con' }, 'domain', 'Change the domain (now otto.example.con)'],
  ['deploy-user', { user: 'cleo' }, 'user', 'Change the deploy user (now cleo)'],
  ['claude', { claude: 'login' }, 'claude', 'Change how Otto signs in to Claude'],
  ['github', { github: 'token' }, 'github', 'Change how Otto signs in to GitHub'],
  // It was never asked.
  ['github', {}, undefined, undefined],
  ['packages', { domain: 'otto.example.com' }, undefined, undefined],
] as const)('behind %s is an answer that can be changed: %j', (task, draft, key, label) => {
  expect(changeFor(task, draft)).toEqual(key === undefined ? undefined : { key, label });
});
