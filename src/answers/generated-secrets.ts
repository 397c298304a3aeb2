import type { Secret } from '../secret/secret.ts';

/**
 * Which secrets this process made up because nobody gave one. A generated password is only a proposal until an account
 * has got it: trying it at the sign-in form of an Otto that is older would only use up the account's attempts.
 */
const generated = new WeakSet<Secret>();

/** Notes that nobody gave this secret, and returns it. */
export function asGenerated(secret: Secret): Secret {
  generated.add(secret);
  return secret;
}

/** Whether this process thought it up. */
export function wasGenerated(secret: Secret): boolean {
  return generated.has(secret);
}

/**
 * Secrets that a machine or a backup has already. They stay what they are, as long as their readers can bear them: a new one
 * would sign everybody out.
 */
const inUse = new WeakSet<Secret>();

/** Notes that this secret is in use, and returns it. */
export function asInUse(secret: Secret): Secret {
  inUse.add(secret);
  return secret;
}

/** Whether it was in use before this process began. */
export function isInUse(secret: Secret): boolean {
  return inUse.has(secret);
}
