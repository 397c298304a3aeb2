import { belongings, lost } from '../../runner/faults/survives.ts';
import { FRESH } from '../../script/fresh.ts';
import type { Part, Place } from '../part.ts';
import { chat, untilHealthy } from '../truth.ts';
import { newestArchive } from './backup.ts';
import { AGREED, inLines } from './conversation.ts';
import { cutPower } from './power-cut.ts';

/** What of an Otto runs: services and containers. */
async function running({ droplet }: Place): Promise<string> {
  const script = "systemctl is-active hermes-gateway || true; docker ps -a --format '{{.Names}}' | sort";
  return (await droplet.must(['sh', '-c', script])).trim().split('\n').join(' ');
}

/** What an uninstall leaves of what Hermes's sandbox and the nightly backup are made of; one line each. */
async function leftBehind({ droplet }: Place): Promise<string> {
  const script = `
    ls -d /etc/systemd/system/hermes-gateway.service* /etc/systemd/system/otto-install-backup.* /usr/local/lib/otto-install/* 2>/dev/null || true
    nft list table inet otto_hermes >/dev/null 2>&1 && echo 'the table inet otto_hermes' || true`;
  return (await droplet.must(['sh', '-c', script])).trim();
}

/** The account that Paperclip runs as: 'user group', as far as they are there, and how many files have its number. */
async function paperclipAccount({ droplet }: Place, uid?: string): Promise<string> {
  const script = `
    getent passwd otto-paperclip >/dev/null && echo user; getent group otto-paperclip >/dev/null && echo group
    [ -z "$1" ] || find /opt /home /srv /var/lib/otto-install -xdev -uid "$1" | wc -l`;
  return (await droplet.must(['sh', '-c', script, 'sh', uid ?? ''])).trim().split('\n').join(' ');
}

export const uninstall: readonly Part[] = [
  {
    flow: 'uninstall',
    twin: 'wrong-confirmation',
    on: ['current'],
    async run(place) {
      const before = await running(place);
      const { exitCode, stdout, stderr } = await place.run(
        'otto-install uninstall --yes --data remove --certificate keep --user keep --confirm otto.other.example',
      );
      place.check.equal(`the exit code of ${stdout}${stderr}`, exitCode, 2);
      place.check.equal('what runs', await running(place), before);
      return 'refused: the domain was not the right one';
    },
  },
  {
    flow: 'uninstall',
    twin: 'data-not-ours',
    on: ['april'],
    async run(place) {
      const before = await running(place);
      const { exitCode, stdout, stderr } = await place.run(
        `otto-install uninstall --yes --data remove --confirm ${FRESH.domain}`,
      );
      place.check.equal(`the exit code of ${stdout}${stderr}`, exitCode, 1);
      place.check.matches('what is told', stdout, /otto-install made none of the data here/);
      place.check.equal('what runs', await running(place), before);
      return 'refused: the data was there before';
    },
  },
  {
    flow: 'uninstall',
    twin: 'power-cut',
    on: ['current'],
    run: (place) =>
      cutPower(place, {
        words: 'uninstall',
        exchanges: [['Should the data stay?', '1'], AGREED],
        at: /Stop hermes-gateway|Stop Hermes/,
        title: 'Uninstall Otto',
      }),
  },
  {
    flow: 'uninstall',
    twin: 'data-stays',
    on: ['current'],
    async run(place) {
      const { check, droplet } = place;
      const had = await belongings(droplet);
      const told = await inLines(place, 'uninstall', [['Should the data stay?', '1'], AGREED]);
      check.matches('what is told', told, /Removed:/);
      check.matches('what runs', await running(place), /^(inactive|unknown|failed)( |$)(?!.*open-webui)/);
      check.equal('what is left of its service', await leftBehind(place), '');
      check.equal(
        'the account that Paperclip’s data belongs to',
        await paperclipAccount(place),
        'user group',
      );
      const kept = lost(had, await belongings(droplet)).filter((sentence) =>
        /^(account|chat)/.test(sentence),
      );
      check.equal('accounts and chats that went with it', kept, []);
      const again = await place.run('otto-install uninstall --yes');
      check.equal(`the exit code of the second time ${again.stdout}${again.stderr}`, again.exitCode, 0);
      const back = await place.run('otto-install --yes');
      check.equal(
        `the exit code of setting it up again ${back.stdout.slice(-3000)}${back.stderr}`,
        back.exitCode,
        0,
      );
      return 'gone, and set up again with the same accounts and chats';
    },
  },
  {
    flow: 'uninstall',
    twin: 'data-goes',
    on: ['current'],
    endsOtto: true,
    async run(place) {
      const { check, droplet } = place;
      const had = await belongings(droplet);
      const uid = (await droplet.must(['id', '-u', 'otto-paperclip'])).trim();
      await droplet.must(['mkdir', '-m', '0700', '/opt/cleo/paperclip.aside-20261122T200000Z']);
      const { exitCode, stdout, stderr } = await place.run(
        `otto-install uninstall --yes --data remove --certificate keep --user keep --confirm ${FRESH.domain}`,
      );
      check.equal(`the exit code of ${stdout.slice(-2000)}${stderr}`, exitCode, 0);
      check.that(
        'the data is gone',
        (await droplet.exec(['test', '-e', '/opt/cleo/open-webui/webui.db'])).exitCode !== 0,
      );
      check.equal('what is left of its service', await leftBehind(place), '');
      check.equal(
        'the account of Paperclip, and files with its number',
        await paperclipAccount(place, uid),
        '0',
      );
      check.that(
        'what was kept aside is gone',
        (await droplet.exec(['test', '-e', '/opt/cleo/paperclip.aside-20261122T200000Z'])).exitCode !== 0,
      );
      const archive = await newestArchive(place, false);
      check.that('the last backup is there', archive !== '');
      const restored = await place.run(`otto-install restore --from ${archive} --yes`, 15 * 60_000);
      check.equal(
        `the exit code of the restore ${restored.stdout.slice(-3000)}${restored.stderr}`,
        restored.exitCode,
        0,
      );
      await untilHealthy(place);
      await chat(place);
      const gone = lost(had, await belongings(droplet)).filter((sentence) =>
        /^(account|chat)/.test(sentence),
      );
      check.equal('accounts and chats that are lost', gone, []);
      return 'gone with its data; the last backup brings all of it back onto the bare machine';
    },
  },
  {
    flow: 'uninstall',
    twin: 'adopted',
    // Built by hand: only what otto-install added is its own to remove.
    on: ['april'],
    async run(place) {
      const { check, droplet } = place;
      const had = await belongings(droplet);
      const { exitCode, stdout, stderr } = await place.run('otto-install uninstall --yes');
      check.equal(`the exit code of ${stdout.slice(-3000)}${stderr}`, exitCode, 0);
      check.matches('what is told', stdout, /hermes-gateway\.service: not made by otto-install/);
      check.matches('what still runs', await running(place), /^active .*paperclip/);
      const gone = lost(had, await belongings(droplet));
      check.equal('what of the client went with it', gone, []);
      const back = await place.run('otto-install --yes');
      check.equal(
        `the exit code of setting it up again ${back.stdout.slice(-3000)}${back.stderr}`,
        back.exitCode,
        0,
      );
      return 'what was built by hand stays; set up again with everything';
    },
  },
];
