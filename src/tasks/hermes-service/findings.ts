import { declareFindings, type FoundOf, wording } from '../finding.ts';

const NOT_AFTER_REBOOT = 'After a restart of the machine nobody answers.';
const NO_MODEL = 'Open WebUI will show no model.';

const NEEDED =
  'Hermes needs it and cannot have it. Older releases end and are started again every five seconds, newer ones give up or go on without their API. What that program is for is not known here, so it is ended only when you say so.';

/** What can be wrong with Hermes's service. */
export const FINDINGS = declareFindings('hermes-service', {
  'hermes-files-of-another-user': {
    severity: 'broken',
    reason: wording(
      { user: '‹user›' },
      ({ user }) =>
        `A command of Hermes was once run as another user, probably root. Hermes, which runs as ${user}, then ends at once with "Permission denied", above all at gateway.lock; or it starts and cannot write what it has to keep.`,
    ),
    impact: 'Hermes may not start.',
    proof: { fault: 'hermes-lock-of-root' },
  },
  'hermes-port-taken': {
    severity: 'broken',
    reason: NEEDED,
    impact: 'Hermes does not run.',
    proof: { test: 'tasks/hermes-service.test.ts' },
  },
  'hermes-lock-taken': {
    severity: 'broken',
    reason: NEEDED,
    impact: 'Hermes does not run.',
    proof: { test: 'tasks/hermes-service.test.ts' },
  },
  'hermes-gateway-by-hand': {
    severity: 'broken',
    reason:
      'It holds the gateway’s lock, so the service ends at once with exit code 1 and nothing of use in the journal, again and again. "--replace" in the unit does not help when another user started it. And nobody starts it again when it ends or the machine restarts.',
    impact: 'Hermes goes on as it was started, until it ends.',
    proof: { fault: 'hermes-by-hand' },
  },
  'hermes-second-unit': {
    severity: ['broken', 'risk'],
    reason: wording(
      { keeps: 'systemctl --user -M ‹user›@ disable --now hermes-gateway' },
      ({ keeps }) =>
        `Only one gateway can have the lock. Whichever service comes second ends at it, again and again, or, with "--replace", they end each other for ever. Hermes’s own installer makes the second one. By hand: ${keeps}`,
    ),
    impact: 'The two services stop each other.',
    proof: { fault: 'hermes-two-supervisors' },
  },
  'hermes-unsandboxed': {
    severity: 'risk',
    reason: wording(
      { user: '‹user›' },
      ({ user }) =>
        `Anyone who can chat with Otto can make it run commands as ${user}. A sandbox leaves them the home, the internet and the usual tools, and keeps from them what belongs to others: keys, other homes, Paperclip’s data, Docker, processes of others. "hermesSandbox: none" says that it is not wanted.`,
    ),
    proof: { fault: 'hermes-unsandboxed' },
  },
  'hermes-sandbox-not-wanted': {
    severity: 'risk',
    reason: 'It was written when the answer was another one.',
    proof: { fault: 'hermes-sandbox-not-wanted' },
  },
  'hermes-local-ports-open': {
    severity: 'risk',
    reason:
      'Hermes loads it when it starts; something has since removed all rules (nft flush ruleset, a restart of nftables). A chat could then talk to sshd, containers and databases of this machine.',
    proof: { fault: 'hermes-local-ports-open' },
  },
  'hermes-failed': {
    severity: 'broken',
    reason: 'It is started once more; if it ends again, what it says itself is the way to the cause.',
    impact: NO_MODEL,
    proof: { test: 'tasks/hermes-service.test.ts' },
  },
  'hermes-not-running': {
    severity: 'missing',
    reason: 'It is the way from Open WebUI to Claude.',
    impact: NO_MODEL,
    proof: { test: 'tasks/hermes-service.test.ts' },
  },
  'hermes-starting': {
    severity: 'missing',
    reason: 'A first start takes about ten seconds: it unpacks its skills and makes its databases.',
    impact: NO_MODEL,
    proof: { test: 'tasks/hermes-service.test.ts' },
  },
  'hermes-silent': {
    severity: 'broken',
    reason:
      'Newer releases go on running when their API server cannot start (a key that is too short, a port that was taken), and write "running" into gateway_state.json all the same, so "active" means little; only an answer counts. They read their settings only when they start.',
    impact: NO_MODEL,
    proof: { fault: 'hermes-active-not-listening' },
  },
  'hermes-started-too-often': {
    severity: 'broken',
    reason:
      'After more than five starts in two minutes Hermes takes itself for crashing and sleeps, up to five minutes, so every further restart makes it worse. systemd says "active" meanwhile; only a line in agent.log tells. It counts its starts in gateway-starts.log.',
    impact: NO_MODEL,
    proof: { fault: 'hermes-breaker-asleep' },
  },
  'hermes-still-on-loopback': {
    severity: 'broken',
    cuts: 'to-hermes',
    reason:
      'Containers come in over docker0 and never reach a listener on loopback. It reads its settings only when it starts.',
    impact: NO_MODEL,
    proof: { test: 'tasks/hermes-service.test.ts' },
  },
  'hermes-key-not-accepted': {
    severity: 'broken',
    reason: 'It runs with another key than the file has now: it reads the file only when it starts.',
    impact: NO_MODEL,
    proof: { test: 'tasks/hermes-service.test.ts' },
  },
  'hermes-api-fails': {
    severity: 'broken',
    reason: 'Hermes is up, but its API does not work.',
    impact: NO_MODEL,
    proof: { test: 'tasks/hermes-service.test.ts' },
  },
  'hermes-model-not-listed': {
    severity: 'broken',
    reason:
      'In Open WebUI the model is chosen by that name. Releases before 0.9 always call it hermes-agent.',
    impact: NO_MODEL,
    proof: { test: 'tasks/hermes-service.test.ts' },
  },
  'hermes-open-without-key': {
    severity: 'broken',
    reason: 'Everybody who reaches the port could give this agent commands.',
    impact: NO_MODEL,
    proof: { test: 'tasks/hermes-service.test.ts' },
  },
  'hermes-runs-old-settings': {
    severity: 'risk',
    reason: 'It reads them only when it starts. It works, but not with what is in the files now.',
    proof: { test: 'tasks/hermes-service.test.ts' },
  },
  'hermes-unit-missing': {
    severity: 'missing',
    reason:
      'As a service Hermes starts with the machine and is started again when it ends. Its settings follow what Hermes’s own unit learned: who may replace whom, how it is stopped, when a restart is of no use.',
    impact: NOT_AFTER_REBOOT,
    proof: { fault: 'hermes-unit-missing' },
  },
  'hermes-unit-masked': {
    severity: 'broken',
    reason: 'Somebody has switched it off on purpose.',
    impact: 'Hermes does not run.',
    proof: { fault: 'hermes-unit-masked' },
  },
  'hermes-unit-wrong': {
    severity: 'broken',
    reason:
      'Hermes must run as the deploy user, from its own environment and with that user’s home: there it finds its settings and the sign-in to Claude, and whoever may chat gets no more rights than that user has. A unit that was edited by hand is the usual reason; systemd ends such a service with 200 (folder), 203 (program) or 217 (user), and Hermes’s own logs say nothing.',
    impact: 'Hermes does not run as it should, or not at all.',
    proof: { fault: 'hermes-unit-edited-python' },
  },
  'hermes-unit-not-hardened': {
    severity: 'risk',
    reason:
      'These are the settings that Hermes’s own unit came to after crash loops and lost answers. They go into a drop-in beside the unit, which an update of Hermes does not overwrite; nothing is restarted for it.',
    proof: { fault: 'hermes-unit-of-runbook' },
  },
  'hermes-unit-not-read': {
    severity: 'broken',
    reason: 'Until then systemd goes by the old one.',
    proof: { fault: 'hermes-unit-not-read' },
  },
  'hermes-not-enabled': {
    severity: 'broken',
    reason: NOT_AFTER_REBOOT,
    impact: NOT_AFTER_REBOOT,
    proof: { fault: 'hermes-unit-disabled' },
  },
  'hermes-answers-strangely': {
    severity: 'broken',
    reason: 'Either this is another program, or Hermes is damaged.',
    impact: NO_MODEL,
    proof: { test: 'tasks/hermes-service.test.ts' },
  },
  'hermes-crash-loop': {
    severity: 'broken',
    reason:
      'systemd starts it again every five seconds, so it comes up by itself once the cause is gone; more restarts by hand would not help.',
    impact: NO_MODEL,
    proof: { test: 'tasks/hermes-service.test.ts' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
