import { execa } from 'execa';

/** How a command is run: its directory, its whole input, and variables added to the environment. */
export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a command of this machine to its end and returns its standard output.
 * @throws Error with the command and the last lines that it wrote, when it does not end with 0.
 */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const result = await execa(command, [...args], {
    ...options,
    reject: false,
    all: true,
    maxBuffer: 256 * 1024 * 1024,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : {}),
  });
  if (result.failed) {
    const tail = String(result.all ?? '')
      .trimEnd()
      .split('\n')
      .slice(-30)
      .join('\n');
    const shown = [command, ...args.slice(0, 12)].join(' ');
    throw new Error(
      `${shown}\nended with ${result.exitCode ?? result.signal ?? result.shortMessage}:\n${tail}`,
    );
  }
  return String(result.stdout);
}

/**
 * Debian's own Python, which is the one that the droplet has (3.11.2 on bookworm): some wheels refuse it that a
 * later 3.11 takes, so another Python on the PATH would resolve to a different set.
 */
export const python = '/usr/bin/python3';

/** Runs pip as this machine's configuration says (index, certificates); returns its standard output. */
export function pip(args: readonly string[], options: RunOptions = {}): Promise<string> {
  return run(python, ['-m', 'pip', '--no-input', '--disable-pip-version-check', ...args], options);
}
