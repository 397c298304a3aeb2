import { writeFile } from '../../engine/contracts/command.ts';
import type { Host } from '../../host/host.ts';
import { list, object, parseJson, text } from '../../system/formats/json.ts';
import { ownVersion } from '../../system/own-version.ts';
import { systemctl } from '../../system/services/systemd.ts';
import { type FoundOf, found } from '../finding.ts';
import { FINDINGS } from './findings.ts';
import { makeProgram, NIGHTLY_PRIVATE, NIGHTLY_PROGRAM, NIGHTLY_SERVICE, nightlyUnit } from './program.ts';

const UNIT = `/etc/systemd/system/${NIGHTLY_SERVICE}`;

/** What runs every night. */
export interface NightlyFacts {
  readonly program: string;
  readonly unit: string;
}

/** Undefined when there is no nightly backup. */
export async function lookAtNightly(host: Host): Promise<NightlyFacts | undefined> {
  const [program, unit] = await Promise.all([host.readFile(NIGHTLY_PROGRAM), host.readFile(UNIT)]);
  return program === undefined || unit === undefined ? undefined : { program, unit };
}

/** Empty when the nightly program is the one that this release writes. It stays when otto-install is updated, and runs as root. */
export function judgeNightly(facts: NightlyFacts | undefined): readonly FoundOf<typeof FINDINGS>[] {
  if (facts === undefined) return [];
  const made = configOf(facts.program);
  const config =
    made === undefined ? undefined : { ...made, version: ownVersion(), private: NIGHTLY_PRIVATE };
  const program = config === undefined ? undefined : makeProgram(config, undefined);
  if (String(program) === facts.program && String(nightlyUnit()) === facts.unit) return [];
  const by = text(made?.version);
  return [
    found(FINDINGS['nightly-backup-outdated'], {
      evidence: `The nightly backup uses the program of ${by === '' || by === ownVersion() ? 'another otto-install' : `otto-install ${by}`}.`,
      fixes:
        program === undefined
          ? []
          : [
              {
                id: 'update-program',
                title: 'Update the program of the nightly backup',
                actions: [
                  writeFile(NIGHTLY_PROGRAM, program, 0o700, 'Install the program of this release'),
                  writeFile(UNIT, nightlyUnit(), 0o644, 'Write its systemd unit'),
                  systemctl('Let systemd read its units again', ['daemon-reload']),
                ],
              },
            ],
    }),
  ];
}

/** Pure. The configuration of an installed program; undefined when it is not ours, or was changed by hand. */
function configOf(program: string): Readonly<Record<string, unknown>> | undefined {
  const literal = /^CONFIG = json\.loads\((".*")\)$/m.exec(program)?.[1];
  const json = literal === undefined ? undefined : parseJson(literal);
  const told = object(typeof json === 'string' ? parseJson(json) : undefined);
  const whole = text(told.folder).startsWith('/') && text(told.domain) !== '' && list(told.parts).length > 0;
  return whole && told.daily === true ? told : undefined;
}
