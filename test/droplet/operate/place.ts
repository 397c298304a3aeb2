import type { Otto } from '../faults/fault.ts';
import { control } from '../internet/control.ts';
import type { Droplet } from '../machine/droplet.ts';
import { createCheck } from '../runner/check.ts';
import { FRESH } from '../script/fresh.ts';
import { Terminal } from '../terminal.ts';
import type { Place } from './part.ts';
import { SecretsBook } from './secrets/book.ts';

/** Those who have an account on an Otto that somebody works with, and what they sign in with at first. */
const PEOPLE: readonly (readonly [email: string, password: string])[] = [
  [FRESH.adminEmail, 'correct-horse-battery-9'],
  ['ann@client.example', 'another-horse-battery-7'],
];

/** A place with the terminals that were opened there. */
export interface AttendedPlace extends Place {
  readonly terminals: { readonly words: string; readonly terminal: Terminal }[];
}

/** Where parts take place on a droplet with an Otto that somebody works with. `folder`: where screens are kept. */
export function placeOn(
  droplet: Droplet,
  otto: Otto,
  { folder, log, another }: Pick<Place, 'log' | 'another'> & { readonly folder: string },
): AttendedPlace {
  const people = new Map(PEOPLE);
  const book = new SecretsBook();
  for (const [email, password] of people) book.add('password', `the password of ${email}`, password);
  const terminals: AttendedPlace['terminals'] = [];
  return {
    droplet,
    otto,
    people,
    book,
    terminals,
    log,
    another,
    internet: control(droplet.places.runDir),
    check: createCheck(droplet),
    open(words, { columns, rows } = { columns: 80, rows: 24 }) {
      const terminal = new Terminal(droplet.sshArgv(['-tt'], [words]), { keepIn: folder, columns, rows });
      terminals.push({ words, terminal });
      return terminal;
    },
    async run(words, timeoutMs = 10 * 60_000) {
      const outcome = await droplet.ssh([words], { timeoutMs });
      book.note({ where: `what '${words}' printed`, text: `${outcome.stdout}${outcome.stderr}` });
      return outcome;
    },
  };
}
