import type { Part, Place } from '../part.ts';
import { ask, letsIn, signIn } from '../truth.ts';
import { AGREED, type Exchange, inLines } from './conversation.ts';
import { cutPower } from './power-cut.ts';

const ANN = 'ann@client.example';
/** Whether everybody who is signed in to the account is signed out; asked on both Ottos, with different words. */
const sessions = (answer: 'stay' | 'end', { otto }: Place): Exchange => [
  'Sign out everybody',
  // What is recommended stands first: 0.12.4 ends the sessions of one account, 0.8.12 only all that there are.
  (answer === 'end') === (otto === 'current') ? '1' : '2',
];

/** Whether Open WebUI knows the one who has that token. */
const isGood = (droplet: Place['droplet'], token: string) =>
  ask(droplet, '/api/v1/auths/', undefined, token).then(
    (answer) => answer.includes(ANN),
    () => false,
  );

export const resetPassword: readonly Part[] = [
  {
    flow: 'reset-password',
    twin: 'good',
    async run(place) {
      const { check, book, people, droplet } = place;
      const told = await inLines(place, `reset-password --account ${ANN}`, [
        ['Which password should it be?', '1'],
        sessions('stay', place),
        AGREED,
      ]);
      const fresh = /The new password of ann@client\.example: (\S+)/.exec(told)?.[1] ?? '';
      check.that('the new password is shown', fresh.length >= 12, told.slice(-400));
      check.equal('how often it is shown', told.split(fresh).length - 1, 1);
      const old = people.get(ANN) ?? '';
      book.add('password', `the generated password of ${ANN}`, fresh, { shown: true });
      people.set(ANN, fresh);
      check.that('the new password lets in over https', await letsIn(droplet, ANN, fresh));
      check.that('the old one does not', !(await letsIn(droplet, ANN, old)));
      return { outcome: 'generated, shown once, lets in', changed: [`account ${ANN}`] };
    },
  },
  {
    flow: 'reset-password',
    twin: 'typed-wrong-twice',
    async run(place) {
      const { check, book, people, droplet } = place;
      const first = book.add('password', 'a password with a slip', 'typed-wrong-horse-1');
      const fresh = book.add('password', `the typed password of ${ANN}`, 'typed-right-horse-“2”');
      await inLines(place, `reset-password --account ${ANN} --how typed`, [
        ['What is the new password?', 'short'],
        ['At least 8', first],
        ['Once more', `${first}x`],
        ['The two differ', fresh],
        ['Once more', fresh],
        sessions('stay', place),
        AGREED,
      ]);
      people.set(ANN, fresh);
      check.that('the password that was typed twice lets in', await letsIn(droplet, ANN, fresh));
      check.that('the other one does not', !(await letsIn(droplet, ANN, first)));
      return { outcome: 'too short and not the same are said; then it lets in', changed: [`account ${ANN}`] };
    },
  },
  {
    flow: 'reset-password',
    twin: 'ends-sessions',
    async run(place) {
      const { check, book, people, droplet } = place;
      const old = await signIn(droplet, ANN, people.get(ANN) ?? '');
      check.that('the session from before is good', await isGood(droplet, old));
      const fresh = book.add('password', `the third password of ${ANN}`, 'third-horse-password-3');
      await inLines(place, `reset-password --account ${ANN} --how typed`, [
        ['What is the new password?', fresh],
        ['Once more', fresh],
        sessions('end', place),
        AGREED,
      ]);
      people.set(ANN, fresh);
      check.that('the session from before is ended', !(await isGood(droplet, old)));
      check.that('the new password lets in', await letsIn(droplet, ANN, fresh));
      return { outcome: 'whoever was signed in is signed out', changed: [`account ${ANN}`] };
    },
  },
  {
    flow: 'reset-password',
    twin: 'not-a-database',
    async run(place) {
      const { check, droplet } = place;
      // A copy of the real one is put back afterwards; Open WebUI is stopped, or it would write into the wrong file.
      await droplet.must(['docker', 'stop', 'open-webui']);
      await droplet.must([
        'sh',
        '-euc',
        'cd /opt/cleo/open-webui; mkdir aside; mv webui.db* aside/; echo "no database, but long enough to look like a file" >webui.db',
      ]);
      const { exitCode, stdout, stderr } = await place.run(
        `otto-install reset-password --account ${ANN} --how generated --yes`,
      );
      await droplet.must([
        'sh',
        '-euc',
        'cd /opt/cleo/open-webui; rm -f webui.db*; mv aside/* .; rmdir aside',
      ]);
      await droplet.must(['docker', 'start', 'open-webui']);
      check.that('it does not end well', exitCode === 1 || exitCode === 2, `${exitCode}`);
      check.matches('what is told', `${stdout}${stderr}`, /not an SQLite database/);
      return 'refused: webui.db is not an SQLite database';
    },
  },
  {
    flow: 'reset-password',
    twin: 'power-cut',
    async run(place) {
      const { check, book, people, droplet } = place;
      const fresh = book.add('password', 'the password that was cut off', 'cut-off-horse-3');
      const outcome = await cutPower(place, {
        words: `reset-password --account ${ANN} --how typed`,
        exchanges: [
          ['What is the new password?', fresh],
          ['Once more', fresh],
          sessions('stay', place),
          AGREED,
        ],
        at: /Set the new password, after a backup/,
        afterMs: 300,
        title: 'Reset a password',
      });
      check.that('the new password does not let in', !(await letsIn(droplet, ANN, fresh)));
      check.that('the old one does', await letsIn(droplet, ANN, people.get(ANN) ?? ''));
      return outcome;
    },
  },
];
