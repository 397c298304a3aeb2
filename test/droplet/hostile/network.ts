import { hermesPatch } from '../artefacts/hermesRepository.ts';
import type { FaultContext } from '../faults/fault.ts';
import { HOST_NAMES, type HostName } from '../internet/names.ts';
import { FRESH } from '../script/fresh.ts';
import { MOODS, type Mood, WORDS } from './moods.ts';
import type { Surrounding } from './surrounding.ts';

/** The outside world is down, slow, lies, or says nothing. What only a look meets is among the faults: claude-*, way-in-dns-*. */

const playing =
  (hosts: readonly HostName[], mood: Mood) =>
  async ({ internet }: FaultContext) => {
    for (const host of hosts) await internet.hosts.play(host, MOODS[mood]);
  };
const healed = ({ internet }: FaultContext) => internet.hosts.heal();

/** One thing to be done with one server in every mood. */
function inEveryMood(
  name: string,
  host: HostName,
  moods: readonly Mood[],
  about: Pick<Surrounding, 'during' | 'says'> &
    Partial<Surrounding> & { readonly offer?: (context: FaultContext) => Promise<void> },
): readonly Surrounding[] {
  const { offer, ...rest } = about;
  return moods.map((mood) => ({
    name: `network-${name}-${mood}`,
    group: 'network',
    title: `${host} ${WORDS[mood]}, and \`otto-install ${about.during}\` needs it`,
    end: healed,
    ...rest,
    begin: async (context) => {
      await offer?.(context);
      await playing([host], mood)(context);
    },
  }));
}

const UNREACHED = /reach|answer|respond|connection|time|network|refused|page|HTML|sign-in|slow/i;

/** Every address of the small internet, without a word back. */
const DROP = `
nft add table inet hostile
nft 'add chain inet hostile out { type filter hook output priority -300; }'
nft 'add chain inet hostile through { type filter hook forward priority -300; }'
nft 'add rule inet hostile out ip daddr 203.0.113.128/25 drop'
nft 'add rule inet hostile through ip daddr 203.0.113.128/25 drop'
`;

export const network: readonly Surrounding[] = [
  ...inEveryMood('images', 'ghcr.io', ['reset', 'silent', 'slow', 'portal'], {
    offer: async ({ internet }) => internet.images.point('open-webui/open-webui', 'main', 'v0.12.4-rebuilt'),
    during: 'update open-webui --yes',
    exitCodes: [0, 1, 2],
    says: [UNREACHED],
    seconds: 300,
    end: async (context) => {
      await healed(context);
      await context.internet.images.point('open-webui/open-webui', 'main', 'v0.12.4');
    },
  }),
  ...inEveryMood('code', 'github.com', ['reset', 'silent', 'slow', 'portal'], {
    offer: async ({ internet }) => internet.github.setMain(await hermesPatch('patched')),
    during: 'update hermes --yes',
    exitCodes: [1, 2],
    says: [UNREACHED],
    seconds: 300,
    end: async (context) => {
      await healed(context);
      await context.internet.github.setMain('v0.19.0');
    },
  }),
  ...inEveryMood('claude', 'api.anthropic.com', ['slow', 'portal'], {
    during: 'check',
    exitCodes: [0, 1],
    says: [/Claude/],
    seconds: 120,
  }),
  ...inEveryMood('certificate', 'acme-v02.api.letsencrypt.org', ['silent', 'portal'], {
    offer: async ({ shell }) =>
      void (await shell(
        `certbot delete --non-interactive --cert-name ${FRESH.domain} >/dev/null 2>&1 || true`,
      )),
    during: 'fix certificate-files-gone',
    says: [/certificate/i, UNREACHED],
    seconds: 240,
    wayOn: 'fix certificate-files-gone',
  }),
  {
    name: 'network-dns-silent',
    group: 'network',
    title: 'the name server says nothing to any question',
    begin: async ({ internet }) => {
      for (const name of [...HOST_NAMES, FRESH.domain]) await internet.dns.set(name, 'A', 'silent');
    },
    during: 'check',
    says: [/DNS|name server/i],
    seconds: 120,
    end: ({ internet }) => internet.dns.reset(),
  },
  {
    name: 'network-silent',
    group: 'network',
    title: 'every packet to the internet is dropped: no answer, no error',
    begin: async ({ shell }) => void (await shell(DROP)),
    during: 'check',
    says: [/reach|answer/i],
    seconds: 120,
    end: async ({ shell }) => void (await shell('nft delete table inet hostile')),
  },
  {
    name: 'network-silent-update',
    group: 'network',
    title: 'every packet to the internet is dropped while everything is updated',
    begin: async ({ shell }) => void (await shell(DROP)),
    during: 'update all --yes',
    exitCodes: [1, 2],
    says: [UNREACHED],
    seconds: 400,
    end: async ({ shell }) => void (await shell('nft delete table inet hostile')),
  },
];
