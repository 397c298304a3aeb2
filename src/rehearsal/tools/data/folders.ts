import { type Call, NotRehearsed, type Outcome } from '../../machine.ts';

/** `python3 -I -` with a program of templates/folders; undefined when it is another one. */
export function folderProgram({ machine, args, input }: Call): Outcome | undefined {
  const name = /^# otto-install: folders\/(\S+)/.exec(input)?.[1];
  const [, , , ...words] = args;
  switch (name) {
    case undefined:
      return undefined;
    case 'give-back': {
      const [owner = '', how, ...paths] = words;
      for (const path of paths) machine.files.change(path, { owner }, how === 'below');
      return { exitCode: 0 };
    }
    case 'remove':
      for (const path of words) machine.files.remove(path);
      return { exitCode: 0 };
    case 'measure':
      return { exitCode: 0, stdout: `${JSON.stringify({ bytes: 5_000_000, size: 60e9, free: 40e9 })}\n` };
    default:
      throw new NotRehearsed(`the program folders/${name}`);
  }
}
