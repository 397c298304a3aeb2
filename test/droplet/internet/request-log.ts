/** The log of what was asked of the stand-ins: complete, secrets and all, because scenarios look for leaks in it. */
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One request as it arrived, and the status it was answered with (0: the asker left before there was an answer). */
export interface RequestRecord {
  /** ISO 8601. */
  readonly at: string;
  readonly host: string;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Unpacked if it was compressed; bytes that are no UTF-8 are lost. */
  readonly body: string;
  readonly status: number;
}

const fileOf = (dir: string): string => join(dir, 'requests.jsonl');

/** Opens (and keeps) the log in `dir`, readable by its owner alone; returns what adds a record. */
export function openRequestLog(dir: string): (record: RequestRecord) => void {
  closeSync(openSync(fileOf(dir), 'a', 0o600));
  return (record) => appendFileSync(fileOf(dir), `${JSON.stringify(record)}\n`);
}

/** Every request so far, oldest answer first; none when the small internet was never started there. */
export async function readRequestLog(dir: string): Promise<RequestRecord[]> {
  const content = await readFile(fileOf(dir), 'utf8').catch(() => '');
  return content
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RequestRecord);
}
