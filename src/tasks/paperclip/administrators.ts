import type { Answers } from '../../answers.ts';
import type { Finding } from '../../engine/task.ts';
import { isNoted, note } from '../first-admin/administrators.ts';
import type { PaperclipFacts } from './judge.ts';

/** Pure. Notes them in the file that Open WebUI's administrators are noted in too: an operator knows these people. */
export const nameThem = ({ named, nowMs }: PaperclipFacts, emails: readonly string[]) =>
  note({ administrators: named, nowMs }, emails, 'Paperclip');

/** Administrators that nobody named: whoever reached an unclaimed Paperclip first is one, and nothing else shows it. */
export function strangeAdministrators(facts: PaperclipFacts, answers: Answers): readonly Finding[] {
  const { administrators = [], named } = facts;
  const own = answers.adminEmail.toLowerCase();
  const strange = administrators
    .map(({ email }) => email)
    .filter((email) => email.toLowerCase() !== own && !isNoted(named, email));
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
