import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { command } from '../../engine/contracts/command.ts';
import { foundAs, replaces, stops } from '../../engine/contracts/effect.ts';
import { systemctl } from '../../system/services/systemd.ts';
import { found } from '../finding.ts';
import { start } from './actions.ts';
import type { DamagedDatabase } from './databases.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** Pure. It answers, and cannot keep what it is told. */
export function judgeDatabases(
  damaged: readonly DamagedDatabase[] | undefined,
  answers: Answers,
): readonly Finding[] {
  const [first] = damaged ?? [];
  if (damaged === undefined || first === undefined) return [];
  const { hermes, user } = layout(answers);
  const paths = damaged.map(({ path }) => path);
  return [
    found(FINDINGS['hermes-database-damaged'], {
      evidence: `${damaged.map(({ path, says }) => `${path} is damaged: ${says.slice(0, 200)}`).join('; ')}.`,
      fixes: [
        {
          id: 'set-database-aside',
          title: `Set ${paths.join(' and ')} aside and let Hermes create it again`,
          consequence: `Hermes forgets its conversations: they stay in ${first.path}.damaged, from which \`sqlite3 … .recover\` often saves most. Its memory, skills, keys and settings stay, and so do the chats in Open WebUI. It is unavailable for about 10 seconds.`,
          actions: [
            systemctl('Stop Hermes', ['stop', hermes.unitName], {
              timeoutMs: 240_000,
              effects: stops('Hermes', foundAs('Hermes')),
            }),
            command(['sh', '-s', '--', ...paths], 'Set the damaged database aside', {
              user,
              cwd: '/',
              input: SET_ASIDE,
              effects: replaces(first.path, foundAs('Hermes')),
              timeoutMs: 30_000,
            }),
            start(answers),
          ],
        },
      ],
    }),
  ];
}

/** With its log, which belongs to it. An earlier one that was set aside is kept. */
const SET_ASIDE = `set -eu
for path; do
  [ -e "$path" ] || continue
  aside=$path.damaged
  while [ -e "$aside" ]; do aside=$aside.damaged; done
  mv -T -- "$path" "$aside"
  for end in wal shm journal; do [ ! -e "$path-$end" ] || mv -T -- "$path-$end" "$aside-$end"; done
done
`;
