import { declareFindings, type FoundOf, wording } from '../finding.ts';

const EVERY_CHAT_FAILS = 'Hermes starts and shows its model, but every chat fails.';
const CONNECTION_ERROR = 'Every message is answered with "Connection error" after about 30 seconds.';

/** What can be wrong with the way to Claude, and with the sign-in or the key. */
export const FINDINGS = declareFindings('claude', 'tasks/claude/claude.test.ts', {
  'claude-sign-in-shadows-key': {
    severity: 'broken',
    reason:
      'Hermes up to 0.19 prefers that sign-in and never sends the key: the wrong account pays, and whatever its plan does not allow fails.',
    impact: 'Hermes keeps using the sign-in instead of the key.',
    proof: { fault: 'claude-key-shadowed' },
  },
  'claude-renewal-hangs': {
    severity: 'blocked',
    reason:
      'Each access token is valid for eight hours; Hermes then renews it at Claude’s token endpoint before it sends anything. While that fails, every message ends after 20 seconds with "No Anthropic credentials found", although somebody is signed in. Nothing needs to change here: status.claude.com shows outages, and messages work again once the outage is over.',
    impact: 'Every message fails until the token endpoint answers.',
    proof: { fault: 'claude-renewal-hangs' },
  },
  'claude-sign-in-held-twice': {
    severity: 'broken',
    alone: true,
    reason:
      'Each token of a sign-in can renew it only once. Whoever renews first, at the latest after eight hours, gets new tokens; the other copy is refused from then on. If Hermes has that copy, its chats fail. Every user and every machine needs its own sign-in.',
    impact: 'Chats work until one of them renews the sign-in; then every chat may fail at once.',
    proof: { fault: 'claude-held-twice' },
  },
  'claude-sign-in-ends-soon': {
    severity: 'risk',
    reason: 'After that nothing can renew it, and every chat fails until a person signs in again.',
    impact: 'Chats fail from that day on.',
  },
  'claude-two-credentials': {
    severity: 'risk',
    reason:
      'Hermes up to 0.19 uses the sign-in, later releases the API key: an update may silently change which account pays. Keep only one of the two.',
  },
  'claude-key-instead-of-sign-in': {
    severity: 'risk',
    reason: 'That works, but the answers say that Otto should use a sign-in.',
  },
  'claude-cli-missing': {
    severity: ['missing', 'blocked'],
    reason: wording({ canBeHad: true }, ({ canBeHad }) =>
      canBeHad
        ? 'It creates the sign-in that Hermes uses, and a person needs it to sign in again. It is about 400 MB, comes from npm, belongs to root, and none of its install scripts is run.'
        : 'Claude has a CLI for x86-64 and arm64 only. An API key works on every machine (answer "api-key").',
    ),
    impact: 'Nobody can sign in to Claude on this machine.',
    proof: { fault: 'claude-cli-removed' },
  },
  'claude-key-missing': {
    severity: 'broken',
    reason: `Without a key and without a sign-in Hermes answers every message with "No Anthropic credentials found", while it looks healthy. Create a key at console.anthropic.com → API keys.`,
    impact: 'Every message is answered with an error.',
    proof: { fault: 'claude-key-gone' },
  },
  'claude-token-refused-first': {
    severity: 'broken',
    reason: wording(
      { name: 'ANTHROPIC_TOKEN', place: '~/.hermes/.env', fromUnit: false },
      ({ name, place, fromUnit }) =>
        `Hermes takes the first credential that it finds, in this order: ANTHROPIC_TOKEN, CLAUDE_CODE_OAUTH_TOKEN, then the sign-in and the key. It does not try the next one when Claude refuses it.${fromUnit ? ` Take ${name} out of ${place}, then \`systemctl daemon-reload && systemctl restart hermes-gateway\`.` : ''}`,
    ),
    impact: 'Every message fails, although there is a good credential beside it.',
    proof: { fault: 'claude-dead-token-first' },
  },
  'claude-key-refused': {
    severity: 'broken',
    reason: `The key is mistyped, was deleted, or belongs to another service. You manage keys at console.anthropic.com → API keys; a key is shown only once, when it is created.`,
    impact: 'Every message is answered with "invalid x-api-key".',
    proof: { fault: 'claude-key-wrong' },
  },
  'claude-credentials-readable-by-others': {
    severity: 'broken',
    alone: true,
    reason: 'Other users of this machine can read the tokens in it and use the account.',
    proof: { fault: 'claude-file-open-to-all' },
  },
  'claude-credentials-not-usable-by-user': {
    severity: 'broken',
    reason:
      'Hermes runs as that user, reads the tokens, renews them every eight hours and writes them back. If it cannot read the file, it finds no sign-in at all; if it cannot write it, the file keeps a used token and the next renewal fails for good.',
    impact: 'Every chat fails with "No Anthropic credentials found".',
    proof: { fault: 'claude-file-of-root' },
  },
  'claude-credentials-damaged': {
    severity: ['broken', 'blocked'],
    reason:
      'For Hermes that is the same as no sign-in. A new sign-in replaces the file; the damaged one is kept.',
    impact: EVERY_CHAT_FAILS,
    proof: { fault: 'claude-file-damaged' },
  },
  'claude-sign-in-used-up': {
    severity: ['broken', 'blocked'],
    reason:
      'The Claude CLI empties the tokens when Claude refuses to renew them: the sign-in was revoked, or the same file was used on another machine, and the first renewal invalidates every other copy.',
    impact: EVERY_CHAT_FAILS,
    proof: { fault: 'claude-file-blanked' },
  },
  'claude-sign-in-expired': {
    severity: ['broken', 'blocked'],
    reason: 'Renewal works for about 27 days without use; then a person must sign in again.',
    impact: EVERY_CHAT_FAILS,
    proof: { fault: 'claude-expired-no-refresh' },
  },
  'claude-sign-in-without-inference': {
    severity: ['broken', 'blocked'],
    reason: 'Chats need the scope user:inference; a sign-in to the console does not have it.',
    impact: EVERY_CHAT_FAILS,
    proof: { fault: 'claude-file-other-scope' },
  },
  'claude-not-signed-in': {
    severity: ['missing', 'blocked'],
    reason: 'Hermes sends every chat to Claude with the sign-in of the deploy user.',
    impact: EVERY_CHAT_FAILS,
    proof: { fault: 'claude-file-missing' },
  },
  'claude-name-unknown': {
    severity: 'blocked',
    refutable: true,
    cuts: 'to-claude',
    reason:
      'The name exists, so this machine asks a name server that hides it (a filter in the network or at the provider) or that is wrong. Look at /etc/resolv.conf and `resolvectl status`, and compare with `dig @1.1.1.1 api.anthropic.com`.',
    impact: CONNECTION_ERROR,
    proof: { fault: 'claude-name-gone' },
  },
  'claude-dns-silent': {
    severity: 'blocked',
    refutable: true,
    cuts: 'to-claude',
    reason:
      'Without DNS this machine finds nothing on the internet, Claude included. Look at /etc/resolv.conf and `resolvectl status`, and check whether a firewall blocks port 53.',
    impact: CONNECTION_ERROR,
    proof: { fault: 'claude-dns-fails' },
  },
  'claude-connection-refused': {
    severity: 'blocked',
    refutable: true,
    cuts: 'to-claude',
    reason:
      'The name is found, but something refuses the connection instead of Claude: a firewall rule that rejects outgoing traffic, a proxy, or a line in /etc/hosts that points the name elsewhere. Let this machine reach api.anthropic.com and platform.claude.com on port 443.',
    impact: CONNECTION_ERROR,
    proof: { fault: 'claude-refused' },
  },
  'claude-no-route': {
    severity: 'blocked',
    refutable: true,
    cuts: 'to-claude',
    reason:
      'This machine’s routing table, or a router on the way, has no route there. `ip route get` with the address shows which route is taken; a route that says "unreachable" or a missing default route is the cause.',
    impact: CONNECTION_ERROR,
    proof: { fault: 'claude-no-route' },
  },
  'claude-does-not-answer': {
    severity: 'blocked',
    refutable: true,
    cuts: 'to-claude',
    reason:
      'A filter for outgoing traffic drops the connection, or Claude is down. status.claude.com shows outages; if there is none, let this machine reach api.anthropic.com and platform.claude.com on port 443.',
    impact: CONNECTION_ERROR,
    proof: { fault: 'claude-swallowed' },
  },
  'claude-certificate-not-trusted': {
    severity: 'blocked',
    refutable: true,
    cuts: 'to-claude',
    reason:
      'Either something on the way decrypts the traffic and shows its own certificate (then install that authority with update-ca-certificates and restart Hermes), or the clock is wrong (`timedatectl`), or the package ca-certificates is missing or old.',
    impact: CONNECTION_ERROR,
    proof: { fault: 'claude-untrusted' },
  },
  'claude-connection-cut': {
    severity: 'blocked',
    refutable: true,
    cuts: 'to-claude',
    reason:
      'Connections begin, and then something on the way ends them: a filter that reads the name in encrypted traffic, or a proxy. Let this machine reach api.anthropic.com and platform.claude.com on port 443.',
    impact: CONNECTION_ERROR,
    proof: { fault: 'claude-reset' },
  },
  'claude-not-reached': {
    severity: 'blocked',
    refutable: true,
    cuts: 'to-claude',
    reason: '`curl -v https://api.anthropic.com/` on this machine shows how far it gets.',
    impact: CONNECTION_ERROR,
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
