import { object, parseJson, text as textOf } from '../system/formats/json.ts';
import type { Level, LineFormat, ReadLine } from './line.ts';
import type { Zone } from './zone.ts';

/** The level of a word as Python, Rust and others write it. */
function levelOf(word: string): Level {
  if (/^(error|critical|fatal|emerg|alert|crit|panic)$/i.test(word)) return 'error';
  return /^(warn|warning)$/i.test(word) ? 'warning' : 'info';
}

const LEVEL = 'DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL';
const HERMES_LINE = new RegExp(
  `^(\\d{4})-(\\d\\d)-(\\d\\d) (\\d\\d):(\\d\\d):(\\d\\d)[,.](\\d{3}) ((${LEVEL})\\b.*)$`,
);

/** A line of Hermes's own log files: '2026-11-22 19:41:26,201 INFO gateway.run: …', in the machine's zone. */
export const hermesFile =
  (zone: Zone): LineFormat =>
  (line) => {
    const found = HERMES_LINE.exec(line);
    if (found === null) return { atMs: undefined, text: line, level: 'info', begins: false };
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = found
      .slice(1, 8)
      .map(Number);
    const atMs = zone.at(year, month, day, hour, minute, second * 1000 + ms);
    return { atMs, text: found[8] ?? '', level: levelOf(found[9] ?? ''), begins: true };
  };

const UNIT_FAILED = /Failed with result|code=(exited|killed|dumped), status=[^0].*|Start request repeated/;

/** A record of the journal, as `journalctl --output=json` prints it. */
export const journalRecord: LineFormat = (line) => {
  const record = object(parseJson(line));
  const micros = Number(record.__REALTIME_TIMESTAMP);
  if (!Number.isFinite(micros)) return undefined;
  const atMs = Math.floor(micros / 1000);
  const message = messageIn(record.MESSAGE);
  if (textOf(record.SYSLOG_IDENTIFIER) === 'systemd') {
    // 'status=15/TERM' is how a service ends that is stopped.
    const failed = UNIT_FAILED.test(message) && !/status=(15\/TERM|143)/.test(message);
    return { atMs, text: `systemd: ${message}`, level: failed ? 'error' : 'info', begins: true };
  }
  const [, word] = new RegExp(`^(${LEVEL})\\b[: ]`).exec(message) ?? [];
  const priority = Number(record.PRIORITY ?? 6);
  const level = word === undefined ? (priority <= 3 ? 'error' : 'info') : levelOf(word);
  return { atMs, text: message, level, begins: word === undefined ? 'perhaps' : true };
};

/** Bytes that are no text come as an array of numbers. */
function messageIn(message: unknown): string {
  if (Array.isArray(message)) return Buffer.from(message.map(Number)).toString('utf8').trimEnd();
  return textOf(message).trimEnd();
}

const DOCKER_LINE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z) ?(.*)$/;

/** The time that Docker put before a line, as it wrote it; undefined for what Docker itself says. */
export function dockerTime(line: string): string | undefined {
  return DOCKER_LINE.exec(line)?.[1];
}

/** A line of `docker logs --timestamps`, what stands behind the time read by `inner`. */
function dockerLine(inner: (text: string) => Omit<ReadLine, 'atMs'>): LineFormat {
  return (line) => {
    const [, time, text] = DOCKER_LINE.exec(line) ?? [];
    if (time === undefined || text === undefined || text.trim() === '') return undefined;
    return { ...inner(text), atMs: Date.parse(time) };
  };
}

const LOGURU = new RegExp(
  `^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d[.,]\\d+ \\| (${LEVEL}|TRACE|SUCCESS)\\s*\\| (.*)$`,
);
const LEVEL_FIRST = new RegExp(`^(${LEVEL}):?\\s+(.*)$`);

/** A line of Open WebUI's container: loguru's '2026-11-22 19:41:42.345 | INFO     | module:function:42 - …', or a level first. */
export const openWebuiLine: LineFormat = dockerLine((text) => {
  const [, word, rest] = LOGURU.exec(text) ?? LEVEL_FIRST.exec(text) ?? [];
  if (word === undefined) return { text, level: 'info', begins: 'perhaps' };
  // An access line of uvicorn's: '… "GET / HTTP/1.1" 500'.
  const failed = /" 5\d\d(\b|$)/.test(rest ?? '') && /HTTP\/\d/.test(rest ?? '');
  return { text: `${word} ${rest}`, level: failed ? 'error' : levelOf(word), begins: true };
});

const PINO_NAMES: readonly (readonly [number, string])[] = [
  [60, 'FATAL'],
  [50, 'ERROR'],
  [40, 'WARN'],
  [30, 'INFO'],
  [20, 'DEBUG'],
];
/** Of a pino record: what every line has, or has been said already. */
const PINO_COMMON = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'v']);

/** A line of Paperclip's container: pino's JSON, the same made readable, or plain text. */
export const paperclipLine: LineFormat = dockerLine((text) => {
  const record = object(parseJson(text));
  if (typeof record.level === 'number') return pinoLine(record, record.level);
  const [, word] = /^\[?[\d:. -]*(?:\]\s*)?(TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\b/.exec(text) ?? [];
  if (word !== undefined) return { text, level: levelOf(word), begins: true };
  const thrown = /^(Uncaught |Unhandled )?\w*(Error|Exception)\b.*:/.test(text);
  return { text, level: thrown ? 'error' : 'info', begins: 'perhaps' };
});

function pinoLine(record: Readonly<Record<string, unknown>>, level: number): Omit<ReadLine, 'atMs'> {
  const name = PINO_NAMES.find(([least]) => level >= least)?.[1] ?? 'TRACE';
  const error = object(record.err);
  const stack = textOf(error.stack);
  const status = Number(object(record.res).statusCode ?? 0);
  const more = Object.entries(record).filter(([key]) => !PINO_COMMON.has(key) && key !== 'err');
  const details = more.length === 0 ? '' : ` ${JSON.stringify(Object.fromEntries(more))}`;
  const said = textOf(record.msg) || textOf(error.message);
  return {
    text: `${name} ${said}${details}${stack === '' ? '' : `\n${stack}`}`,
    level: status >= 500 ? 'error' : levelOf(name),
    begins: true,
  };
}

const ACCESS = /^(\S+) (\S+) (.*?) \[(\d\d)\/(\w{3})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d{4})\] (.*)$/;

/** A line of nginx's access log: the format 'combined', which says its zone, and what begins like it. */
export const nginxAccess: LineFormat = (line) => {
  const found = ACCESS.exec(line);
  if (found === null) return { atMs: isoTime(line), text: line, level: 'info', begins: true };
  const [, address, , user, day, month, year, time, zone, rest = ''] = found;
  const status = Number(/^"(?:[^"\\]|\\.)*" (\d{3})\b/.exec(rest)?.[1] ?? 0);
  return {
    atMs: timeIn(`${day} ${month} ${year} ${time} ${zone}`),
    text: `${address}${user === '-' ? '' : ` ${user}`} ${rest}`,
    level: status >= 500 ? 'error' : 'info',
    begins: true,
  };
};

/** Of a log in a format of somebody's own. */
function isoTime(line: string): number | undefined {
  const [time] = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/.exec(line) ?? [];
  return time === undefined ? undefined : timeIn(time);
}

/** Visitors choose parts of these lines: what only looks like a time is not one. */
function timeIn(text: string): number | undefined {
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : atMs;
}

const NGINX_ERROR = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d) \[(\w+)\] (?:\d+#\d+: )?(.*)$/;

/** A line of nginx's error log: '2026/11/22 19:41:42 [error] 123#123: *1 …', in the machine's zone. */
export const nginxError =
  (zone: Zone): LineFormat =>
  (line) => {
    const found = NGINX_ERROR.exec(line);
    if (found === null) return { atMs: undefined, text: line, level: 'info', begins: false };
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number);
    const word = found[7] ?? '';
    return {
      atMs: zone.at(year, month, day, hour, minute, second * 1000),
      text: `[${word}] ${found[8] ?? ''}`,
      level: levelOf(word),
      begins: true,
    };
  };

const RUN_LINE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (.*)$/;
const RUN_FAILED =
  /^\S+: a\d+ failed after|^# Result: failed|: found \S+ \((broken|blocked)\)|^The lock was lost/;

/** A line of one of our own runs' logs. Its result stands at its end without a time. */
export const runLine: LineFormat = (line) => {
  const [, time, text = line] = RUN_LINE.exec(line) ?? [];
  const level = RUN_FAILED.test(text) ? 'error' : 'info';
  if (time === undefined) return { atMs: undefined, text: line, level, begins: line.startsWith('# Result:') };
  // An action's command and its diff are indented below it.
  return { atMs: Date.parse(time), text, level, begins: !text.startsWith('  ') };
};
