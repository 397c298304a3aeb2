import { type Machine, NotRehearsed, type Outcome } from './machine.ts';

/** The program, from the package nftables. */
export const NFT = '/usr/sbin/nft';

/** nft as far as Hermes's sandbox uses it: whole tables, from a file, by their names. */
export function nft(machine: Machine, args: readonly string[]): Outcome {
  const { tables } = machine.firewall;
  const [verb = '', ...rest] = args;
  const [kind, family, name] = rest;
  if (verb === '-f' && rest.length === 1) return loadFile(machine, rest[0] ?? '');
  if (kind !== 'table' || name === undefined) throw new NotRehearsed(`nft ${args.join(' ')}`);
  const table = `${family} ${name}`;
  if (!tables.has(table))
    return { exitCode: 1, stderr: `Error: No such file or directory\n${args.join(' ')}\n` };
  switch (verb) {
    case 'list':
      return { exitCode: 0, stdout: `table ${table} {\n}\n` };
    case 'delete':
      tables.delete(table);
      return { exitCode: 0 };
    default:
      throw new NotRehearsed(`nft ${args.join(' ')}`);
  }
}

function loadFile({ files, firewall }: Machine, path: string): Outcome {
  const text = files.read(path);
  if (text === undefined)
    return {
      exitCode: 1,
      stderr: `Error: Could not open file "${path}": No such file or directory\n`,
    };
  for (const [, table = ''] of text.matchAll(/^table (\S+ \S+) \{$/gm)) firewall.tables.add(table);
  return { exitCode: 0 };
}
