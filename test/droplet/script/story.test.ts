import { expect, test } from 'vitest';
import { storyOf } from './story.ts';

const at = '2026-11-22T17:40:22.111Z ';

/** The part of the story that is about one task. */
function about(task: string, log: readonly string[]): string[] {
  const lines = storyOf(log.map((line) => `${at}${line}`).join('\n')).split('\n');
  const from = lines.indexOf(task);
  const rest = lines.slice(from + 1);
  const end = rest.findIndex((line) => !line.startsWith(' '));
  return rest.slice(0, end < 0 ? undefined : end).map((line) => line.trim());
}

test('each part has its own story, however they were mixed', () => {
  const log = [
    'otto-install 1.0.0, install of otto-t1-0, run 20261122T174021Z-install',
    'packages: found packages-missing (missing): Not installed: git.',
    'deploy-user: found deploy-user-missing (missing): There is no user cleo.',
    'packages: a1 Update the package lists',
    '  $ apt-get update',
    'deploy-user: a2 Create cleo',
    '  $ useradd cleo',
    'packages: a1 | Get:1 http://deb.example bookworm Release',
    'packages: a1 done after 5.8 s',
  ];
  expect(about('packages', log)).toEqual([
    'found packages-missing (missing)',
    '- Update the package lists',
    '$ apt-get update',
  ]);
  expect(about('deploy-user', log)).toEqual([
    'found deploy-user-missing (missing)',
    '- Create cleo',
    '$ useradd cleo',
  ]);
});

test('what is waited for counts once, however often it was looked at; a question and its answer belong to its part', () => {
  const log = [
    'firewall: q1 asks about firewall-unconfirmed',
    'open-webui: found open-webui-starting (missing): It has been running for 1 s.',
    'open-webui: watching (It has been running for 1 s.)',
    'q1 decided: apply 0',
    'open-webui: found open-webui-starting (missing): It has been running for 3 s.',
    'firewall: a9 Keep the firewall on',
    '  as cleo $ true',
    'firewall: a9 failed after 0.1 s',
  ];
  expect(about('open-webui', log)).toEqual(['found open-webui-starting (missing)']);
  expect(about('firewall', log)).toEqual([
    'asks about firewall-unconfirmed',
    'decided: apply 0',
    '- Keep the firewall on',
    'as cleo $ true',
    'failed',
  ]);
});
