import type { Answers } from '../../answers/schema.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import { isOurs } from '../containers.ts';
import { found } from '../finding.ts';
import { isNoted, note, PAPERCLIP_NOTE } from '../first-admin/administrators.ts';
import { asideOf, startEmpty } from './actions.ts';
import type { PaperclipFacts } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** Pure. Records them: an operator knows these people. */
export const nameThem = ({ named, nowMs }: PaperclipFacts, emails: readonly string[]) =>
  note({ administrators: named, nowMs }, emails, PAPERCLIP_NOTE);

/**
 * Administrators that nobody named: the first person to reach an unclaimed Paperclip becomes one, and nothing else
 * shows it. If ours has only such administrators, it is not the operator's: that holds back everything else until
 * somebody decides.
 */
export function strangeAdministrators(facts: PaperclipFacts, answers: Answers): readonly Finding[] {
  const { administrators = [], named, container } = facts;
  const own = answers.adminEmail.toLowerCase();
  const strange = administrators
    .map(({ email }) => email)
    .filter((email) => email.toLowerCase() !== own && !isNoted(named, email));
  if (strange.length === 0) return [];
  const who = strange.join(' and ');
  const lost = strange.length === administrators.length && container !== undefined && isOurs(container);
  const accept: Fix = {
    id: 'accept-administrators',
    title: `Accept ${who}`,
    actions: nameThem(facts, strange),
    consequence: `${who} can see and change everything in Paperclip, and is no longer reported.`,
  };
  const startOver: Fix = {
    id: 'start-over',
    title: "Set Paperclip's data aside and start it empty",
    actions: startEmpty(facts, answers),
    consequence: `Paperclip is unavailable for about a minute and starts empty, with ${answers.adminEmail} as its administrator. Its current data is kept in ${asideOf(facts)}.`,
  };
  return [
    found(FINDINGS['paperclip-administrator-not-named'], {
      evidence: `${who} ${strange.length === 1 ? 'administers' : 'administer'} Paperclip${lost ? ', and nobody else does' : ''}. Nobody has named ${strange.length === 1 ? 'this address' : 'these addresses'}.`,
      severity: lost ? 'broken' : 'risk',
      values: { lost },
      fixes: lost ? [startOver, accept] : [accept],
    }),
  ];
}
