const SECRET_NAME = /key|token|secret|pass|credential|auth|cookie|session|dsn|users?$/i;
/** A switch, a number, a path, or an address without a name and a password in it. */
const PLAIN = /^(?:true|false|yes|no|on|off|[\d.:,]{1,15}|\/[\w./-]*|https?:\/\/[\w.:-]+(?:\/[\w./-]*)?)$/i;
const OF_AN_IMAGE = /^(org\.opencontainers\.image|org\.label-schema)\./;
const HASH = /\$(?:apr1|2[aby]|5|6|y)\$/;

/**
 * Pure. Whether a label or a log option may hold a secret (an htpasswd line for a proxy, the token of a log service): a command line is
 * read by every user of the machine, and Docker takes these in no other way.
 */
export const mayBeSecret = (name: string, value: string): boolean =>
  HASH.test(value) || (SECRET_NAME.test(name) && !PLAIN.test(value));

/** Why it does not come along. */
export const MAY_BE_SECRET = 'a command line would show it to everybody here';

/** Pure. An image describes itself with such labels, so they come with it again. */
export const isOfAnImage = (label: string): boolean => OF_AN_IMAGE.test(label);

/** What a new container does not get of the one before, for the purpose of what makes it; '' where it gets everything. */
export const withoutUnspoken = (unspoken: readonly string[] = []): string =>
  unspoken.length === 0 ? '' : `, without ${unspoken.join(', ')}`;
