import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { currentPitfalls } from '../../scripts/pitfalls/index.ts';
import { pitfallsPage } from '../../scripts/pitfalls/page.ts';
import { wording } from '../../src/tasks/finding.ts';

describe('the page of pitfalls', () => {
  test('has for each code its anchor, its reason, what is lost and how it comes about', () => {
    const page = pitfallsPage(
      [
        {
          code: 'port-80-held',
          owner: 'machine',
          severity: ['broken', 'risk'],
          reason: wording({ name: '‹name›' }, ({ name }) => `Two *cannot* \`listen_on\` it, ${name} says.`),
          impact: 'Nothing *works*.',
          proof: { test: 'tasks/machine/machine.test.ts' },
        },
      ],
      [
        { title: 'apache on port 80', codes: ['port-80-held'] },
        { title: 'something else', codes: ['docker-down'] },
      ],
    );
    expect(page).toContain(
      '### <a id="port-80-held"></a>port-80-held\n\n*broken* or *risk*: Two \\*cannot\\* `listen_on` it, ‹name› says.\n\nLeft as it is: Nothing \\*works\\*.\n',
    );
    expect(page).toContain('How it comes about: apache on port 80.');
    expect(page).not.toContain('something else');
    expect(page).toContain('[port-80-held](#port-80-held)');
  });

  test('is up to date (npm run docs writes it)', async () => {
    const path = new URL('../../docs/pitfalls.md', import.meta.url);
    expect(
      readFileSync(path, 'utf8') === (await currentPitfalls()),
      'docs/pitfalls.md is older than the catalogue',
    ).toBe(true);
  });
});
