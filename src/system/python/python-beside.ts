import type { Argv } from '../../host/host.ts';

/**
 * Runs Python in a container of its own, made from Open WebUI's image with its data and without a network; the program
 * comes on stdin. It works the same whether Open WebUI runs, restarts in a loop or is stopped: SQLite's locks hold between
 * containers of one machine. `data` is the folder on this machine. What changes the database there is to be uninterruptible:
 * ended, only the command that waits for it would end, and the program would go on while it is undone.
 */
export function pythonBeside(image: string, data: string): Argv {
  return [
    'docker',
    'run',
    '--rm',
    '-i',
    '--pull',
    'never',
    '--network',
    'none',
    '-v',
    `${data}:/app/backend/data`,
    '--entrypoint',
    'python3',
    image,
    '-I',
    '-',
  ];
}
