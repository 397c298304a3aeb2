import { parseJson } from '../formats/json.ts';

/** Where Docker's daemon reads its settings. */
export const DOCKER_CONFIGURATION = '/etc/docker/daemon.json';

/** The settings as an object; undefined when they are no JSON object, for which the daemon does not start. */
export function parseSettings(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = parseJson(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/**
 * Fixes the usual typing mistakes in JSON: a comma too many or too few, comments, straight quotes that an editor made
 * curly, braces that are missing at the end. Undefined when that does not make settings of it.
 */
export function repairSettings(text: string): string | undefined {
  const plain = text
    .replace(/^\uFEFF/, '')
    .replace(/[“”]/g, '"')
    .replace(/^[^\S\n]*(?:\/\/|#).*$/gm, '');
  const candidates = [
    plain,
    `${plain.trimEnd()}\n}`,
    `{\n${plain.trim()}\n}`,
    plain.trimEnd().replace(/\}$/, ''),
  ];
  return candidates
    .map((one) =>
      one
        // Between the end of a value and the next key.
        .replace(/(["\d\]}el])([ \t]*\r?\n\s*")/g, '$1,$2')
        .replace(/,(\s*[}\]])/g, '$1')
        .replace(/,\s*,/g, ','),
    )
    .find((one) => parseSettings(one) !== undefined);
}

/** The settings without some of their keys, as a file. */
export function withoutSettings(
  settings: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): string {
  const kept = Object.fromEntries(Object.entries(settings).filter(([key]) => !keys.includes(key)));
  return `${JSON.stringify(kept, null, 2)}\n`;
}

/** The keys that the daemon refuses, from what it wrote to the journal when it did not start. */
export function refusedSettings(journal: string): readonly string[] {
  const line =
    journal.split('\n').findLast((entry) => entry.includes('unable to configure the Docker daemon')) ?? '';
  const unknown = /directives don't match any configuration option: ([\w., -]+)/.exec(line)?.[1];
  const both = /both as a flag and in the configuration file: (.*)$/.exec(line)?.[1];
  return [
    ...(unknown?.split(',').map((key) => key.trim()) ?? []),
    ...[...(both ?? '').matchAll(/([\w-]+): \(from flag/g)].map(([, key = '']) => key),
  ];
}

/** The address that docker0 gets from these settings; undefined when they leave it to Docker or turn the bridge off. */
export function bridgeOf(settings: Readonly<Record<string, unknown>>): string | undefined {
  const { bip } = settings;
  return typeof bip === 'string' ? bip.replace(/\/.*$/, '') : undefined;
}
