import type { ReactNode } from 'react';
import { questionsFor } from '../../src/answers/questions.ts';
import { ProgressOf } from '../../src/components/progress.tsx';
import type { Event } from '../../src/engine/contracts/event.ts';
import { viewFinding } from '../../src/engine/view.ts';
import { startFlow } from '../../src/operation-flow/flow.ts';
import type { FlowState } from '../../src/operation-flow/flow-state.ts';
import { operations, series } from '../../src/operations/index.ts';
import { startOtto } from '../../src/otto/start.ts';
import { REHEARSED_FAULTS } from '../../src/rehearsal/faults.ts';
import { plannedParts } from '../../src/run/forecast.ts';
import { NOT_STARTED, type RunModel, reduce, type TaskModel } from '../../src/run/view-model.ts';
import { HomeScreen } from '../../src/screens/home/home.tsx';
import { OperationAgree } from '../../src/screens/operation/agree.tsx';
import { FirstLookScreen } from '../../src/screens/questions/first-look.tsx';
import { QuestionScreen } from '../../src/screens/questions/question.tsx';
import { ReviewScreen } from '../../src/screens/questions/review.tsx';
import { EndScreen } from '../../src/screens/run/end.tsx';
import { FindingScreen } from '../../src/screens/run/finding.tsx';
import { PlanScreen } from '../../src/screens/run/plan.tsx';
import { RunScreen } from '../../src/screens/run/run.tsx';
import { TrialScreen } from '../../src/screens/run/trial.tsx';
import { tools } from '../../src/screens/tools/tools.tsx';
import { firewallTask } from '../../src/tasks/firewall/index.ts';
import { machineTask } from '../../src/tasks/machine/index.ts';
import { endingLines } from '../../src/wizard/ending.ts';
import { firstLookLines } from '../../src/wizard/first-look.ts';
import { handoverText } from '../../src/wizard/handover.ts';
import { maintenanceEntries } from '../../src/wizard/maintenance.ts';
import { reviewRows } from '../../src/wizard/review.ts';
import { freshDroplet, installedDroplet } from '../host/rehearsal/runs.ts';
import { answersWith } from '../tasks/answers.ts';

/**
 * The main screens with what they show of a droplet in memory: first look, plan, findings and home are what the real tasks
 * found there. Only times are set, so that a picture changes when a screen does and not otherwise.
 */
export async function pictureFrames(): Promise<Readonly<Record<string, ReactNode>>> {
  const answers = answersWith();
  const nothing = () => {};
  const fresh = freshDroplet();
  const facts = await machineTask.look(fresh.host, answers);
  const plan = await modelOf('plan', fresh.host);
  const planned = plannedParts(plan.tasks, {});
  const broken = await installedDroplet();
  // The clock of the screens in tests stands at 65 s.
  const trial = { endsAt: 117_000, command: 'ssh root@203.0.113.10' };
  const standing = await firewallTask.look(broken.host, answers);
  const [found] = firewallTask.judge({ ...standing, revertArmed: true, trial }, answers);
  const present = { host: broken.host, origin: async () => 'absent' as const };
  const onTrial = found === undefined ? undefined : await viewFinding(found, present);
  for (const code of ['nginx-down', 'docker0-rule-missing'])
    await REHEARSED_FAULTS.find((fault) => fault.code === code)?.breakIt(broken);
  const look = timed(await modelOf('check', broken.host));
  const bridge = look.tasks.flatMap((task) => task.findings.map((finding) => ({ task, finding })));
  const hurt = bridge.find(({ finding }) => finding.code === 'docker0-rule-missing') ?? bridge[0];
  const working = atWork(plan);
  const whole = (share: RunModel, children: ReactNode) => (
    <ProgressOf run={share} planned={planned}>
      {children}
    </ProgressOf>
  );
  const asked = (task: TaskModel | undefined, code?: string) => {
    const found = task?.findings.find((one) => code === undefined || one.code === code) ?? task?.findings[0];
    if (task === undefined || found === undefined) return null;
    const question = { id: 'q1', task: task.view.id, finding: found, cameBack: false };
    return <FindingScreen run={working} question={question} more={0} onChoose={nothing} />;
  };
  const first = questionsFor({})[0];
  const ready = timed({
    ...plan,
    mode: 'install',
    ended: { type: 'run-ended', outcome: 'healthy', at: AT, ms: 0, commandMs: 0, actions: 63 },
    tasks: plan.tasks.map((task) => ({ ...task, state: 'healthy' as const, findings: [] })),
  });
  return {
    'first-look': (
      <FirstLookScreen
        seen={{
          installed: false,
          answered: false,
          lines: firstLookLines(facts, machineTask.judge(facts, answers)),
        }}
        onBegin={nothing}
        onLookAgain={nothing}
        onQuit={nothing}
      />
    ),
    question:
      first === undefined ? null : (
        <QuestionScreen
          page={[first]}
          draft={{ domain: 'otto.client.example' }}
          onAnswer={nothing}
          onBack={nothing}
          checkDomain={async () => [
            { mark: 'healthy', text: 'The domain points to this machine (203.0.113.10).' },
          ]}
        />
      ),
    review: (
      <ReviewScreen
        rows={reviewRows({
          domain: 'otto.client.example',
          email: 'ops@client.example',
          adminEmail: 'admin@client.example',
        })}
        onChange={nothing}
        onGo={nothing}
        onBack={nothing}
      />
    ),
    plan: <PlanScreen plan={plan} onGo={nothing} onBack={nothing} onSave={async () => ''} />,
    'at-work': whole(working, <RunScreen run={working} />),
    finding: whole(working, asked(hurt?.task, hurt?.finding.code)),
    firewall:
      onTrial === undefined
        ? null
        : whole(
            working,
            <TrialScreen
              run={working}
              question={{ id: 'q1', task: 'firewall', finding: onTrial, cameBack: false }}
              trial={trial}
              onChoose={nothing}
            />,
          ),
    home: (
      <HomeScreen
        name="otto.client.example"
        home={{ look, looking: false }}
        found={[]}
        chosen={undefined}
        onChoose={nothing}
        onOpen={nothing}
        maintenance={maintenanceEntries(operations, series)}
        onEntry={nothing}
        tools={tools}
        onTool={nothing}
        onMaintenance={nothing}
        onFind={nothing}
        onFixAll={nothing}
        onLookAgain={nothing}
        onWalk={nothing}
        onLog={nothing}
        onQuit={nothing}
      />
    ),
    update: await updatePicture(nothing),
    done: (
      <EndScreen
        run={ready}
        handover={handoverText(answers)}
        lines={endingLines(ready, answers, {
          proof: {
            through: 'open-webui',
            account: 'ops@client.example',
            question: 'Who are you?',
            answer:
              'I am Otto. I can read and write files here, run commands and work with your repositories.',
            ms: 4_200,
          } as never,
        })}
        onLeave={nothing}
      />
    ),
  };
}

/** What updating Open WebUI asks before it begins, as it is on a droplet in memory. */
async function updatePicture(nothing: () => void): Promise<ReactNode> {
  const { host } = await installedDroplet();
  const operation = operations.find(({ id }) => id === 'update-open-webui');
  if (operation === undefined) return null;
  const flow = startFlow({ operation, host, answers: answersWith(), version: '1.0.0', trackRun: () => {} });
  const state = await new Promise<FlowState>((resolve) => {
    const look = () => {
      if (['agreeing', 'refused', 'unseen', 'ended'].includes(flow.state().name)) resolve(flow.state());
    };
    flow.subscribe(look);
    look();
  });
  if (state.name !== 'agreeing') return null;
  const { plan, estimate, difference } = state;
  return (
    <OperationAgree
      {...{ title: operation.title, why: operation.why, plan, estimate, difference }}
      onAgree={nothing}
      onBack={nothing}
    />
  );
}

async function modelOf(mode: 'plan' | 'check', host: Parameters<typeof startOtto>[1]): Promise<RunModel> {
  const run = startOtto(mode, host, answersWith(), '1.0.0', { log: false });
  let model = NOT_STARTED;
  run.subscribe((event) => {
    model = reduce(model, event);
  });
  await run.result;
  return { ...model, host: 'droplet' };
}

const AT = Date.UTC(2026, 10, 22, 14, 2, 11);
const timed = (model: RunModel): RunModel => ({
  ...model,
  startedAt: AT,
  ended: {
    type: 'run-ended',
    outcome: 'healthy',
    ...model.ended,
    at: AT,
    ms: model.mode === 'check' ? 1_900 : 331_000,
    commandMs: 0,
    actions: 0,
  },
});

/** In the middle of carrying out a plan, 65 s after its beginning. */
function atWork(plan: RunModel): RunModel {
  const views = plan.tasks.map(({ view }) => view);
  const state = (task: string, what: 'acting' | 'healthy', at: number): Event => ({
    type: 'task-state',
    at,
    task,
    state: what,
  });
  const busy = (
    id: string,
    what: RegExp,
    [done, total, unit]: readonly [number, number, string],
    line: string,
  ): readonly Event[] => {
    const actions = plan.tasks.find((task) => task.view.id === id)?.findings[0]?.fixes[0]?.actions;
    const view = actions?.find(({ purpose }) => what.test(purpose));
    if (view === undefined) return [];
    return [
      state(id, 'acting', 20_000),
      { type: 'action-started', at: 20_000, task: id, action: id, view },
      { type: 'action-output', at: 60_000, task: id, action: id, line },
      { type: 'action-progress', at: 60_000, task: id, action: id, done, total, unit },
      { type: 'action-ended', at: 60_000, task: 'packages', action: 'p', ok: true, ms: 1 },
    ];
  };
  const events: readonly Event[] = [
    {
      type: 'run-started',
      at: 0,
      run: '1',
      mode: 'install',
      version: '1.0.0',
      host: 'droplet',
      log: '/var/log/otto-install/1.log',
      tasks: views,
    },
    ...['machine', 'docker', 'packages', 'server-packages', 'deploy-user', 'domain', 'github'].flatMap(
      (id, at) => [state(id, 'acting', 100 * at), state(id, 'healthy', 3_000 * (at + 1))],
    ),
    ...busy('open-webui-image', /^Fetch/, [412, 1_106, 'MB'], 'a2318d6c47ec: Downloading  412MB/1.106GB'),
    ...busy('hermes-code', /^Install Hermes/, [31, 68, 'packages'], 'Collecting cryptography>=42'),
  ];
  return events.reduce(reduce, NOT_STARTED);
}
