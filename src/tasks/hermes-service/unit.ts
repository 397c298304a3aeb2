import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action } from '../../engine/contracts/action.ts';
import { writeFile } from '../../engine/contracts/command.ts';
import { reveal } from '../../secret/secret.ts';
import { settingIn } from '../../system/formats/env-file.ts';
import { systemctl } from '../../system/services/systemd.ts';
import { changeUnit, changeUnitEnvironment, type UnitChanges } from '../../system/services/unit-file.ts';
import { hideInUnit } from '../../system/services/unit-text.ts';
import { found } from '../finding.ts';
import { enable, INTERRUPTION, reload, restartActions, start, writeDropIn, writeUnit } from './actions.ts';
import { FINDINGS, type Finding } from './findings.ts';
import type { HermesServiceFacts, UnitFile } from './look.ts';
import { judgeSandbox, writeSandbox } from './sandbox.ts';

/** The code of a unit that works but should not stay as it is. */
export const NOT_HARDENED = 'hermes-unit-not-hardened';

/** How systemd runs Hermes: the effect of unit file and drop-ins together, whoever wrote them. */
export function judgeUnit(facts: HermesServiceFacts, answers: Answers): readonly Finding[] {
  const { service } = facts;
  const { hermes } = layout(answers);
  if (service.load === 'masked') return [masked(answers)];
  if (service.load === 'not-found') {
    return [
      found(FINDINGS['hermes-unit-missing'], {
        evidence: `systemd has no ${hermes.unitName}.`,
        fixes: [
          {
            id: 'create-unit',
            title: 'Make Hermes a service and start it',
            actions: [
              ...(answers.hermesSandbox === 'none' ? [] : writeSandbox(facts, answers)),
              writeUnit(answers),
              reload,
              enable(answers),
              ...(facts.rivals.length === 0 && facts.answer.kind !== 'hermes' ? [start(answers)] : []),
            ],
          },
        ],
      }),
    ];
  }
  const wrong = wrongWith(facts, answers);
  if (wrong.length > 0) return [wrongUnit(wrong, facts, answers)];
  return [
    ...hardening(facts, answers),
    ...reloadNeeded(facts),
    ...notEnabled(facts, answers),
    ...judgeSandbox(facts, answers),
  ];
}

function masked(answers: Answers): Finding {
  const { unitName } = layout(answers).hermes;
  return found(FINDINGS['hermes-unit-masked'], {
    evidence: `${unitName} is masked: systemd never starts it.`,
    fixes: [
      {
        id: 'unmask',
        title: 'Unmask the Hermes service and start it',
        actions: [systemctl('Unmask the Hermes service', ['unmask', unitName])],
        consequence: 'Hermes starts, although somebody switched it off on purpose.',
      },
    ],
  });
}

/** Something that keeps the service from being this Otto's Hermes: a sentence, and the settings of [Service] that fix it. */
interface Wrong {
  readonly evidence: string;
  readonly set?: UnitChanges;
  /** A variable of Environment. */
  readonly variable?: readonly [string, string];
}

function wrongWith(facts: HermesServiceFacts, answers: Answers): readonly Wrong[] {
  const { service } = facts;
  const { user, home, hermes } = layout(answers);
  const command = service.command.join(' ');
  const program = service.command[0] ?? '';
  const gateway = { ExecStart: `${hermes.python} -m hermes_cli.main gateway run` };
  const otherPython = !program.startsWith(`${hermes.venv}/bin/`) && facts.answer.kind !== 'hermes';
  return [
    ...(service.load === 'loaded' ? [] : [{ evidence: `systemd cannot use the unit (${service.load}).` }]),
    ...(service.user === user
      ? []
      : [
          {
            evidence: `It runs Hermes as ${service.user || 'root'}, not as ${user}.`,
            set: { User: user, Group: user },
          },
        ]),
    ...(/ gateway run\b/.test(command)
      ? []
      : [{ evidence: `It does not run the gateway, but: ${command || 'nothing'}`, set: gateway }]),
    ...(program !== hermes.python && !facts.pythonIsThere
      ? [{ evidence: `${program} does not exist.`, set: gateway }]
      : otherPython
        ? [{ evidence: `It starts ${program}, which is not Hermes’s own environment.`, set: gateway }]
        : []),
    ...(facts.directoryIsThere
      ? []
      : [
          {
            evidence: `Its folder ${service.directory} does not exist.`,
            set: { WorkingDirectory: hermes.checkout },
          },
        ]),
    ...((settingIn(service.environment, 'HOME') || home) === home
      ? []
      : [
          {
            evidence: `It sets HOME to ${settingIn(service.environment, 'HOME')}, where ${user}’s sign-in to Claude is not.`,
            variable: ['HOME', home] as const,
          },
        ]),
    ...((settingIn(service.environment, 'HERMES_HOME') || hermes.home) === hermes.home
      ? []
      : [
          {
            evidence: `It sets HERMES_HOME to ${settingIn(service.environment, 'HERMES_HOME')}.`,
            variable: ['HERMES_HOME', hermes.home] as const,
          },
        ]),
  ];
}

function wrongUnit(wrong: readonly Wrong[], facts: HermesServiceFacts, answers: Answers): Finding {
  const { hermes } = layout(answers);
  const ours = facts.unitOrigin === 'ours' || facts.unitOrigin === 'absent';
  const serves = facts.answer.kind === 'hermes';
  const rest = [reload, enable(answers), ...restartActions(facts, answers)];
  const changed = changedFiles(wrong, facts.unitFiles);
  const lost = ours
    ? []
    : [
        `${hermes.unit} has changed since otto-install wrote it, or is not from otto-install; it is replaced (and kept under /var/lib/otto-install/replaced).`,
      ];
  const rewrite = [writeUnit(answers), ...rest];
  const consequence = [...(changed === undefined ? lost : []), ...(serves ? [INTERRUPTION] : [])].join(' ');
  return found(FINDINGS['hermes-unit-wrong'], {
    evidence: `${facts.service.path || hermes.unit}: ${wrong.map(({ evidence }) => evidence).join(' ')}`,
    fixes: [
      {
        id: 'correct-unit',
        title:
          changed === undefined
            ? 'Rewrite the Hermes unit'
            : 'Correct these settings of the Hermes unit; all others stay',
        actions: changed === undefined ? rewrite : [...changed, ...rest],
        ...(consequence !== '' && { consequence }),
      },
    ],
  });
}

/**
 * The unit and its drop-ins with only the wrong settings changed; undefined when that is not enough, since systemd cannot
 * read them at all or a value has a form that is not understood here.
 */
function changedFiles(wrong: readonly Wrong[], files: readonly UnitFile[]): readonly Action[] | undefined {
  const [unit] = files;
  if (unit === undefined || wrong.some(({ set, variable }) => set === undefined && variable === undefined))
    return undefined;
  const set: UnitChanges = Object.assign({}, ...wrong.map((one) => one.set ?? {}));
  const variables = wrong.flatMap(({ variable }) => (variable === undefined ? [] : [variable]));
  const texts = files.map(({ text }, index) => {
    const settings = index === 0 ? set : withoutValues(set);
    return variables.reduce(
      (changed, [name, value]) => changeUnitEnvironment(changed, name, value),
      changeUnit(reveal(text), 'Service', settings),
    );
  });
  const understood = variables.every(([name, value]) =>
    texts.some((text) => text.includes(`${name}=${value}`)),
  );
  if (!understood) return undefined;
  return files.flatMap(({ path, text }, index): readonly Action[] => {
    const content = texts[index];
    if (content === undefined || content === reveal(text)) return [];
    return [writeFile(path, hideInUnit(content), 0o644, 'Correct how systemd runs Hermes')];
  });
}

/** In a drop-in the wrong value is taken out, so that the unit's counts. */
const withoutValues = (changes: UnitChanges): UnitChanges =>
  Object.fromEntries(Object.keys(changes).map((name) => [name, undefined]));

/** At least what older releases take to finish their answers (facts: hermes 3). */
const STOP_MS = 210_000;

/** Settings that work on most days and fail on a bad one. A drop-in changes them; Hermes keeps running meanwhile. */
function hardening(facts: HermesServiceFacts, answers: Answers): readonly Finding[] {
  const { service } = facts;
  const replaces = service.command.includes('--replace') && service.restart === 'always';
  const seen = [
    ...(replaces
      ? [
          '"--replace" together with Restart=always: two supervisors can take the gateway from each other forever',
        ]
      : []),
    ...(service.restart === 'always' || service.restart === 'on-failure'
      ? []
      : [`Restart=${service.restart}: it stays down after it stops`]),
    ...(service.preventsRestart.includes('78')
      ? []
      : ['exit code 78 ("my settings cannot work") leads to endless restarts']),
    ...(service.forcesRestart.includes('75') || service.restart === 'always'
      ? []
      : ['exit code 75 ("start me again") does not lead to a restart']),
    ...(service.killMode === 'mixed' ? [] : ['a stop kills the agent’s tools before the agent can end them']),
    ...(service.stopTimeoutMs >= STOP_MS
      ? []
      : [
          `a stop is cut off after ${Math.round(service.stopTimeoutMs / 1000)} s, but older releases take up to 180 s to finish answers`,
        ]),
  ];
  if (seen.length === 0) return [];
  return [
    found(FINDINGS['hermes-unit-not-hardened'], {
      evidence: `${service.path}: ${seen.join('; ')}.`,
      fixes: [
        {
          id: 'add-drop-in',
          title: 'Add a drop-in to the Hermes unit',
          actions: [...writeDropIn(answers), reload],
        },
      ],
    }),
  ];
}

function reloadNeeded(facts: HermesServiceFacts): readonly Finding[] {
  if (!facts.service.needsReload) return [];
  return [
    found(FINDINGS['hermes-unit-not-read'], {
      evidence: 'The unit was changed, but systemd has not read it again.',
      fixes: [{ id: 'reload-units', title: 'Let systemd read the unit again', actions: [reload] }],
    }),
  ];
}

function notEnabled(facts: HermesServiceFacts, answers: Answers): readonly Finding[] {
  if (['enabled', 'enabled-runtime', 'static', 'linked', 'alias'].includes(facts.service.file)) return [];
  return [
    found(FINDINGS['hermes-not-enabled'], {
      evidence: 'Hermes does not start at boot.',
      fixes: [{ id: 'enable', title: 'Start Hermes at boot', actions: [enable(answers)] }],
    }),
  ];
}
