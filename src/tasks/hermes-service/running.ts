import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { reveal } from '../../secret/secret.ts';
import { sleepsUntil } from '../../system/hermes/hermes-starts.ts';
import { found } from '../finding.ts';
import { restartActions, restartFix, start, waitMs } from './actions.ts';
import { changedSince } from './changes.ts';
import { givesUp } from './complaints.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { codeLeftBehind } from './judge-left-behind.ts';
import type { HermesServiceFacts } from './look.ts';

/** A first start on a small machine; 10 s is usual. */
const START_MS = 90_000;

/** Whether Hermes runs and does what it is for; "active" alone says neither. */
export function judgeRunning(facts: HermesServiceFacts, answers: Answers): readonly Finding[] {
  const { answer, service } = facts;
  if (answer.kind === 'hermes') return judgeAnswers(facts, answers);
  if (answer.kind === 'stranger') {
    return [
      found(FINDINGS['hermes-answers-strangely'], {
        evidence: `On port ${layout(answers).hermes.port} something answers /health with ${answer.status}, but not as Hermes does.`,
      }),
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
  return found(FINDINGS[failed ? 'hermes-failed' : 'hermes-not-running'], {
    evidence: failed ? `Hermes stopped: ${ending(facts)}` : 'Hermes does not run.',
    fixes: [
      {
        id: 'start',
        title: 'Start Hermes',
        actions: failed || tired ? restartActions(facts, answers) : [start(answers)],
      },
    ],
  });
}

/** systemd starts it every five seconds; it may recover by itself when the cause is gone. */
function crashLoop(facts: HermesServiceFacts): Finding {
  return found(FINDINGS['hermes-crash-loop'], {
    evidence: `Hermes stops as soon as it is started (${facts.service.restarts} restarts): ${ending(facts)}`,
    watch: { everyMs: 2_000, forMs: 20_000 },
  });
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
    return found(FINDINGS['hermes-starting'], {
      evidence: `Hermes was started ${Math.max(0, Math.round(age / 1000))} s ago and does not answer yet.`,
      watch: { everyMs: 1_000, forMs: START_MS - age + 5_000 },
    });
  }
  return restartable(
    facts,
    answers,
    found(FINDINGS['hermes-silent'], {
      evidence: `systemd says "active", but nothing answers on port ${layout(answers).hermes.port}. ${said(facts)}${sinceItsStart(newer)}`,
    }),
  );
}

const sinceItsStart = (newer: readonly string[]) =>
  newer.length === 0 ? '' : ` Changed since it started: ${newer.join(', ')}.`;

/** Hermes sleeps before it opens its port, because it was started too often. */
function asleep(facts: HermesServiceFacts, wait: number, answers: Answers): Finding {
  return found(FINDINGS['hermes-started-too-often'], {
    evidence: `Hermes was started ${facts.starts.filter((ms) => facts.now - ms <= 300_000).length} times in the last five minutes, and waits another ${Math.ceil(wait / 1000)} s before it opens its port.`,
    fixes: [
      {
        id: 'reset-and-start',
        title: 'Clear the counted starts and start Hermes now',
        actions: restartActions(facts, answers),
      },
    ],
    watch: { everyMs: 2_000, forMs: wait + 60_000 },
  });
}

function judgeAnswers(facts: HermesServiceFacts, answers: Answers): readonly Finding[] {
  if (facts.answer.kind !== 'hermes') return [];
  const { withKey, withoutKey, models } = facts.answer;
  const newer = changedSinceStart(facts);
  const stale = sinceItsStart(newer);
  if (facts.listens === 'loopback') {
    return [
      restartable(
        facts,
        answers,
        found(FINDINGS['hermes-still-on-loopback'], {
          evidence: `Hermes listens on 127.0.0.1 only.${stale}`,
        }),
      ),
    ];
  }
  if (withKey === undefined || withKey === 401 || withKey === 403) {
    return [
      restartable(
        facts,
        answers,
        found(FINDINGS['hermes-key-not-accepted'], {
          evidence: `Hermes refuses the key in its .env (${withKey ?? 'no key there'}).${stale}`,
        }),
      ),
    ];
  }
  if (withKey !== 200) {
    return [
      restartable(
        facts,
        answers,
        found(FINDINGS['hermes-api-fails'], { evidence: `/v1/models answers with ${withKey}.` }),
      ),
    ];
  }
  if (!models.includes(reveal(facts.modelName))) {
    return [
      restartable(
        facts,
        answers,
        found(FINDINGS['hermes-model-not-listed'], {
          evidence: `Hermes shows ${models.join(', ') || 'no model'} and not ${reveal(facts.modelName)}.${stale}`,
        }),
      ),
    ];
  }
  if (withoutKey !== 401) {
    return [
      restartable(
        facts,
        answers,
        found(FINDINGS['hermes-open-without-key'], {
          evidence: `Without a key Hermes answers with ${withoutKey ?? 'nothing'} instead of 401.${stale}`,
        }),
      ),
    ];
  }
  if (newer.length === 0) return [];
  if (facts.leftBehind !== undefined) return [codeLeftBehind(facts, facts.leftBehind, answers)];
  return [
    found(FINDINGS['hermes-runs-old-settings'], {
      evidence: `Changed since Hermes was started: ${newer.join(', ')}.`,
      fixes: [restartFix(facts, answers, { interrupts: true })],
    }),
  ];
}

/** What a running gateway has not seen yet. */
function changedSinceStart(facts: HermesServiceFacts): readonly string[] {
  const { startedMs } = facts.service;
  if (startedMs === undefined) return [];
  return facts.changes.filter((change) => changedSince(change, startedMs)).map(({ what }) => what);
}

/** A restart may fix it. */
function restartable(facts: HermesServiceFacts, answers: Answers, finding: Finding): Finding {
  return { ...finding, fixes: [restartFix(facts, answers)] };
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
