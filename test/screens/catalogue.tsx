import { Box } from 'ink';
import type { ReactNode } from 'react';
import { questionsFor } from '../../src/answers/questions.ts';
import { Frame } from '../../src/components/frame.tsx';
import { Text } from '../../src/components/text.tsx';
import type { ActionView } from '../../src/engine/contracts/action-view.ts';
import type { Event } from '../../src/engine/contracts/event.ts';
import type { FlowState } from '../../src/operation-flow/flow-state.ts';
import { operations, series } from '../../src/operations/index.ts';
import { NOT_STARTED, type RunModel, reduce } from '../../src/run/view-model.ts';
import { FindScreen } from '../../src/screens/home/find.tsx';
import { FixScreen } from '../../src/screens/home/fix.tsx';
import { FixAllScreen } from '../../src/screens/home/fix-all.tsx';
import { HomeScreen } from '../../src/screens/home/home.tsx';
import { HomeFindingScreen } from '../../src/screens/home/home-finding.tsx';
import { FamilyScreen, MaintenanceScreen } from '../../src/screens/home/maintenance.tsx';
import { OperationScreen } from '../../src/screens/operation/operation.tsx';
import { FirstLookScreen } from '../../src/screens/questions/first-look.tsx';
import { QuestionScreen } from '../../src/screens/questions/question.tsx';
import { ReviewScreen } from '../../src/screens/questions/review.tsx';
import { ActionScreen } from '../../src/screens/run/action.tsx';
import { DialogueScreen } from '../../src/screens/run/dialogue.tsx';
import { EndScreen } from '../../src/screens/run/end.tsx';
import { FindingScreen } from '../../src/screens/run/finding.tsx';
import { FindingDetails } from '../../src/screens/run/finding-details.tsx';
import { HandoverScreen } from '../../src/screens/run/handover.tsx';
import { LogScreen } from '../../src/screens/run/log.tsx';
import { PlanScreen } from '../../src/screens/run/plan.tsx';
import { RunScreen } from '../../src/screens/run/run.tsx';
import { TrialScreen } from '../../src/screens/run/trial.tsx';
import { StopScreen } from '../../src/screens/stop.tsx';
import { LogsOf } from '../../src/screens/tools/logs.tsx';
import { StatusOf } from '../../src/screens/tools/status.tsx';
import { SupportOf } from '../../src/screens/tools/support.tsx';
import { tools } from '../../src/screens/tools/tools.tsx';
import { Secret } from '../../src/secret/secret.ts';
import { handoverText } from '../../src/wizard/handover.ts';
import { homeFindings } from '../../src/wizard/home.ts';
import { operationsNamed } from '../../src/wizard/home-commands.ts';
import { maintenanceEntries } from '../../src/wizard/maintenance.ts';
import { reviewRows } from '../../src/wizard/review.ts';
import { ended, finding, installation, runAction, started, task, writeAction } from '../events.ts';
import { lookEvents, VIEWS } from '../looks.ts';
import { ScriptedFlow } from '../scripted-flow.ts';
import { answersWith } from '../tasks/answers.ts';

/**
 * Every screen, with as much on it as can be and with the longest words that occur: a name of 63 letters in a domain, an
 * address of Claude's, a path of Docker's. What holds for all screens is tested over these.
 */

const LABEL = 'a-very-long-name-of-a-client-that-fills-the-whole-label-of-dns1';
export const DOMAIN = `${LABEL}.otto.example.com`;
const LONG = `The firewall drops what the container of ${DOMAIN} sends to Hermes, because containers come in over docker0.`;
const PATH =
  '/var/lib/docker/overlay2/0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9/merged';
const command = {
  ...runAction,
  command: `docker run --detach --name open-webui --volume ${PATH}:/app ${LONG}`,
};
const written = { ...writeAction, purpose: LONG, path: PATH, diff: `+${LONG}\n`.repeat(30) } as ActionView;
const picture = (...events: readonly Event[]): RunModel => events.reduce(reduce, NOT_STARTED);
const many = <Value,>(length: number, make: (at: number) => Value) =>
  Array.from({ length }, (_, at) => make(at));

const fixes = [
  { id: 'allow', title: LONG, actions: [command, command, writeAction, command, command], consequence: LONG },
  { id: 'other', title: 'Recreate the container', actions: [writeAction] },
];
const hard = finding({ severity: 'broken', evidence: LONG, reason: `${LONG} ${LONG}`, impact: LONG, fixes });
const failure = { action: command, exitCode: 1, timedOut: false, tail: many(12, () => LONG) };
const question = { id: 'q', task: 'packages', cameBack: true, finding: hard, failure };

const working = picture(
  started(VIEWS),
  ...VIEWS.slice(0, 6).map(({ id }): Event => ({ type: 'task-state', at: 1, task: id, state: 'healthy' })),
  ...VIEWS.slice(6, 10).flatMap(({ id }, at): readonly Event[] => [
    { type: 'task-state', at: 1, task: id, state: 'acting' },
    { type: 'action-started', at: 2, task: id, action: `a${at}`, view: { ...command, purpose: LONG } },
    { type: 'action-output', at: 3, task: id, action: `a${at}`, line: LONG },
    { type: 'action-progress', at: 3, task: id, action: `a${at}`, done: 1234, total: 5678, unit: 'packages' },
  ]),
);
const asking = picture(...installation.slice(0, 10));
const plan = picture(
  started(VIEWS, 'plan'),
  ...VIEWS.map(({ id }): Event => ({ type: 'findings', at: 1, task: id, findings: [hard] })),
  ended('findings'),
);
const found = picture(
  ...lookEvents({
    'nginx-site': {
      code: 'nginx-down',
      evidence: LONG,
      reason: LONG,
      fixes: [{ id: 'start', title: LONG, actions: [command] }],
    },
    claude: { code: 'claude-token-refused', evidence: 'Claude refuses the token.', fixes },
    firewall: { code: 'ufw-off', severity: 'risk', evidence: LONG, reason: LONG, fixes: [] },
  }),
);
const item = homeFindings(found)[0];
const entries = maintenanceEntries(operations, series);
const operating = picture(
  started([task('paint'), task('claude')], 'operate'),
  { type: 'task-state', at: 1, task: 'paint', state: 'acting' },
  { type: 'action-started', at: 5, task: 'paint', action: 'a1', view: { ...command, purpose: LONG } },
  ...many(5, (): Event => ({ type: 'action-output', at: 6, task: 'paint', action: 'a1', line: LONG })),
);
const steps = {
  actions: many(9, (at) => ({ ...command, purpose: `${at} ${LONG}` })),
  irreversible: [command],
};
const agreed = {
  steps: steps.actions.map((action) => ({ do: action, undo: [] })),
  irreversible: [command],
  cleanupAfterSuccess: [],
  cleanupAfterUndo: [],
  consequence: LONG,
};
const endedFlow: FlowState = {
  name: 'ended',
  ending: { kind: 'done' },
  run: picture(started([task('paint')], 'operate'), ended('healthy', 4_000)),
  summary: [['The password: ', new Secret('correct-horse-battery-9')], LONG],
  ottoIsGone: false,
};
const FLOWS: Readonly<Record<string, FlowState>> = {
  looking: { name: 'looking' },
  unseen: { name: 'unseen', problem: LONG },
  fetching: { name: 'fetching', title: LONG, run: operating },
  choosing: {
    name: 'asking',
    number: 1,
    before: undefined,
    ask: {
      kind: 'choose',
      id: 'who',
      question: LONG,
      options: many(20, (at) => ({ value: `${at}`, label: `user-${at}@${DOMAIN}`, note: 'never signed in' })),
    },
  },
  typing: {
    name: 'asking',
    number: 1,
    before: DOMAIN,
    ask: { kind: 'text', id: 'name', question: LONG, problem: () => undefined },
  },
  secret: {
    name: 'asking',
    number: 1,
    before: undefined,
    ask: { kind: 'secret', id: 'password', question: LONG, problem: () => undefined },
  },
  refused: { name: 'refused', findings: [hard, { ...hard, code: 'other' }] },
  agreeing: { name: 'agreeing', plan: agreed, estimate: LONG, difference: [`-${LONG}`, `+${LONG}`] },
  working: { name: 'working', ...steps, run: operating },
  done: endedFlow,
  undone: { ...endedFlow, ending: { kind: 'undone' }, summary: [] },
  stuck: { ...endedFlow, ending: { kind: 'stuck' }, summary: [] },
};

/** Every screen; `note` hears of each thing that a key leads to. */
export function catalogue(note: (what: string) => void = () => {}): Readonly<Record<string, ReactNode>> {
  const noting = (what: string) => () => note(what);
  const back = noting('back');
  const dialogue = (ask: boolean) => ({
    id: 'd',
    task: 'claude',
    view: {
      title: 'Sign in to Claude',
      lines: [LONG, LONG],
      url: `https://claude.ai/oauth/authorize?code=true&z=${'x'.repeat(300)}`,
      code: 'WDJB-MJHT',
      ...(ask ? { ask: { label: 'Paste the code here', masked: true }, problem: LONG } : {}),
    },
  });
  const home = (look: RunModel) => (
    <HomeScreen
      name={DOMAIN}
      home={{ look, looking: false }}
      found={many(3, (at) => ({ mark: 'healthy' as const, text: `${at} ${LONG}` }))}
      chosen={undefined}
      onChoose={noting('choose')}
      onOpen={noting('open')}
      maintenance={entries}
      onEntry={noting('entry')}
      tools={tools}
      onTool={noting('tool')}
      onMaintenance={noting('maintenance')}
      onFind={noting('find')}
      onFixAll={noting('fix all')}
      onLookAgain={noting('look')}
      onWalk={noting('walk')}
      onLog={noting('log')}
      onQuit={noting('quit')}
    />
  );
  const flows = Object.entries(FLOWS).map(([name, state]) => {
    const flow = new ScriptedFlow(state);
    return [
      `operation ${name}`,
      <OperationScreen key={name} flow={flow} state={state} onward="next: Update Paperclip" onLeave={back} />,
    ] as const;
  });
  const questions = questionsFor({ ownApiKey: true, ownPassword: true, claude: 'api-key', domain: DOMAIN });
  const logState = {
    lines: many(40, (at) => ({
      atMs: at,
      source: 'hermes' as const,
      level: 'error' as const,
      error: true,
      text: `${at} ${LONG}`,
    })),
    problems: [LONG],
    reading: false,
  };
  return {
    frame: (
      <Frame title={LONG} right={LONG} keys={[['Enter', 'go on']]} help={[LONG]}>
        <Box />
        <Text wrap="truncate-end">{LONG}</Text>
      </Frame>
    ),
    'first look': (
      <FirstLookScreen
        seen={{
          installed: false,
          answered: true,
          last: { mark: 'risk', text: LONG },
          lines: many(6, (at) => ({ mark: 'risk' as const, text: `${at} ${LONG}` })),
        }}
        onBegin={noting('begin')}
        onLookAgain={noting('look')}
        onQuit={noting('quit')}
      />
    ),
    busy: (
      <FirstLookScreen
        seen={{ installed: false, answered: false, busy: LONG, lines: [] }}
        onBegin={noting('begin')}
        onLookAgain={noting('look')}
        onQuit={noting('quit')}
      />
    ),
    ...Object.fromEntries(
      questions.map((asked) => [
        `question ${asked.id}`,
        <QuestionScreen
          key={asked.id}
          page={[asked]}
          draft={{ domain: DOMAIN }}
          onAnswer={noting('answer')}
          onBack={back}
          checkDomain={async () => [{ mark: 'risk', text: LONG }]}
        />,
      ]),
    ),
    review: (
      <ReviewScreen
        rows={reviewRows({ domain: DOMAIN, adminEmail: `ops@${DOMAIN}`, adminName: LONG })}
        onChange={noting('change')}
        onGo={noting('go')}
        onBack={back}
      />
    ),
    plan: <PlanScreen plan={plan} onGo={noting('go')} onBack={back} onSave={async () => LONG} />,
    'plan being made': (
      <PlanScreen
        plan={picture(started(VIEWS, 'plan'))}
        onGo={noting('go')}
        onBack={back}
        onSave={async () => ''}
      />
    ),
    'plan that failed': (
      <PlanScreen
        plan={picture(started(VIEWS, 'plan'), ended('failed', 9, LONG))}
        onGo={noting('go')}
        onBack={back}
        onSave={async () => ''}
      />
    ),
    action: <ActionScreen action={written} onBack={back} />,
    starting: <RunScreen run={NOT_STARTED} />,
    'at work': <RunScreen run={working} />,
    'at work, one asks': <RunScreen run={asking} />,
    finding: <FindingScreen run={working} question={question} more={2} onChoose={noting('choose')} />,
    trial: (
      <TrialScreen
        run={working}
        question={question}
        trial={{
          endsAt: 125_000,
          command: 'ssh -p 2222 a-user-with-a-long-name@2001:db8:85a3::8a2e:370:7334',
        }}
        onChoose={noting('choose')}
      />
    ),
    'finding in full': <FindingDetails title={LONG} finding={hard} known={{ failure }} onBack={back} />,
    'dialogue that asks': (
      <DialogueScreen dialogue={dialogue(true)} onAnswer={noting('answer')} onCancel={noting('cancel')} />
    ),
    'dialogue that waits': (
      <DialogueScreen dialogue={dialogue(false)} onAnswer={noting('answer')} onCancel={noting('cancel')} />
    ),
    'dialogue with a code that ends': (
      <DialogueScreen
        dialogue={{ ...dialogue(false), goodUntil: 937_000 }}
        onAnswer={noting('answer')}
        onCancel={noting('cancel')}
      />
    ),
    handover: (
      <HandoverScreen
        text={handoverText({ ...answersWith(), domain: DOMAIN, paperclip: 'deploy' })}
        onBack={back}
      />
    ),
    find: (
      <FindScreen
        commands={operationsNamed(entries).map(({ operable: _, ...named }) => ({
          ...named,
          title: `${named.title} ${LONG}`,
          run: noting('run'),
        }))}
        onBack={back}
      />
    ),
    log: <LogScreen title={LONG} tail={many(50, (at) => `${at} ${LONG}`)} log={PATH} onBack={back} />,
    end: (
      <EndScreen
        run={picture(...installation)}
        lines={many(30, (at) => ({
          text: `${at} ${LONG}`,
          mark: 'healthy' as const,
          apart: true,
          indent: 2,
        }))}
        onLeave={noting('leave')}
      />
    ),
    ...Object.fromEntries(
      (['installing', 'operating', undefined] as const).flatMap((work) => [
        [
          `stop ${work}`,
          <StopScreen
            key="stop"
            atWork={work}
            stopping={false}
            onStop={noting('stop')}
            onLeaveRunning={noting('leave')}
            onContinue={noting('continue')}
          />,
        ],
        [
          `stopping ${work}`,
          <StopScreen
            key="stopping"
            atWork={work}
            stopping
            onStop={noting('stop')}
            onContinue={noting('continue')}
          />,
        ],
      ]),
    ),
    home: home(found),
    'healthy home': home(picture(...lookEvents({}))),
    'home that looks': home(picture(started(VIEWS, 'check'))),
    'home finding': (
      <HomeFindingScreen
        home={{ look: found, looking: false }}
        item={item}
        onApply={noting('apply')}
        onChange={noting('change')}
        onBack={back}
      />
    ),
    'home finding that is gone': (
      <HomeFindingScreen
        home={{ look: found, looking: false }}
        item={undefined}
        onApply={noting('apply')}
        onChange={noting('change')}
        onBack={back}
      />
    ),
    'fix all': <FixAllScreen look={found} onGo={noting('go')} onBack={back} />,
    fixing: <FixScreen title={LONG} what={LONG} run={working} />,
    maintenance: (
      <MaintenanceScreen
        entries={entries}
        tools={tools}
        chosen={undefined}
        onOpen={noting('open')}
        onTool={noting('tool')}
        onBack={back}
      />
    ),
    ...Object.fromEntries(
      entries
        .filter(({ choices }) => choices.length > 1)
        .map((entry) => [
          `family ${entry.id}`,
          <FamilyScreen
            key={entry.id}
            entry={entry}
            chosen={undefined}
            onChoose={noting('choose')}
            onBack={back}
          />,
        ]),
    ),
    ...Object.fromEntries(flows),
    logs: (
      <LogsOf
        store={{ state: () => logState, subscribe: () => () => {}, show: noting('show'), close: () => {} }}
        onBack={back}
      />
    ),
    status: (
      <StatusOf
        facts={{
          atMs: 65_000,
          domain: DOMAIN,
          services: [
            {
              name: 'hermes-gateway',
              state: LONG,
              running: true,
              sinceMs: 1_000,
              restarts: 3,
              memory: 137e6,
            },
          ],
          versions: [{ name: 'Hermes', version: '0.19.0', detail: PATH, newer: LONG }],
          ports: [{ port: 8642, listeners: [{ address: '0.0.0.0', by: LONG }] }],
          disks: [],
          problems: [LONG],
        }}
        checked={{
          outcome: 'findings',
          ms: 1,
          waiting: 2,
          findings: [{ code: 'a', severity: 'broken', evidence: LONG }],
        }}
        onLookAgain={noting('look')}
        onBack={back}
      />
    ),
    'support bundle': (
      <SupportOf
        state={{
          name: 'listed',
          bundle: {
            name: 'otto-support',
            atMs: 0,
            items: many(30, (at) => ({ name: `${at}-${PATH}`, what: LONG, content: LONG })),
          },
        }}
        onWrite={noting('write')}
        onBack={back}
      />
    ),
    'support bundle, written': (
      <SupportOf
        state={{ name: 'written', written: { ok: true, path: PATH, bytes: 12 } }}
        onWrite={noting('write')}
        onBack={back}
      />
    ),
  };
}
