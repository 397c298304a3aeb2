import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { currentPitfalls } from '../../scripts/pitfalls/index.ts';
import { pitfallsPage } from '../../scripts/pitfalls/page.ts';

describe('the page of pitfalls', () => {
  const finding = {
    code: 'port-‹port›-held',
    path: 'src/tasks/machine/ports.ts',
    task: 'machine',
    fixes: ['Stop it'],
  };

  test('has for each code its anchor, its reason, its fix and how it comes about', () => {
    const page = pitfallsPage(
      [
        {
          ...finding,
          severity: 'broken',
          saw: 'Port ‹port› is held.',
          because: 'Two *cannot* `listen_on` it.',
        },
      ],
      [
        { title: 'apache on port 80', codes: ['port-80-held'] },
        { title: 'something else', codes: ['docker-down'] },
      ],
    );
    expect(page).toContain(
      '### <a id="port-port-held"></a>port-‹port›-held\n\n*broken*: Port ‹port› is held.\n',
    );
    expect(page).toContain('Two \\*cannot\\* `listen_on` it.');
    expect(page).toContain('`otto-install fix port-‹port›-held`: Stop it.');
    expect(page).toContain('How it comes about: apache on port 80.');
    expect(page).not.toContain('something else');
    expect(page).toContain('](#port-port-held)');
  });

  test('is up to date (npm run docs makes it anew)', async () => {
    const path = new URL('../../docs/pitfalls.md', import.meta.url);
    expect(
      readFileSync(path, 'utf8') === (await currentPitfalls()),
      'docs/pitfalls.md is older than the source',
    ).toBe(true);
  });
});
