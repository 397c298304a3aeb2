import type { Answers } from '../../answers.ts';
import type { Finding } from '../../engine/task.ts';
import { systemctl } from '../../system/systemd.ts';
import { layout } from '../layout.ts';
import { enable, reload, writeDropIn, writeUnit } from './actions.ts';
import type { HermesServiceFacts } from './look.ts';

const NOT_AFTER_REBOOT = 'After a restart of the machine nobody answers.';

/** How systemd is told to run Hermes: unit file and drop-ins as they work together, whoever wrote them. */
export function judgeUnit(facts: HermesServiceFacts, answers: Answers): readonly Finding[] {
  const { service } = facts;
  const { hermes } = layout(answers);
  if (service.load === 'masked') return [masked(answers)];
  if (service.load === 'not-found') {
    return [
      {
        code: 'hermes-unit-missing',
        severity: 'missing',
        saw: `systemd has no ${hermes.unitName}.`,
        because:
          'As a service Hermes starts with the machine and is started again when it ends. Its settings follow what Hermes’s own unit learned: who may replace whom, how it is stopped, when a restart is of no use.',
        fixes: [{ title: 'Make Hermes a service', actions: [writeUnit(answers), reload, enable(answers)] }],
        ifSkipped: NOT_AFTER_REBOOT,
      },
    ];
  }
  const wrong = wrongWith(facts, answers);
  if (wrong.length > 0) return [wrongUnit(wrong, facts, answers)];
  return [...hardening(facts, answers), ...reloadNeeded(facts), ...notEnabled(facts, answers)];
}

function masked(answers: Answers): Finding {
  const { unitName } = layout(answers).hermes;
  return {
    code: 'hermes-unit-masked',
    severity: 'broken',
    saw: `${unitName} is masked: systemd is told never to start it.`,
    because: 'Somebody has switched it off on purpose.',
    fixes: [
      {
        title: 'Allow it again',
        actions: [systemctl('Allow Hermes to be started', ['unmask', unitName])],
        consequence: 'What somebody switched off on purpose is started again.',
      },
    ],
    ifSkipped: 'Hermes does not run.',
  };
}

/** What keeps the service from being this Otto's Hermes; each a sentence. */
function wrongWith(facts: HermesServiceFacts, answers: Answers): readonly string[] {
  const { service } = facts;
  const { user, home, hermes } = layout(answers);
  const command = service.command.join(' ');
  return [
    ...(service.load === 'loaded' ? [] : [`systemd cannot use the unit (${service.load}).`]),
    ...(service.user === user ? [] : [`It runs Hermes as ${service.user || 'root'}, not as ${user}.`]),
    ...(/ gateway run\b/.test(command) ? [] : [`It does not run the gateway, but: ${command || 'nothing'}`]),
    ...(service.command[0] === hermes.python || facts.pythonIsThere
      ? []
      : [`${service.command[0]} does not exist.`]),
    ...((service.environment.HOME ?? home) === home
      ? []
      : [`It sets HOME to ${service.environment.HOME}, where ${user}’s sign-in to Claude is not.`]),
    ...((service.environment.HERMES_HOME ?? hermes.home) === hermes.home
      ? []
      : [`It sets HERMES_HOME to ${service.environment.HERMES_HOME}.`]),
  ];
}

function wrongUnit(wrong: readonly string[], facts: HermesServiceFacts, answers: Answers): Finding {
  const { hermes } = layout(answers);
  const ours = facts.unitOrigin === 'ours' || facts.unitOrigin === 'absent';
  return {
    code: 'hermes-unit-wrong',
    severity: 'broken',
    saw: `${facts.service.path || hermes.unit}: ${wrong.join(' ')}`,
    because:
      'Hermes must run as the deploy user, from its own environment and with that user’s home: there it finds its settings and the sign-in to Claude, and whoever may chat gets no more rights than that user has.',
    fixes: [
      {
        title: 'Write the unit anew',
        actions: [writeUnit(answers), reload, enable(answers)],
        ...(!ours && {
          consequence: `${hermes.unit} was not written by otto-install; what is in it is replaced (and kept under /var/lib/otto-install/replaced).`,
        }),
      },
    ],
    ifSkipped: 'Hermes does not run as it should, or not at all.',
  };
}

/** At least what older releases take to finish their answers (facts: hermes 3). */
const STOP_MS = 210_000;

/** What works from day to day and fails on a bad one. A drop-in changes it; Hermes goes on running meanwhile. */
function hardening(facts: HermesServiceFacts, answers: Answers): readonly Finding[] {
  const { service } = facts;
  const replaces = service.command.includes('--replace') && service.restart === 'always';
  const seen = [
    ...(replaces
      ? [
          '"--replace" together with Restart=always: two supervisors can take the gateway from each other for ever',
        ]
      : []),
    ...(service.restart === 'always' || service.restart === 'on-failure'
      ? []
      : [`Restart=${service.restart}: it stays down when it ends`]),
    ...(service.preventsRestart.includes('78')
      ? []
      : ['exit code 78 ("my settings cannot work") is answered with restarts without end']),
    ...(service.forcesRestart.includes('75') || service.restart === 'always'
      ? []
      : ['exit code 75 ("start me again") is not']),
    ...(service.killMode === 'mixed' ? [] : ['a stop ends the agent’s tools before the agent can']),
    ...(service.stopTimeoutMs >= STOP_MS
      ? []
      : [
          `a stop is cut off after ${Math.round(service.stopTimeoutMs / 1000)} s, while older releases take up to 180 s to finish answers`,
        ]),
  ];
  if (seen.length === 0) return [];
  return [
    {
      code: 'hermes-unit-not-hardened',
      severity: 'risk',
      saw: `${service.path}: ${seen.join('; ')}.`,
      because:
        'These are the settings that Hermes’s own unit came to after crash loops and lost answers. They go into a drop-in beside the unit, which an update of Hermes does not overwrite; nothing is restarted for it.',
      fixes: [{ title: 'Add a drop-in', actions: [...writeDropIn(answers), reload] }],
    },
  ];
}

function reloadNeeded(facts: HermesServiceFacts): readonly Finding[] {
  if (!facts.service.needsReload) return [];
  return [
    {
      code: 'hermes-unit-not-read',
      severity: 'broken',
      saw: 'The unit was changed, and systemd has not read it again.',
      because: 'Until then systemd goes by the old one.',
      fixes: [{ title: 'Read it again', actions: [reload] }],
    },
  ];
}

function notEnabled(facts: HermesServiceFacts, answers: Answers): readonly Finding[] {
  if (['enabled', 'enabled-runtime', 'static', 'linked', 'alias'].includes(facts.service.file)) return [];
  return [
    {
      code: 'hermes-not-enabled',
      severity: 'broken',
      saw: 'Hermes does not start with the machine.',
      because: NOT_AFTER_REBOOT,
      fixes: [{ title: 'Let it start with the machine', actions: [enable(answers)] }],
      ifSkipped: NOT_AFTER_REBOOT,
    },
  ];
}
