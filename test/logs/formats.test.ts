import { describe, expect, it } from 'vitest';
import {
  hermesFile,
  journalRecord,
  nginxAccess,
  nginxError,
  openWebuiLine,
  paperclipLine,
  runLine,
} from '../../src/logs/formats.ts';
import type { LineFormat } from '../../src/logs/line.ts';
import { entriesOf } from '../../src/logs/log-entry-assembler.ts';
import { Zone } from '../../src/logs/zone.ts';

const utc = new Zone('UTC');
const berlin = new Zone('Europe/Berlin');
const at = (time: string) => Date.parse(time);
const record = (fields: object) =>
  JSON.stringify({ __REALTIME_TIMESTAMP: '1795389077401535', PRIORITY: '6', ...fields });

describe('a line of a log', () => {
  it.each<[string, LineFormat, string, object]>([
    [
      'Hermes, in the zone of the machine',
      hermesFile(berlin),
      '2026-11-22 19:41:26,201 INFO gateway.run: Starting',
      {
        atMs: at('2026-11-22T18:41:26.201Z'),
        text: 'INFO gateway.run: Starting',
        level: 'info',
        begins: true,
      },
    ],
    [
      'Hermes, a warning',
      hermesFile(utc),
      '2026-11-22 19:41:26,201 WARNING gateway.run: No users',
      { atMs: at('2026-11-22T19:41:26.201Z'), level: 'warning' },
    ],
    [
      'Hermes, what belongs to a line',
      hermesFile(utc),
      'ValueError: no',
      { atMs: undefined, text: 'ValueError: no', begins: false },
    ],
    [
      'journal, what Hermes printed',
      journalRecord,
      record({ MESSAGE: 'ERROR gateway.run: no', SYSLOG_IDENTIFIER: 'python' }),
      { atMs: 1_795_389_077_401, text: 'ERROR gateway.run: no', level: 'error', begins: true },
    ],
    [
      'journal, words without a level',
      journalRecord,
      record({ MESSAGE: 'Gateway already running', SYSLOG_IDENTIFIER: 'python' }),
      { level: 'info', begins: 'perhaps' },
    ],
    [
      'journal, bytes that are no text',
      journalRecord,
      record({ MESSAGE: [111, 107, 255], SYSLOG_IDENTIFIER: 'python' }),
      { text: 'ok\ufffd' },
    ],
    [
      'journal, systemd about a service that failed',
      journalRecord,
      record({
        MESSAGE: "hermes-gateway.service: Failed with result 'exit-code'.",
        SYSLOG_IDENTIFIER: 'systemd',
      }),
      { text: "systemd: hermes-gateway.service: Failed with result 'exit-code'.", level: 'error' },
    ],
    [
      'journal, systemd about a service that was stopped',
      journalRecord,
      record({
        MESSAGE: 'x: Main process exited, code=killed, status=15/TERM',
        SYSLOG_IDENTIFIER: 'systemd',
      }),
      { level: 'info' },
    ],
    [
      'Open WebUI',
      openWebuiLine,
      '2026-11-22T19:41:42.402167002Z 2026-11-22 19:41:42.401 | INFO     | open_webui.main:lifespan:411 - Installing',
      {
        atMs: at('2026-11-22T19:41:42.402Z'),
        text: 'INFO open_webui.main:lifespan:411 - Installing',
        level: 'info',
        begins: true,
      },
    ],
    [
      'Open WebUI, an answer 500',
      openWebuiLine,
      '2026-11-22T19:41:42.4Z 2026-11-22 19:41:42.401 | INFO     | uvicorn:send:482 - 1.2.3.4:0 - "GET /api HTTP/1.1" 500',
      { level: 'error' },
    ],
    [
      'Open WebUI, an answer 200 of 500 bytes',
      openWebuiLine,
      '2026-11-22T19:41:42.4Z 2026-11-22 19:41:42.401 | INFO     | uvicorn:send:482 - 1.2.3.4:0 - "GET /500 HTTP/1.1" 200',
      { level: 'info' },
    ],
    [
      'Open WebUI before its logger is set up',
      openWebuiLine,
      '2026-11-22T23:11:29.051287860Z ERROR:    Application startup failed. Exiting.',
      { text: 'ERROR Application startup failed. Exiting.', level: 'error', begins: true },
    ],
    [
      'Paperclip',
      paperclipLine,
      '2026-11-22T23:11:33.075411746Z {"level":30,"time":1,"pid":1,"hostname":"a","msg":"Server listening"}',
      { atMs: at('2026-11-22T23:11:33.075Z'), text: 'INFO Server listening', level: 'info' },
    ],
    [
      'Paperclip, an error with its stack',
      paperclipLine,
      '2026-11-22T23:11:33.0Z {"level":50,"err":{"message":"no","stack":"Error: no\\n    at x"},"run":"7","msg":"failed"}',
      { text: 'ERROR failed {"run":"7"}\nError: no\n    at x', level: 'error' },
    ],
    [
      'nginx, a visit, with the zone that it says',
      nginxAccess,
      '203.0.113.9 - - [22/Nov/2026:20:41:42 +0100] "GET / HTTP/1.1" 200 500 "-" "curl/8"',
      {
        atMs: at('2026-11-22T19:41:42Z'),
        text: '203.0.113.9 "GET / HTTP/1.1" 200 500 "-" "curl/8"',
        level: 'info',
      },
    ],
    [
      'nginx, a visit that failed',
      nginxAccess,
      '203.0.113.9 - eve [22/Nov/2026:14:11:42 -0530] "GET /\\"x HTTP/1.1" 502 1 "-" "-"',
      {
        atMs: at('2026-11-22T19:41:42Z'),
        text: '203.0.113.9 eve "GET /\\"x HTTP/1.1" 502 1 "-" "-"',
        level: 'error',
      },
    ],
    [
      'nginx, a format of one’s own',
      nginxAccess,
      '{"time":"2026-11-22T20:41:42+01:00","status":200}',
      { atMs: at('2026-11-22T19:41:42Z'), level: 'info', begins: true },
    ],
    [
      'nginx, a visitor’s name that looks like a time',
      nginxAccess,
      '203.0.113.9 - x [99/Foo/2026:20:41:42 +0100] - [22/Nov/2026:20:41:42 +0100] "GET / HTTP/1.1" 401 1',
      { atMs: undefined, level: 'info', begins: true },
    ],
    [
      'nginx, an impossible time in a format of one’s own',
      nginxAccess,
      '{"path":"/?2026-99-99T99:99:99Z","status":200}',
      { atMs: undefined, level: 'info', begins: true },
    ],
    [
      'nginx, an error, in the zone of the machine',
      nginxError(berlin),
      '2026/07/22 19:41:42 [error] 123#123: *1 connect() failed',
      { atMs: at('2026-07-22T17:41:42Z'), text: '[error] *1 connect() failed', level: 'error' },
    ],
    [
      'nginx, a notice',
      nginxError(utc),
      '2026/11/22 19:41:42 [notice] 1#1: signal',
      { text: '[notice] signal', level: 'info' },
    ],
    [
      'a run',
      runLine,
      '2026-11-22T19:40:58.297Z domain: looking',
      { atMs: at('2026-11-22T19:40:58.297Z'), text: 'domain: looking', level: 'info', begins: true },
    ],
    [
      'a run, an action that failed',
      runLine,
      '2026-11-22T19:40:58.297Z packages: a1 failed after 0.1 s',
      { level: 'error' },
    ],
    ['a run, its command', runLine, '2026-11-22T19:40:58.297Z   $ apt-get update', { begins: false }],
    [
      'a run, how it ended',
      runLine,
      '# Result: failed: no, 1 actions, 1 s',
      { atMs: undefined, level: 'error', begins: true },
    ],
    [
      'a run that went well',
      runLine,
      '# Result: healthy, 53 actions, 59.9 s',
      { level: 'info', begins: true },
    ],
  ])('%s', (_, format, line, expected) => {
    expect(format(line)).toMatchObject(expected);
  });

  it.each<[string, LineFormat, string]>([
    ['the journal says something else', journalRecord, 'No journal files were found.'],
    ['Docker says something', openWebuiLine, 'Error response from daemon: no'],
    ['a line is empty', paperclipLine, '2026-11-22T19:41:42.347633222Z '],
  ])('is none where %s', (_, format, line) => {
    expect(format(line)).toBeUndefined();
  });
});

describe('times without a zone', () => {
  it.each([
    ['UTC', [2026, 7, 1, 12, 0, 0], '2026-07-01T12:00:00Z'],
    ['Europe/Berlin', [2026, 7, 1, 12, 0, 0], '2026-07-01T10:00:00Z'],
    ['Europe/Berlin', [2026, 12, 31, 23, 59, 59_999], '2026-12-31T22:59:59.999Z'],
    ['America/New_York', [2026, 11, 22, 23, 30, 0], '2026-11-23T04:30:00Z'],
    ['Asia/Kolkata', [2026, 11, 22, 3, 0, 0], '2026-11-21T21:30:00Z'],
    // The clocks go back at 3 on 25 October: this hour comes twice.
    ['Europe/Berlin', [2026, 10, 25, 2, 30, 0], '2026-10-25T00:30:00Z'],
    ['Europe/Berlin', [2026, 10, 25, 3, 30, 0], '2026-10-25T02:30:00Z'],
    ['Europe/Berlin', [2026, 3, 29, 3, 30, 0], '2026-03-29T01:30:00Z'],
    ['Not/AZone', [2026, 7, 1, 12, 0, 0], '2026-07-01T12:00:00Z'],
  ] as const)('in %s', (zone, [year, month, day, hour, minute, ms], expected) => {
    expect(new Date(new Zone(zone).at(year, month, day, hour, minute, ms)).toISOString()).toBe(
      new Date(expected).toISOString(),
    );
  });
});

it('a line of endless length is cut between words, so that no half of a secret is left of it', () => {
  const text = `${'x'.repeat(7_990)} sk-ant-api03-a-secret-across-the-cut and more`;
  const [line] = entriesOf({ source: 'hermes', format: hermesFile(utc) }, [
    `2026-11-22 19:41:26,201 INFO a: ${text}`,
  ]);
  expect(line?.text).toMatch(/^.*x{100} …$/);
  expect(line?.text).not.toContain('sk-ant');
});

describe('what belongs to a line', () => {
  const docker = (text: string, second = '00') => `2026-11-22T19:41:${second}.000000000Z ${text}`;

  it('stays with it in a file: a traceback, and it is an error', () => {
    const lines = entriesOf({ source: 'hermes', format: hermesFile(utc) }, [
      '2026-11-22 19:41:26,201 INFO gateway.run: one',
      '2026-11-22 19:41:26,202 WARNING gateway.run: two',
      'Traceback (most recent call last):',
      '  File "x.py", line 3, in y',
      'ValueError: no',
      '2026-11-22 19:41:27,000 INFO gateway.run: three',
    ]);
    expect(lines.map(({ text, error }) => [text.split('\n').length, error])).toEqual([
      [1, false],
      [4, true],
      [1, false],
    ]);
  });

  it('stays with it in a container, where every line has a time', () => {
    const lines = entriesOf({ source: 'open-webui', format: openWebuiLine }, [
      docker('2026-11-22 19:41:00.1 | ERROR    | a:b:1 - Exception'),
      docker('Traceback (most recent call last):'),
      docker('  File "x.py", line 3, in y'),
      docker('> File "z.py", line 3, in y'),
      docker('sqlite3.OperationalError: database is locked'),
      docker('The above exception was the direct cause of the following exception:'),
      docker('Traceback (most recent call last):'),
      docker('  File "x.py", line 3, in y'),
      docker('KeyError: 1'),
      docker('v0.12.4 - building'),
    ]);
    expect(lines.map(({ text }) => text.split('\n').length)).toEqual([9, 1]);
    expect(lines.map(({ error }) => error)).toEqual([true, false]);
  });

  it('is an error of its own where nobody announced it', () => {
    const lines = entriesOf({ source: 'open-webui', format: openWebuiLine }, [
      docker('INFO:     Waiting'),
      docker('Traceback (most recent call last):'),
      docker('  File "x.py", line 3, in y'),
      docker('KeyError: 1'),
    ]);
    expect(lines.map(({ text, error }) => [text.split('\n').length, error])).toEqual([
      [1, false],
      [3, true],
    ]);
  });

  it('is also what Python says when it could not write a line', () => {
    const said = (text: string) => record({ MESSAGE: text, SYSLOG_IDENTIFIER: 'python' });
    const lines = entriesOf({ source: 'hermes', format: journalRecord }, [
      said('started'),
      said('--- Logging error ---'),
      said('Traceback (most recent call last):'),
      said('  File "x.py", line 3, in y'),
      said('FileNotFoundError: [Errno 2] No such file'),
      said('Call stack:'),
      said('  File "x.py", line 3, in y'),
      said("Message: 'one %s'"),
      said('Arguments: (1,)'),
      said('--- Logging error ---'),
      said('Traceback (most recent call last):'),
    ]);
    expect(lines.map(({ text, error }) => [text.split('\n').length, error])).toEqual([
      [1, false],
      [8, true],
      [2, true],
    ]);
  });

  it('is nothing that comes seconds later', () => {
    const lines = entriesOf({ source: 'paperclip', format: paperclipLine }, [
      docker('one'),
      docker('  two', '05'),
    ]);
    expect(lines).toHaveLength(2);
  });

  it('gives a run’s result the time of its last line', () => {
    const [, last] = entriesOf({ source: 'runs', format: runLine }, [
      '2026-11-22T19:40:58.297Z domain: looking',
      '# Result: healthy, 1 actions, 1 s',
    ]);
    expect(last?.atMs).toBe(at('2026-11-22T19:40:58.297Z'));
  });
});
