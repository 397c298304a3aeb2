import { type Call, NotRehearsed, type Outcome } from '../../machine.ts';

const well: Outcome = { exitCode: 0 };

/** `python3 -I - WORD …` with templates/paperclip/data.py; undefined when it is another program. */
export async function paperclipData({ machine, args, input }: Call): Promise<Outcome> {
  const [word = '', ...rest] = args.slice(args.indexOf('-') + 1);
  const [folder = '', kept = ''] = rest;
  switch (word) {
    case 'give': {
      const [, uid = '', gid = ''] = rest;
      machine.files.change(folder, { owner: `${uid}:${gid}`, mode: 0o700 });
      machine.files.change(folder, { owner: `${uid}:${gid}` }, true);
      return well;
    }
    case 'aside':
      await machine.wait(3_000);
      machine.files.copy(folder, kept);
      return well;
    case 'return':
      if (!machine.files.exists(kept)) return well;
      machine.files.remove(folder);
      machine.files.copy(kept, folder);
      return well;
    default:
      throw new NotRehearsed(`${input.split('\n')[0]} with ${word}`);
  }
}
