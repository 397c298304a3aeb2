import { describe, expect, it } from 'vitest';
import { CrossLogDeduper } from '../../src/logs/cross-log-deduper.ts';
import type { LogLine } from '../../src/logs/line.ts';
import { nginxLogFiles } from '../../src/logs/places.ts';
import { lineJson, lineWriter } from '../../src/logs/show.ts';
import { parseSince } from '../../src/logs/since.ts';
import { byTime, isWanted } from '../../src/logs/wanted.ts';
import { parseConfiguration } from '../../src/system/nginx/nginx-syntax.ts';

const line = (changes: Partial<LogLine> = {}): LogLine => ({
  atMs: 1_000,
  source: 'hermes',
  text: 'INFO one',
  level: 'info',
  error: false,
  ...changes,
});

describe('a line is wanted', () => {
  const all = { sources: ['hermes', 'nginx'] as const, search: '', errorsOnly: false };
  it.each([
    [true, line(), all],
    [false, line({ source: 'runs' }), all],
    [true, line({ text: 'x\n  Deep Inside' }), { ...all, search: 'deep inside' }],
    [false, line(), { ...all, search: 'two' }],
    [true, line({ text: 'costs (1+1)' }), { ...all, search: '(1+' }],
    [false, line(), { ...all, errorsOnly: true }],
    [true, line({ error: true }), { ...all, errorsOnly: true }],
    [false, line(), { ...all, sinceMs: 1_001 }],
    [true, line(), { ...all, sinceMs: 1_000 }],
  ])('%s: %o', (expected, one, wanted) => {
    expect(isWanted(one, wanted)).toBe(expected);
  });
});

it('sorts by time and leaves equal times in their order', () => {
  const lines = [line({ atMs: 2, text: 'b' }), line({ atMs: 1, text: 'a' }), line({ atMs: 2, text: 'c' })];
  expect(byTime(lines).map(({ text }) => text)).toEqual(['a', 'b', 'c']);
});

describe('what stands in several logs', () => {
  it('is shown once, whichever comes first', () => {
    const deduper = new CrossLogDeduper();
    expect(deduper.isNew('gateway.log', line())).toBe(true);
    expect(deduper.isNew('errors.log', line())).toBe(false);
    expect(deduper.isNew('journal', line({ atMs: 1_900 }))).toBe(false);
  });

  it('is shown again when one log says it again, or much later', () => {
    const deduper = new CrossLogDeduper();
    expect(deduper.isNew('gateway.log', line())).toBe(true);
    expect(deduper.isNew('gateway.log', line())).toBe(true);
    expect(deduper.isNew('journal', line())).toBe(false);
    expect(deduper.isNew('journal', line())).toBe(false);
    expect(deduper.isNew('journal', line())).toBe(true);
    expect(deduper.isNew('errors.log', line({ atMs: 9_000 }))).toBe(true);
  });

  it('does not remember for ever', () => {
    const deduper = new CrossLogDeduper();
    for (let at = 0; at < 20_000; at += 1) deduper.isNew('a', line({ text: `line ${at}` }));
    expect(deduper.isNew('b', line({ text: 'line 19999' }))).toBe(false);
  });
});

describe('--since', () => {
  const now = new Date(2026, 10, 22, 14, 30).getTime();
  it.each([
    ['2h', now - 7_200_000],
    ['30m', now - 1_800_000],
    ['30min', now - 1_800_000],
    ['90s', now - 90_000],
    ['3d', now - 3 * 86_400_000],
    ['10:00', new Date(2026, 10, 22, 10).getTime()],
    ['2026-11-22', new Date(2026, 10, 22).getTime()],
    ['2026-11-22 10:00', new Date(2026, 10, 22, 10).getTime()],
    ['2026-11-22T10:00:30', new Date(2026, 10, 22, 10, 0, 30).getTime()],
    ['2026-11-22T10:00:00Z', Date.UTC(2026, 10, 22, 10)],
    ['yesterday', undefined],
    ['2 fortnights', undefined],
    ['25:00', undefined],
    ['2026-13-40', undefined],
    ['', undefined],
  ])('%s', (text, expected) => {
    expect(parseSince(text, now)).toBe(expected);
  });
});

describe('the files that nginx writes about a site', () => {
  const read = (text: string) =>
    nginxLogFiles(
      parseConfiguration([{ path: '/etc/nginx/nginx.conf', content: text }], '/etc/nginx/nginx.conf'),
      'a.example',
    );
  it.each([
    [
      "Debian's",
      'error_log /var/log/nginx/error.log; http { access_log /var/log/nginx/access.log; server { server_name a.example; } }',
      ['/var/log/nginx/access.log'],
      ['/var/log/nginx/error.log'],
    ],
    [
      "the site's own",
      'http { access_log /all.log; server { server_name a.example; access_log /a.log combined; error_log /a.err warn; } server { server_name b.example; access_log /b.log; } }',
      ['/a.log'],
      ['/a.err', '/var/log/nginx/error.log'],
    ],
    [
      'none for visits',
      'http { access_log off; server { server_name a.example; } }',
      [],
      ['/var/log/nginx/error.log'],
    ],
    ['nothing said', '', ['/var/log/nginx/access.log'], ['/var/log/nginx/error.log']],
  ])('%s', (_, text, access, error) => {
    expect(read(text)).toEqual({ access, error });
  });
});

describe('lines as text', () => {
  const today = new Date(2026, 10, 22, 14, 2, 11).getTime();
  it('say the time, who, and what; what belongs to a line stands below', () => {
    const write = lineWriter(false, today);
    expect(write(line({ atMs: today, text: 'one\n  two' }))).toBe(
      '14:02:11 hermes     │ one\n                    │   two\n',
    );
  });

  it('say the day where it is another one', () => {
    const write = lineWriter(false, today);
    const yesterday = today - 86_400_000;
    expect(write(line({ atMs: yesterday }))).toContain('2026-11-21\n14:02:11');
    expect(write(line({ atMs: yesterday }))).not.toContain('2026-11-21');
    expect(write(line({ atMs: today }))).toContain('2026-11-22\n');
  });

  it('colour what is an error, and have no colours without being asked', () => {
    const red = line({ level: 'error', error: true });
    expect(lineWriter(true, 1_000)(red)).toContain('\u001b[31mINFO one');
    expect(lineWriter(false, 1_000)(red)).not.toContain('\u001b');
  });

  it('are objects for programs', () => {
    expect(JSON.parse(lineJson(line({ atMs: 0 })))).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      source: 'hermes',
      level: 'info',
      error: false,
      text: 'INFO one',
    });
  });
});
