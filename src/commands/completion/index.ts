import { CannotRun, EXIT } from '../../run/exit-code.ts';
import type { Call, Shell } from '../command.ts';
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import { completionModel } from './model.ts';
import { zshCompletion } from './zsh.ts';

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** `otto-install completion bash|zsh|fish` */
export async function complete({ operands }: Call, { commands, print }: Shell): Promise<number> {
  const [name, ...more] = operands;
  const write = Object.entries(SHELLS).find(([shell]) => shell === name)?.[1];
  if (write === undefined || more.length > 0)
    throw new CannotRun('Which shell? otto-install completion bash, zsh or fish');
  print(write(completionModel(commands)));
  return EXIT.ok;
}
