import { describe, expect, test } from 'vitest';
import { codesIn } from '../../scripts/codes/extract.ts';
import { findingsInSource } from '../../scripts/codes/index.ts';
import { parseSource } from '../../scripts/codes/syntax.ts';
import { unknownCodes } from '../../src/commands/known-codes.ts';
import { findFaults } from '../droplet/faults/index.ts';

const read = (text: string) =>
  codesIn(parseSource('src/tasks/x.ts', text)).map(({ path: _, ...rest }) => rest);

describe('the codes in a source', () => {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: these are pieces of programs
  test('a finding as a literal, with what only the machine knows as ‹name›', () => {
    const text =
      "const a = { code: 'x-missing', severity: 'missing', saw: `Not here: ${names.join(', ')} of ${facts.maxCount}.`," +
      " because: 'It is ' + 'needed.', fixes: [{ title: 'Put it in', actions: [] }] };";
    expect(read(text)).toEqual([
      {
        code: 'x-missing',
        severity: 'missing',
        saw: 'Not here: ‹names› of ‹max count›.',
        because: 'It is needed.',
        fixes: ['Put it in'],
      },
    ]);
  });

  test('a choice of codes takes the words of its side', () => {
    const text =
      "const a = { code: gone ? 'x-gone' : 'x-old', saw: gone ? 'Gone.' : 'Old.', because: 'Both.' };";
    expect(read(text)).toMatchObject([
      { code: 'x-gone', saw: 'Gone.', because: 'Both.' },
      { code: 'x-old', saw: 'Old.' },
    ]);
  });

  test('constants, templates, tables and fixes that stand elsewhere', () => {
    const text =
      "const WHY = 'Because.'; const again = { title: 'Again', actions: [] };\n" +
      "const rows = [{ matches: /x/, explain: () => ({ code: 'x-row', because: WHY, next: 'Wait.' }) }];\n" +
      'function judge(port) { const code = `x-${port}-held`; return [{ code, because: WHY, fixes: [again] }]; }';
    expect(read(text)).toEqual([
      { code: 'x-row', because: 'Because.', next: 'Wait.', fixes: [] },
      { code: 'x-‹port›-held', because: 'Because.', fixes: ['Again'] },
    ]);
  });

  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: these are pieces of programs

  test('a function that makes findings counts by its calls, and adds what it says itself', () => {
    const text =
      "function broken(code: string, saw: string, more: More): Finding { return { code, severity: 'broken', saw, ...more }; }\n" +
      "const a = broken('x-dead', 'It is dead.', { because: 'Old.', fixes: [] });";
    expect(read(text)).toEqual([
      { code: 'x-dead', severity: 'broken', saw: 'It is dead.', because: 'Old.', fixes: [] },
    ]);
  });

  test('what is no code is none', () => {
    expect(
      read("const a = { code: 7, exitCode: 'x-y' }; const b = { code: 'word' }; f({ code: first.code });"),
    ).toEqual([]);
  });
});

describe('the codes of this program', () => {
  const all = findingsInSource();

  test('are found, each with its task and a reason', () => {
    expect(all.length).toBeGreaterThan(250);
    const byCode = new Map(all.map((one) => [one.code, one]));
    expect(byCode.get('hermes-settings-mode')).toMatchObject({ task: 'hermes-config', severity: 'broken' });
    expect(byCode.get('docker-down')?.task).toBe('server-packages');
    expect(byCode.get('could-not-look')?.task).toBeUndefined();
    const withoutReason = all.filter(({ because, saw, next }) => !because && !saw && !next);
    expect(withoutReason.map(({ code }) => code).length).toBeLessThan(6);
  });

  test('have every code that a fault names', async () => {
    const named = (await findFaults()).flatMap(({ code, also = [] }) => [
      ...(code === undefined ? [] : typeof code === 'string' ? [code] : Object.values(code)),
      ...also,
    ]);
    expect(unknownCodes(named, all)).toEqual([]);
  });
});
