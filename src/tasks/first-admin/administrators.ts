import type { WriteFile } from '../../engine/contracts/action.ts';
import { writeFile } from '../../engine/contracts/command.ts';
import { STATE_DIR } from '../../engine/records/state-dir.ts';
import { list, object, parseJson, text } from '../../system/formats/json.ts';

/** Whose administrators an operator named, and where they are noted. Only root reads and writes these files. */
interface AdministratorsNote {
  readonly of: string;
  readonly file: string;
}

export const OPEN_WEBUI_NOTE: AdministratorsNote = {
  of: 'Open WebUI',
  file: `${STATE_DIR}/administrators.json`,
};

/** A file for each part: both are claimed at the same time, and they need not know the same people. */
export const PAPERCLIP_NOTE: AdministratorsNote = {
  of: 'Paperclip',
  file: `${STATE_DIR}/paperclip-administrators.json`,
};

/** An administrator that an operator named: made by a claim, or accepted. */
interface NamedAdministrator {
  /** In small letters, as Open WebUI looks for it. */
  readonly email: string;
  /** ISO 8601: since when it is noted. */
  readonly since: string;
}

export type Administrators = readonly NamedAdministrator[];

/** Pure. Reads the note; nobody where there is none, or it cannot be read. */
export function parseAdministrators(content: string | undefined): Administrators {
  return list(object(parseJson(content ?? '')).administrators)
    .map(object)
    .flatMap(({ email, since }) =>
      text(email) === '' ? [] : [{ email: text(email).toLowerCase(), since: text(since) }],
    );
}

/** Pure. Whether an operator named this address. */
export function isNoted(administrators: Administrators, email: string): boolean {
  return administrators.some((one) => one.email === email.toLowerCase());
}

/** Pure. Notes these addresses beside those that are noted; nothing when all are. */
export function note(
  { administrators, nowMs }: { readonly administrators: Administrators; readonly nowMs: number },
  emails: readonly string[],
  { of, file }: AdministratorsNote = OPEN_WEBUI_NOTE,
): readonly WriteFile[] {
  const since = new Date(nowMs).toISOString();
  const added = emails
    .filter((email) => !isNoted(administrators, email))
    .map((email) => ({ email: email.toLowerCase(), since }));
  if (added.length === 0) return [];
  return [
    writeFile(
      file,
      `${JSON.stringify({ administrators: [...administrators, ...added] }, undefined, 2)}\n`,
      0o600,
      `Record that ${emails.join(', ')} ${emails.length === 1 ? 'is an administrator' : 'are administrators'} of ${of}`,
    ),
  ];
}
