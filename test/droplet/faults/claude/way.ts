import type { Fault as HostFault } from '../../internet/faults.ts';
import { HOSTS } from '../../internet/names.ts';
import type { Fault } from '../fault.ts';
import { over, switchToKey, switchToSignIn, writeSignIn } from './account.ts';

const API = 'api.anthropic.com';
const SIGN_IN = 'platform.claude.com';

/** Something between this machine and Claude: Hermes says "Connection error." to all of it, after half a minute. */
const onTheWay = (name: string, title: string, code: string, fault: HostFault): Fault => ({
  name,
  group: 'claude',
  title,
  code,
  touches: ['claude'],
  break: async (context) => {
    await switchToKey(context);
    await context.internet.hosts.play(API, fault);
  },
  repair: ({ internet }) => internet.hosts.heal(API),
});

const inDns = (
  name: string,
  title: string,
  code: string,
  says: 'NXDOMAIN' | 'SERVFAIL' | 'silent',
): Fault => ({
  name,
  group: 'claude',
  title,
  code,
  touches: ['claude', 'dns'],
  break: async (context) => {
    await switchToKey(context);
    await context.internet.dns.set(API, 'A', says);
  },
  repair: ({ internet }) => internet.dns.reset(),
});

const PROXY = '/etc/systemd/system/hermes-gateway.service.d/proxy.conf';

export const wayFaults: readonly Fault[] = [
  {
    name: 'claude-proxy-in-drop-in',
    group: 'claude',
    title:
      'HTTPS_PROXY in a drop-in of Hermes’s unit names a proxy that is gone; the machine itself reaches Claude',
    code: 'claude-behind-proxy',
    touches: ['claude', 'hermes.unit'],
    patience: 240,
    break: async (context) => {
      await switchToKey(context);
      await context.shell(
        `mkdir -p $(dirname ${PROXY}); printf '[Service]\\nEnvironment=HTTPS_PROXY=http://127.0.0.1:3128\\n' > ${PROXY}; systemctl daemon-reload; systemctl restart hermes-gateway`,
      );
    },
    repair: async ({ shell }) =>
      void (await shell(`rm ${PROXY}; systemctl daemon-reload; systemctl restart hermes-gateway`)),
  },
  onTheWay('claude-refused', 'Connections to api.anthropic.com are refused', 'claude-connection-refused', {
    kind: 'refused',
  }),
  onTheWay(
    'claude-untrusted',
    'A proxy shows a certificate of its own for api.anthropic.com',
    'claude-certificate-not-trusted',
    { kind: 'untrusted' },
  ),
  onTheWay('claude-reset', 'A filter cuts every connection to api.anthropic.com', 'claude-connection-cut', {
    kind: 'reset',
  }),
  onTheWay(
    'claude-swallowed',
    'api.anthropic.com takes connections and never answers',
    'claude-does-not-answer',
    {
      kind: 'silent',
    },
  ),
  inDns(
    'claude-name-gone',
    'DNS says that api.anthropic.com does not exist',
    'claude-name-unknown',
    'NXDOMAIN',
  ),
  inDns('claude-dns-fails', 'The name servers fail for api.anthropic.com', 'claude-dns-silent', 'SERVFAIL'),
  inDns(
    'claude-dns-hangs',
    'The name servers say nothing about api.anthropic.com',
    'claude-dns-silent',
    'silent',
  ),
  {
    name: 'claude-no-route',
    group: 'claude',
    title: 'The routing table has no way to api.anthropic.com',
    code: 'claude-no-route',
    touches: ['claude', 'routes'],
    break: async (context) => {
      await switchToKey(context);
      await context.run('ip', 'route', 'add', 'unreachable', HOSTS[API]);
    },
    repair: async ({ run }) => {
      await run('ip', 'route', 'del', 'unreachable', HOSTS[API]);
    },
  },
  {
    name: 'claude-sign-in-host-silent',
    group: 'claude',
    title: 'platform.claude.com never answers, and the sign-in has to be renewed there',
    code: 'claude-does-not-answer',
    touches: ['claude'],
    break: async (context) => {
      await writeSignIn(context, over(await switchToSignIn(context)));
      await context.internet.hosts.play(SIGN_IN, { kind: 'silent' });
    },
    repair: ({ internet }) => internet.hosts.heal(SIGN_IN),
  },
];
