import type { Answers } from '../../answers.ts';
import type { WriteFile } from '../../engine/action.ts';
import type { Finding } from '../../engine/task.ts';
import { list, object, parseJson, text } from '../../system/json.ts';
import { STATE_FOLDER } from '../layout.ts';
import type { PaperclipFacts } from './judge.ts';

/** Where the administrators are noted that an operator named, of Open WebUI and of Paperclip. Only root reads and writes it. */
export const ADMINISTRATORS_FILE = `${STATE_FOLDER}/administrators.json`;

/** The addresses in that note, in small letters, with the rest of each entry. */
export type Named = readonly { readonly email: string; readonly since: string }[];

/** Pure. Nobody where there is no note, or it cannot be read. */
export function parseNamed(content: string | undefined): Named {
  return list(object(parseJson(content ?? '')).administrators)
    .map(object)
    .flatMap(({ email, since }) =>
      text(email) === '' ? [] : [{ email: text(email).toLowerCase(), since: text(since) }],
    );
}

/** Pure. Notes these addresses beside those that are noted; nothing when all are. */
export function nameThem({ named, nowMs }: PaperclipFacts, emails: readonly string[]): readonly WriteFile[] {
  const since = new Date(nowMs).toISOString();
  const added = emails
    .map((email) => email.toLowerCase())
    .filter((email) => !named.some((one) => one.email === email))
    .map((email) => ({ email, since }));
  if (added.length === 0) return [];
  return [
    {
      kind: 'write-file',
      path: ADMINISTRATORS_FILE,
      content: `${JSON.stringify({ administrators: [...named, ...added] }, undefined, 2)}\n`,
      mode: 0o600,
      owner: 'root:root',
      purpose: `Note that ${emails.join(', ')} may administer this Otto`,
    },
  ];
}

/** Administrators that nobody named: whoever reached an unclaimed Paperclip first is one, and nothing else shows it. */
export function strangeAdministrators(facts: PaperclipFacts, answers: Answers): readonly Finding[] {
  const { administrators = [], named } = facts;
  const known = new Set([answers.adminEmail.toLowerCase(), ...named.map(({ email }) => email)]);
  const strange = administrators.map(({ email }) => email).filter((email) => !known.has(email.toLowerCase()));
  if (strange.length === 0) return [];
  const others = administrators.length > strange.length;
  return [
    {
      code: 'paperclip-administrator-not-named',
      severity: 'risk',
      saw: `${strange.join(' and ')} ${strange.length === 1 ? 'administers' : 'administer'} Paperclip. Nobody has named ${strange.length === 1 ? 'this address' : 'these addresses'}.`,
      because:
        'An administrator of Paperclip reads all that its agents do and the keys that they have. Whoever reached it before it had one could become one. ' +
        `If you do not know who this is, ${others ? 'remove the role under Instance settings → Users in Paperclip' : 'take Paperclip as somebody else’s: keep its folder aside and deploy it again'}.`,
      fixes: [
        {
          title: `Accept ${strange.join(' and ')}`,
          actions: nameThem(facts, strange),
          consequence: `${strange.join(' and ')} can see and change everything in Paperclip, and that is not reported again.`,
        },
      ],
      ifSkipped: 'Somebody who is not known administers Paperclip.',
    },
  ];
}
