import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Finding } from '../../engine/contracts/task.ts';
import { reveal } from '../../secret/secret.ts';
import { sleepsUntil } from '../../system/hermes/hermes-starts.ts';
import { restartActions, restartFix, start, waitMs } from './actions.ts';
import { givesUp } from './complaints.ts';
import type { HermesServiceFacts } from './look.ts';

const NO_MODEL = 'Open WebUI will show no model.';
/** A first start on a small machine; 10 s is usual. */
const START_MS = 90_000;
/** systemd and the file system tell times to the second. */
const SAME_MOMENT_MS = 1_500;

/** Whether Hermes runs and does what it is for; "active" alone says neither. */
export function judgeRunning(facts: HermesServiceFacts, answers: Answers): readonly Finding[] {
  const { answer, service } = facts;
  if (answer.kind === 'hermes') return judgeAnswers(facts, answers);
  if (answer.kind === 'stranger') {
    return [
      broken(
        'hermes-answers-strangely',
        `On port ${layout(answers).hermes.port} something answers /health with ${answer.status}, but not as Hermes does.`,
        {
          because: 'Either this is another program, or Hermes is damaged.',
          fixes: [],
        },
      ),
    ];
  }
  if (service.active === 'active') return [silent(facts, answers)];
  if (
    service.sub === 'auto-restart' ||
    service.active === 'activating' ||
    service.active === 'deactivating'
  ) {
    return [crashLoop(facts)];
  }
  return [notRunning(facts, answers)];
}

function notRunning(facts: HermesServiceFacts, answers: Answers): Finding {
  const { service } = facts;
  // Stopped on purpose, Hermes ends with 1 as well (facts: hermes 12).
  const stopped = service.exitStatus === 1 && facts.complaints.length === 0;
  const failed = service.active === 'failed' && !stopped;
  const tired = waitMs(facts) > 0;
  return {
    code: failed ? 'hermes-failed' : 'hermes-not-running',
    severity: failed ? 'broken' : 'missing',
    saw: failed ? `Hermes stopped: ${ending(facts)}` : 'Hermes does not run.',
    because: failed
      ? 'otto-install starts it once more; if it stops again, its own messages lead to the cause.'
      : 'Open WebUI reaches Claude only through Hermes.',
    fixes: [
      {
        id: 'start-hermes',
        title: 'Start Hermes',
        actions: failed || tired ? restartActions(facts, answers) : [start(answers)],
      },
    ],
    ifSkipped: NO_MODEL,
  };
}

/** systemd starts it every five seconds; it may heal by itself when the cause goes. */
function crashLoop(facts: HermesServiceFacts): Finding {
  return broken(
    'hermes-crash-loop',
    `Hermes stops as soon as it is started (${facts.service.restarts} restarts): ${ending(facts)}`,
    {
      because:
        'systemd restarts it every five seconds, so it starts by itself once the cause is gone; more restarts by hand would not help.',
      fixes: [],
      watch: { everyMs: 2_000, forMs: 20_000 },
    },
  );
}

function silent(facts: HermesServiceFacts, answers: Answers): Finding {
  const { service, now } = facts;
  const newer = changedSinceStart(facts);
  const sleeps = sleepsUntil(facts.starts);
  if (sleeps !== undefined && now < sleeps + 60_000) return asleep(facts, Math.max(0, sleeps - now), answers);
  const age = now - (service.startedMs ?? now);
  if (
    age < START_MS &&
    newer.length === 0 &&
    !facts.complaints.some((line) => givesUp(line, service.startedMs ?? 0))
  ) {
    return {
      code: 'hermes-starting',
      severity: 'missing',
      saw: `Hermes was started ${Math.max(0, Math.round(age / 1000))} s ago and does not answer yet.`,
      because: 'A first start takes about ten seconds: Hermes unpacks its skills and creates its databases.',
      fixes: [],
      ifSkipped: NO_MODEL,
      watch: { everyMs: 1_000, forMs: START_MS - age + 5_000 },
    };
  }
  return restartable(facts, answers, {
    code: 'hermes-silent',
    saw: `systemd says "active", but nothing answers on port ${layout(answers).hermes.port}. ${said(facts)}${sinceItsStart(newer)}`,
    because:
      'Newer releases keep running when their API server cannot start (because a key is too short or a port is taken), and still write "running" into gateway_state.json. So "active" means little; only an answer counts. They read their settings only when they start.',
  });
}

const sinceItsStart = (newer: readonly string[]) =>
  newer.length === 0 ? '' : ` Changed since it started: ${newer.join(', ')}.`;

/** Hermes sleeps before it opens its port, because it was started too often. */
function asleep(facts: HermesServiceFacts, wait: number, answers: Answers): Finding {
  return {
    code: 'hermes-started-too-often',
    severity: 'broken',
    saw: `Hermes was started ${facts.starts.filter((ms) => facts.now - ms <= 300_000).length} times in the last five minutes, and waits another ${Math.ceil(wait / 1000)} s before it opens its port.`,
    because:
      'After more than five starts in two minutes Hermes assumes that it is crashing and waits up to five minutes, so every further restart makes it worse. Meanwhile systemd says "active"; only a line in agent.log shows the wait. Hermes counts its starts in gateway-starts.log.',
    fixes: [
      {
        id: 'reset-and-start',
        title: 'Clear the counted starts and start Hermes now',
        actions: restartActions(facts, answers),
      },
    ],
    ifSkipped: NO_MODEL,
    watch: { everyMs: 2_000, forMs: wait + 60_000 },
  };
}

function judgeAnswers(facts: HermesServiceFacts, answers: Answers): readonly Finding[] {
  if (facts.answer.kind !== 'hermes') return [];
  const { withKey, withoutKey, models } = facts.answer;
  const newer = changedSinceStart(facts);
  const stale = sinceItsStart(newer);
  if (facts.listens === 'loopback') {
    return [
      restartable(facts, answers, {
        code: 'hermes-still-on-loopback',
        saw: `Hermes listens on 127.0.0.1 only.${stale}`,
        because:
          'Containers come in over docker0 and never reach a listener on loopback. Hermes reads its settings only when it starts.',
      }),
    ];
  }
  if (withKey === undefined || withKey === 401 || withKey === 403) {
    return [
      restartable(facts, answers, {
        code: 'hermes-key-not-accepted',
        saw: `Hermes refuses the key in its .env (${withKey ?? 'no key there'}).${stale}`,
        because:
          'Hermes still uses another key than the file has now: it reads the file only when it starts.',
      }),
    ];
  }
  if (withKey !== 200) {
    return [
      restartable(facts, answers, {
        code: 'hermes-api-fails',
        saw: `/v1/models answers with ${withKey}.`,
        because: 'Hermes is up, but its API does not work.',
      }),
    ];
  }
  if (!models.includes(reveal(facts.modelName))) {
    return [
      restartable(facts, answers, {
        code: 'hermes-model-not-listed',
        saw: `Hermes shows ${models.join(', ') || 'no model'} and not ${reveal(facts.modelName)}.${stale}`,
        because:
          'People choose the model in Open WebUI by that name. Releases before 0.9 always call it hermes-agent.',
      }),
    ];
  }
  if (withoutKey !== 401) {
    return [
      restartable(facts, answers, {
        code: 'hermes-open-without-key',
        saw: `Without a key Hermes answers with ${withoutKey ?? 'nothing'} instead of 401.${stale}`,
        because: 'Anyone who reaches the port could give this agent commands.',
      }),
    ];
  }
  if (newer.length === 0) return [];
  return [
    {
      code: 'hermes-runs-old-settings',
      severity: 'risk',
      saw: `Changed since Hermes was started: ${newer.join(', ')}.`,
      because: 'Hermes reads them only when it starts. It works, but not with what is in the files now.',
      fixes: [restartFix(facts, answers, { interrupts: true })],
    },
  ];
}

/** What a running gateway has not seen yet. */
function changedSinceStart(facts: HermesServiceFacts): readonly string[] {
  const { startedMs } = facts.service;
  if (startedMs === undefined) return [];
  return facts.changes.filter(({ atMs }) => atMs > startedMs + SAME_MOMENT_MS).map(({ what }) => what);
}

/** Broken, and a restart may fix it. */
function restartable(
  facts: HermesServiceFacts,
  answers: Answers,
  words: Pick<Finding, 'code' | 'saw' | 'because'>,
): Finding {
  return { ...words, severity: 'broken', fixes: [restartFix(facts, answers)], ifSkipped: NO_MODEL };
}

/** systemd's own exit codes for a service that could not even be started; systemd.exec(5). */
const SYSTEMD_EXITS: Readonly<Record<number, string>> = {
  200: 'its folder cannot be entered (CHDIR)',
  203: 'its Python cannot be started (EXEC): the environment is incomplete',
  216: 'its group does not exist (GROUP)',
  217: 'its user does not exist (USER), or this machine’s kernel does not allow user namespaces',
  218: 'its rights cannot be limited (CAPABILITIES)',
  226: 'its sandbox cannot be created: a folder that it names does not exist, or this machine’s kernel lacks support for it (NAMESPACE; docs/hermes-sandbox.md)',
  228: 'its system calls cannot be filtered (SECCOMP; docs/hermes-sandbox.md)',
};

function ending(facts: HermesServiceFacts): string {
  const { exitStatus, result } = facts.service;
  const known = SYSTEMD_EXITS[exitStatus];
  if (known !== undefined) return `${known}.`;
  const code = exitStatus === 78 ? '78, its settings cannot work' : String(exitStatus);
  return `${result || 'unknown'}, exit code ${code}. ${said(facts)}`.trim();
}

const said = (facts: HermesServiceFacts) =>
  facts.complaints.length === 0
    ? 'Its logs show no known reason (journalctl -u hermes-gateway).'
    : facts.complaints.join(' ');

function broken(code: string, saw: string, more: Pick<Finding, 'because' | 'fixes' | 'watch'>): Finding {
  return { code, severity: 'broken', saw, ...more, ifSkipped: NO_MODEL };
}
