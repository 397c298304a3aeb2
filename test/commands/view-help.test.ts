import { expect, it } from 'vitest';
import { parseCommandLine } from '../../src/commands/command-line.ts';
import { viewHelp } from '../../src/commands/view-help.ts';

it.each(['logs', 'status', 'support'])(
  'the help of %s names options that there are, on one screen',
  (command) => {
    const help = viewHelp(['--help', command]) ?? '';
    const options = [...help.matchAll(/--[a-z]+/g)].map(([option]) => option);
    expect(options.length).toBeGreaterThan(0);
    for (const option of new Set(options)) {
      const value = /--(search|since|lines|to)/.test(option) ? ['5'] : [];
      expect(() => parseCommandLine([command, option, ...value])).not.toThrow();
    }
    expect(help.split('\n').length).toBeLessThanOrEqual(24);
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(90);
  },
);

it('leaves the other commands to the general help', () => {
  expect(viewHelp(['check', '--help'])).toBeUndefined();
  expect(viewHelp(['--help'])).toBeUndefined();
});
