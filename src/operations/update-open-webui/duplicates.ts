import { type Account, addressAside, keeperOf } from '../../system/web-apps/open-webui-accounts.ts';
import type { Ask, Given } from '../otto-operation.ts';

/** What happens to an account whose address differs from another one's only in case. */
export type Settlement =
  | { readonly id: string; readonly email: string }
  /** Everything it owns is given to the other one, and it is removed. */
  | { readonly id: string; readonly into: string };

type Group = readonly Account[];

/**
 * Pure. The next question about addresses that differ only in case, or the choice that the answers make. `taken`: all addresses.
 * One answer may serve for all groups ('duplicates'); otherwise each is asked about ('duplicates-1', …).
 */
export function askDuplicates(
  groups: readonly Group[],
  given: Given,
  taken: readonly string[],
): { readonly ask: Ask } | { readonly settlements: readonly Settlement[] } {
  const inUse = new Set(taken.map((address) => address.toLowerCase()));
  const settlements: Settlement[] = [];
  const forAll = isAnswer(given.duplicates) ? given.duplicates : undefined;
  if (groups.length > 1 && forAll === undefined && given.duplicates !== 'one-by-one')
    return { ask: aboutAll(groups, inUse) };
  for (const [index, group] of groups.entries()) {
    const keeper = keeperOf(group);
    if (keeper === undefined) continue;
    const id = groups.length === 1 ? 'duplicates' : `duplicates-${index + 1}`;
    const answer = isAnswer(given[id]) ? given[id] : forAll;
    if (answer === undefined) return { ask: aboutOne(id, group, keeper, inUse) };
    for (const account of group.filter((one) => one !== keeper)) {
      if (answer === 'merge') {
        settlements.push({ id: account.id, into: keeper.id });
        continue;
      }
      const typed = given[`address-${account.id}`];
      if (answer === 'typed' && (typeof typed !== 'string' || problemOf(typed, inUse) !== undefined))
        return { ask: whichAddress(account, inUse) };
      const email = answer === 'typed' ? String(typed).trim() : addressAside(account.email, inUse);
      inUse.add(email.toLowerCase());
      settlements.push({ id: account.id, email });
    }
  }
  return { settlements };
}

const ANSWERS = ['rename', 'merge', 'typed'] as const;
type Answer = (typeof ANSWERS)[number];
const isAnswer = (value: unknown): value is Answer => ANSWERS.some((answer) => answer === value);

const addresses = (group: Group): string => group.map(({ email }) => email).join(' and ');

function aboutAll(groups: readonly Group[], inUse: ReadonlySet<string>): Ask {
  const [first] = groups;
  const example = first === undefined ? '' : othersOf(first)[0]?.email;
  return {
    kind: 'choose',
    id: 'duplicates',
    question: `Addresses of ${groups.length} groups of accounts differ only in case (${groups.map(addresses).join('; ')}), which the new release refuses. What should happen to them?`,
    options: [
      {
        value: 'rename',
        label: 'Give the others new addresses',
        note: `The one in small letters keeps its address; ${example} becomes ${addressAside(example ?? '', inUse)}, and so on. Chats stay where they are.`,
      },
      {
        value: 'merge',
        label: 'Merge each group into the account in small letters',
        note: 'It gets the chats and files of the others; the other accounts and their passwords are gone.',
      },
      { value: 'one-by-one', label: 'Decide group by group' },
    ],
  };
}

function aboutOne(id: string, group: Group, keeper: Account, inUse: ReadonlySet<string>): Ask {
  const others = othersOf(group);
  const names = others.map(({ email }) => email).join(' and ');
  const become = others.map(({ email }) => `${email} becomes ${addressAside(email, inUse)}`).join(', ');
  const rises = others.some(({ role }) => role === 'admin') && keeper.role !== 'admin';
  return {
    kind: 'choose',
    id,
    question: `${addresses(group)} differ only in case, which the new release refuses. What should happen to them?`,
    options: [
      {
        value: 'rename',
        label: `Rename: ${become}`,
        note: 'Chats and the password stay.',
      },
      {
        value: 'merge',
        label: `Merge ${names} into ${keeper.email} (${keeper.name})`,
        note: `${keeper.email} gets its chats and files, ${rises ? 'becomes an administrator and ' : 'and '}keeps its own password; ${names} is gone.`,
      },
      { value: 'typed', label: 'Rename to an address that you type' },
    ],
  };
}

const othersOf = (group: Group): Group => group.filter((account) => account !== keeperOf(group));

const whichAddress = ({ id, email, name }: Account, inUse: ReadonlySet<string>): Ask => ({
  kind: 'text',
  id: `address-${id}`,
  question: `Which address should ${name} (${email}) have?`,
  preset: addressAside(email, inUse),
  problem: (value) => problemOf(value, inUse),
});

function problemOf(value: string, inUse: ReadonlySet<string>): string | undefined {
  const address = value.trim();
  if (!/^[^\s@]+@[^\s@]+$/.test(address)) return 'That is not an e-mail address.';
  if (inUse.has(address.toLowerCase())) return 'Another account has this address.';
  return undefined;
}

/** Pure. What was chosen, in words, for those who agree to it. */
export function settlementWords(groups: readonly Group[], settlements: readonly Settlement[]): string {
  const all = groups.flat();
  const address = (id: string) => all.find((account) => account.id === id)?.email ?? id;
  return settlements
    .map((one) =>
      'into' in one
        ? `${address(one.id)} is merged into ${address(one.into)}`
        : `${address(one.id)} becomes ${one.email}`,
    )
    .join(', ');
}
