import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action } from '../../engine/contracts/action.ts';
import { type CommandOptions, command } from '../../engine/contracts/command.ts';
import { deletes, foundAs, stops } from '../../engine/contracts/effect.ts';
import { joinText, Secret, type SecretText } from '../../secret/secret.ts';
import { pythonInside, removeContainer, startContainer } from '../../system/docker/docker.ts';
import { DAEMON_FAILURES } from '../../system/docker/docker-failures.ts';
import { settingsChapter } from '../../system/web-apps/open-webui-programs.ts';
import { databaseProgram } from './database-program.ts';

/** A setting of Open WebUI's database: the whole value, one place in a list, or some entries of an object in an object. */
export interface SettingChange {
  readonly path: readonly string[];
  readonly index: number | string | null;
  readonly value: string | boolean | Secret | Readonly<Record<string, boolean | string | readonly string[]>>;
}

/**
 * Changes settings in Open WebUI's database, after a backup that was checked. Releases with one row per setting read
 * them again each time; older ones hold them in memory and would write the old ones back, so they are stopped for it.
 */
export function changeSettings(
  changes: readonly SettingChange[],
  table: 'key-value' | 'single-row',
  image: string,
  answers: Answers,
): readonly Action[] {
  const place = layout(answers).openWebui;
  const input = databaseProgram('change-settings', {
    settings: settingsChapter(),
    changes: pythonText(changes),
  });
  const purpose = `Change ${changes.map(({ path }) => path.join('.')).join(' and ')}, after a backup`;
  const options: CommandOptions = {
    input,
    timeoutMs: 300_000,
    knownFailures: [
      {
        pattern: 'database is locked',
        reason: 'Open WebUI kept its database locked for more than ten seconds.',
        next: 'Look again in a moment; nothing was changed.',
      },
      {
        pattern: 'No space left|database or disk is full',
        reason: 'The disk is full, so there is no room for the backup.',
        next: 'Free some space and look again; nothing was changed.',
      },
      ...DAEMON_FAILURES,
    ],
  };
  if (table === 'key-value') return [command(pythonInside(place.container), purpose, options)];
  const helper = 'otto-install-settings';
  return [
    command(['docker', 'stop', '-t', '60', place.container], 'Stop Open WebUI', {
      effects: stops('Open WebUI', foundAs('Open WebUI')),
      timeoutMs: 120_000,
      knownFailures: DAEMON_FAILURES,
    }),
    command(removeContainer(helper), 'Remove what is left of an earlier attempt', {
      effects: deletes(`the container ${helper}`, foundAs('a helper of ours')),
      knownFailures: DAEMON_FAILURES,
    }),
    command(
      [
        'docker',
        'run',
        '--rm',
        '-i',
        '--name',
        helper,
        '--network',
        'none',
        '-v',
        `${place.data}:/app/backend/data`,
        '--entrypoint',
        'python3',
        image,
        '-I',
        '-',
      ],
      purpose,
      // Open WebUI starts again whatever the result; the next look shows the state.
      { ...options, succeedsWith: [0, 1] },
    ),
    command(startContainer(place.container), 'Start Open WebUI', {
      timeoutMs: 120_000,
      knownFailures: DAEMON_FAILURES,
    }),
  ];
}

/** The changes as a Python string that holds JSON; secrets in it stay secrets. */
function pythonText(changes: readonly SettingChange[]): SecretText {
  const items = changes.map(({ path, index, value }): SecretText => {
    const head = `{"path":${JSON.stringify(path)},"index":${JSON.stringify(index)},"value":`;
    return value instanceof Secret
      ? joinText([head, new Secret(JSON.stringify(value.reveal())), '}'])
      : `${head}${JSON.stringify(value)}}`;
  });
  const json = joinText(['[', joinText(items, ','), ']']);
  const parts = typeof json === 'string' || json instanceof Secret ? [json] : json;
  // JSON once more, without its own quotes: what JSON escapes, Python reads back.
  const inner = (clear: string) => JSON.stringify(clear).slice(1, -1);
  return joinText([
    '"',
    parts.map((part) => (typeof part === 'string' ? inner(part) : new Secret(inner(part.reveal())))),
    '"',
  ]);
}
