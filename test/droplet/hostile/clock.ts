import type { FaultContext } from '../faults/fault.ts';
import type { Surrounding } from './surrounding.ts';

/**
 * A clock that is years off. The droplet has the machine's, which nobody may turn, and Linux has no namespace for it: so every
 * program that is started is told another time by libfaketime (/etc/ld.so.preload). What does not use the C library (Docker, written
 * in Go) and what was started before keep the right one, which is less than a wrong clock does. A clock that is put right in the middle
 * of a run is in test/engine/stopwatch.test.ts.
 */

const LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';
const THERE = '/usr/local/lib/faketime.so';

const turned =
  (by: string) =>
  async ({ droplet, shell }: FaultContext) => {
    await droplet.copyIn(LIBRARY, THERE);
    await shell(`echo '${by}' >/etc/faketimerc; echo ${THERE} >/etc/ld.so.preload`);
  };
const right = async ({ shell }: FaultContext) =>
  void (await shell(`rm -f /etc/ld.so.preload /etc/faketimerc ${THERE}`));

export const clock: readonly Surrounding[] = [
  {
    name: 'clock-years-ahead',
    group: 'clock',
    // What lets nobody look at a file while somebody signs in ends sshd for looking at the time's.
    atConsole: true,
    title: 'the clock is ten years ahead: every certificate has expired',
    begin: turned('+3650d'),
    during: 'check',
    says: [/clock/i],
    seconds: 90,
    end: right,
  },
  {
    name: 'clock-years-behind',
    group: 'clock',
    // What lets nobody look at a file while somebody signs in ends sshd for looking at the time's.
    atConsole: true,
    title: 'the clock is twenty years behind: no certificate is valid yet',
    begin: turned('-7300d'),
    during: 'check',
    says: [/clock/i],
    seconds: 90,
    end: right,
  },
  {
    name: 'clock-years-ahead-fix',
    group: 'clock',
    // What lets nobody look at a file while somebody signs in ends sshd for looking at the time's.
    atConsole: true,
    title: 'nginx has to be started while the clock is ten years ahead',
    begin: async (context) => {
      await context.shell('systemctl stop nginx');
      await turned('+3650d')(context);
    },
    during: 'fix nginx-down',
    exitCodes: [0, 1],
    says: [/nginx/],
    seconds: 120,
    end: right,
    wayOn: 'fix',
  },
];
