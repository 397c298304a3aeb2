import { declareFindings, type FoundOf, wording } from '../finding.ts';

const NOT_AFTER_REBOOT = 'After a restart of this machine Otto does not answer.';
const NO_MODEL = 'Open WebUI will show no model.';

const NEEDED =
  'Hermes needs it but cannot get it. Older releases stop and are restarted every five seconds; newer ones give up or continue without their API. otto-install does not know what that program is for, so it stops the program only when you say so.';

/** What can be wrong with Hermes's service. */
export const FINDINGS = declareFindings('hermes-service', 'tasks/hermes-service/hermes-service.test.ts', {
  'hermes-files-of-another-user': {
    severity: 'broken',
    reason: wording(
      { user: '‹user›' },
      ({ user }) =>
        `Somebody once ran a Hermes command as another user, probably root. Hermes, which runs as ${user}, then stops at once with "Permission denied", usually at gateway.lock, or it starts and cannot save its data.`,
    ),
    impact: 'Hermes may fail to start.',
    proof: { fault: 'hermes-lock-of-root' },
  },
  'hermes-port-taken': {
    severity: 'broken',
    reason: NEEDED,
    impact: 'Hermes does not run.',
  },
  'hermes-lock-taken': {
    severity: 'broken',
    reason: NEEDED,
    impact: 'Hermes does not run.',
  },
  'hermes-gateway-by-hand': {
    severity: 'broken',
    reason:
      'It holds the gateway’s lock, so the service stops at once, again and again, with exit code 1 and nothing useful in the journal. "--replace" in the unit does not help when another user started it. And nothing restarts it when it stops or the machine restarts.',
    impact: 'Hermes continues as it was started, until it stops.',
    proof: { fault: 'hermes-by-hand' },
  },
  'hermes-second-unit': {
    severity: ['broken', 'risk'],
    reason: wording(
      { keeps: 'systemctl --user -M ‹user›@ disable --now hermes-gateway' },
      ({ keeps }) =>
        `Only one gateway can have the lock. The second service stops again and again, or, with "--replace", the two stop each other forever. Hermes’s own installer creates the second one. By hand: ${keeps}`,
    ),
    impact: 'The two services stop each other.',
    proof: { fault: 'hermes-two-supervisors' },
  },
  'hermes-unsandboxed': {
    severity: 'risk',
    reason: wording(
      { user: '‹user›' },
      ({ user }) =>
        `Anyone who can chat with Otto can make it run commands as ${user}. A sandbox leaves these commands the home, the internet and the usual tools, and denies them what belongs to others: keys, other homes, Paperclip’s data, Docker, other users’ processes. Answer "hermesSandbox: none" if you do not want it.`,
    ),
    proof: { fault: 'hermes-unsandboxed' },
  },
  'hermes-sandbox-not-wanted': {
    severity: 'risk',
    reason: 'It was written when the answer was different.',
    proof: { fault: 'hermes-sandbox-not-wanted' },
  },
  'hermes-local-ports-open': {
    severity: 'risk',
    reason:
      'Hermes loads this table when it starts, but something has since removed all rules (nft flush ruleset, a restart of nftables). A chat can now reach sshd, containers and databases on this machine.',
    proof: { fault: 'hermes-local-ports-open' },
  },
  'hermes-nft-missing': {
    severity: 'risk',
    reason:
      'Hermes loads its rules for local ports with nft each time it starts. Without nft it starts all the same, and a chat can then reach sshd, containers and databases on this machine. Rules from before hold only until Hermes restarts.',
    proof: { fault: 'hermes-nft-missing' },
  },
  'hermes-failed': {
    severity: 'broken',
    reason: 'otto-install starts it once more; if it stops again, its own messages lead to the cause.',
    impact: NO_MODEL,
  },
  'hermes-not-running': {
    severity: 'missing',
    refutable: true,
    reason: 'Open WebUI reaches Claude only through Hermes.',
    impact: NO_MODEL,
  },
  'hermes-starting': {
    severity: 'missing',
    refutable: true,
    reason: 'A first start takes about ten seconds: Hermes unpacks its skills and creates its databases.',
    impact: NO_MODEL,
  },
  'hermes-silent': {
    severity: 'broken',
    refutable: true,
    reason:
      'Newer releases keep running when their API server cannot start (because a key is too short or a port is taken), and still write "running" into gateway_state.json. So "active" means little; only an answer counts. They read their settings only when they start.',
    impact: NO_MODEL,
    proof: { fault: 'hermes-active-not-listening' },
  },
  'hermes-started-too-often': {
    severity: 'broken',
    reason:
      'After more than five starts in two minutes Hermes assumes that it is crashing and waits up to five minutes, so every further restart makes it worse. Meanwhile systemd says "active"; only a line in agent.log shows the wait. Hermes counts its starts in gateway-starts.log.',
    impact: NO_MODEL,
    proof: { fault: 'hermes-breaker-asleep' },
  },
  'hermes-still-on-loopback': {
    severity: 'broken',
    cuts: 'to-hermes',
    reason:
      'Containers come in over docker0 and never reach a listener on loopback. Hermes reads its settings only when it starts.',
    impact: NO_MODEL,
  },
  'hermes-key-not-accepted': {
    severity: 'broken',
    reason: 'Hermes still uses another key than the file has now: it reads the file only when it starts.',
    impact: NO_MODEL,
  },
  'hermes-api-fails': {
    severity: 'broken',
    reason: 'Hermes is up, but its API does not work.',
    impact: NO_MODEL,
  },
  'hermes-model-not-listed': {
    severity: 'broken',
    reason:
      'People choose the model in Open WebUI by that name. Releases before 0.9 always call it hermes-agent.',
    impact: NO_MODEL,
  },
  'hermes-open-without-key': {
    severity: 'broken',
    reason: 'Anyone who reaches the port could give this agent commands.',
    impact: NO_MODEL,
  },
  'hermes-runs-old-settings': {
    severity: 'risk',
    reason: 'Hermes reads them only when it starts. It works, but not with what is in the files now.',
  },
  'hermes-code-left-behind': {
    severity: 'risk',
    reason: wording(
      { back: '`git switch …`', unheld: false },
      ({ back, unheld }) =>
        `Hermes read its code when it started, so it still works with that. \`hermes update\` goes to main, puts changes aside and drops commits that main does not have.${unheld ? ' No branch has these commits any more, and git removes such commits after some weeks.' : ''} To keep the work, as the user that it belongs to: ${back}.`,
    ),
  },
  'hermes-unit-missing': {
    severity: 'missing',
    reason:
      'As a service Hermes starts at boot and is restarted when it stops. The settings follow Hermes’s own unit: who may replace whom, how it is stopped, and when a restart does not help.',
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
      'Hermes must run as the deploy user, from its own environment and with that user’s home: there it finds its settings and the sign-in to Claude, and people who chat get no more rights than that user has. Usually somebody has edited the unit by hand; systemd stops such a service with 200 (folder), 203 (program) or 217 (user), and Hermes’s own logs say nothing.',
    impact: 'Hermes does not run as it should, or not at all.',
    proof: { fault: 'hermes-unit-edited-python' },
  },
  'hermes-unit-not-hardened': {
    severity: 'risk',
    reason:
      'These are the settings that Hermes’s own unit adopted after crash loops and lost answers. They go into a drop-in beside the unit, which an update of Hermes does not overwrite; nothing restarts.',
    proof: { fault: 'hermes-unit-of-runbook' },
  },
  'hermes-unit-not-read': {
    severity: 'broken',
    reason: 'Until then systemd uses the old one.',
    proof: { fault: 'hermes-unit-not-read' },
  },
  'hermes-not-enabled': {
    severity: 'broken',
    alone: true,
    reason: NOT_AFTER_REBOOT,
    impact: NOT_AFTER_REBOOT,
    proof: { fault: 'hermes-unit-disabled' },
  },
  'hermes-database-damaged': {
    severity: 'broken',
    alone: true,
    reason:
      'Hermes answers, and loses what it is told: conversations cannot be continued, and a backup holds the damaged file as it is. A full disk or a power cut does this. Look for an older backup first: the file in it may be whole.',
    impact: 'Hermes does not remember conversations.',
    proof: { fault: 'hermes-database-damaged' },
  },
  'hermes-answers-strangely': {
    severity: 'broken',
    refutable: true,
    reason: 'Either this is another program, or Hermes is damaged.',
    impact: NO_MODEL,
  },
  'hermes-crash-loop': {
    severity: 'broken',
    reason:
      'systemd restarts it every five seconds, so it starts by itself once the cause is gone; more restarts by hand would not help.',
    impact: NO_MODEL,
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
