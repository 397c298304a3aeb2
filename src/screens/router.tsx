import { useEffect } from 'react';
import type { Draft } from '../answers/question.ts';
import type { FixView } from '../engine/contracts/event.ts';
import type { Run } from '../engine/contracts/run.ts';
import type { FlowState } from '../operation-flow/flow-state.ts';
import { planText } from '../run/plan-text.ts';
import type { EndingLine } from '../run/shown-line.ts';
import type { RunModel } from '../run/view-model.ts';
import { Secret } from '../secret/secret.ts';
import { type FixRequest, fixAllSafe, fixOne, type HomeFinding, homeFindings } from '../wizard/home.ts';
import { findingId } from '../wizard/home-rows.ts';
import type { HomeState } from '../wizard/home-store.ts';
import { type MaintenanceEntry, operationsOf } from '../wizard/maintenance.ts';
import type { WizardServices } from '../wizard/services.ts';
import { FixScreen, fixTitle } from './home/fix.tsx';
import { FixAllScreen } from './home/fix-all.tsx';
import { HomeScreen } from './home/home.tsx';
import { HomeFindingScreen } from './home/home-finding.tsx';
import { FamilyScreen, MaintenanceScreen } from './home/maintenance.tsx';
import { OperationScreen } from './operation/operation.tsx';
import { FirstLookScreen } from './questions/first-look.tsx';
import { QuestionScreen } from './questions/question.tsx';
import { useFirstLook } from './questions/use-first-look.ts';
import { type Asked, questionsOf, type Route, type Which } from './route.ts';
import { DialogueScreen } from './run/dialogue.tsx';
import { EndScreen } from './run/end.tsx';
import { type FindingChoice, FindingScreen } from './run/finding.tsx';
import { LogScreen } from './run/log.tsx';
import { PlanScreen } from './run/plan.tsx';
import { RunScreen } from './run/run.tsx';
import type { Tool } from './tools/tool.ts';
import { tools } from './tools/tools.tsx';

interface RouteProps {
  readonly services: WizardServices;
  readonly route: Route;
  readonly model: RunModel;
  /** The state of an operation. */
  readonly flow: FlowState | undefined;
  readonly home: HomeState;
  readonly draft: Draft;
  readonly ending: readonly EndingLine[] | undefined;
  /** The row of the home that was chosen last. */
  readonly chosen: string | undefined;
  readonly onChoose: (row: string) => void;
  readonly onGoTo: (route: Route) => void;
  readonly onBegin: (questions: Which) => void;
  readonly onLookAgain: () => void;
  readonly onFix: (request: FixRequest) => void;
  readonly onOperate: (asked: Asked) => void;
  /** An operation was left, at its end or before. */
  readonly onEndOfOperation: () => void;
  readonly onAnswer: (draft: Draft) => void;
  readonly onBack: () => void;
  readonly onGo: () => void;
  readonly onLeave: () => void;
}

/** The screen of a route. */
export function Router(props: RouteProps) {
  const { services, route, model, draft } = props;
  switch (route.name) {
    case 'first-look':
      return <FirstLookRoute {...props} />;
    case 'home':
    case 'home-finding':
    case 'fix-all':
    case 'log':
    case 'maintenance':
    case 'family':
    case 'tool':
      return <HomeRoute {...props} />;
    case 'operation':
      return <OperationRoute {...props} />;
    case 'fix':
      return needsOperator(model) ? (
        <NeedsYou run={route.run} model={model} />
      ) : (
        <FixScreen {...fixTitle(route.request)} run={model} />
      );
    case 'questions': {
      const question = questionsOf(services, draft, route.questions)[route.at];
      return question === undefined ? null : (
        <QuestionScreen
          key={question.id}
          {...{ question, draft }}
          checkDomain={services.checkDomain}
          onAnswer={props.onAnswer}
          onBack={props.onBack}
        />
      );
    }
    case 'plan':
      return (
        <PlanScreen
          plan={model}
          onGo={props.onGo}
          onBack={props.onBack}
          onSave={() =>
            services.savePlan(
              planText(model.tasks, `Plan of otto-install ${model.version} for ${model.host}`),
            )
          }
        />
      );
    case 'run':
      if (props.ending !== undefined)
        return <EndScreen run={model} lines={props.ending} onLeave={props.onLeave} />;
      if (needsOperator(model)) return <NeedsYou run={route.run} model={model} />;
      return <RunScreen run={model} planned={route.planned} />;
  }
}

function FirstLookRoute({ services, onBegin, onGoTo, onLeave }: RouteProps) {
  const { seen, again } = useFirstLook(services.lookAtMachine);
  const isHome = seen?.home === true;
  useEffect(() => {
    if (isHome) onGoTo({ name: 'home' });
  }, [isHome, onGoTo]);
  // It is gone too soon to be worth showing.
  return (
    <FirstLookScreen
      seen={isHome ? undefined : seen}
      onBegin={onBegin}
      onLookAgain={again}
      onQuit={onLeave}
    />
  );
}

function OperationRoute({ route, flow, onEndOfOperation }: RouteProps) {
  if (route.name !== 'operation' || flow === undefined) return null;
  const next = operationsOf(route.operable)[route.at + 1];
  const goesOn = next !== undefined && flow.name === 'ended' && flow.ending.kind === 'done';
  return (
    <OperationScreen
      flow={route.flow}
      state={flow}
      onward={goesOn ? `next: ${next.title}` : 'back'}
      onLeave={onEndOfOperation}
    />
  );
}

function HomeRoute(props: RouteProps) {
  const { services, route, home, draft, onGoTo, onFix } = props;
  // On the way back the cursor is on what was opened.
  const from = (chosen: string): Route =>
    route.name === 'maintenance' ? { name: 'maintenance', chosen } : { name: 'home' };
  const openTool = ({ id }: Tool) => onGoTo({ name: 'tool', tool: id, from: from(id) });
  const openEntry = (entry: MaintenanceEntry) => {
    const [only] = entry.choices;
    if (entry.choices.length > 1) onGoTo({ name: 'family', entry, from: from(entry.id) });
    else if (only !== undefined) props.onOperate({ operable: only, from: from(entry.id) });
  };
  const back = () => onGoTo({ name: 'home' });
  const apply = (item: HomeFinding, fix: FixView) => onFix(fixOne(item, fix));
  switch (route.name) {
    case 'home-finding': {
      const item = homeFindings(home.look).find(
        ({ task, finding }) => task.view.id === route.task && finding.code === route.code,
      );
      return <HomeFindingScreen {...{ home, item }} onApply={apply} onBack={back} />;
    }
    case 'fix-all':
      return <FixAllScreen look={home.look} onGo={() => onFix(fixAllSafe(home.look))} onBack={back} />;
    case 'maintenance':
      return (
        <MaintenanceScreen
          entries={services.maintenance}
          tools={tools}
          chosen={route.chosen}
          onOpen={openEntry}
          onTool={openTool}
          onBack={back}
        />
      );
    case 'tool': {
      const Screen = tools.find(({ id }) => id === route.tool)?.Screen;
      if (Screen === undefined) return null;
      return <Screen {...{ services, draft }} onBack={() => onGoTo(route.from)} />;
    }
    case 'family':
      return (
        <FamilyScreen
          entry={route.entry}
          chosen={route.chosen}
          onChoose={(operable) => props.onOperate({ operable, from: { ...route, chosen: operable.command } })}
          onBack={() => onGoTo(route.from)}
        />
      );
    case 'log':
      return (
        <LogScreen
          title="The last action"
          tail={(home.attempt?.run.tasks ?? []).flatMap(({ tail }) => tail)}
          log={home.attempt?.run.log}
          onBack={back}
        />
      );
    default:
      return (
        <HomeScreen
          name={draft.domain ?? 'Otto'}
          home={home}
          found={services.found}
          chosen={props.chosen}
          onChoose={props.onChoose}
          onOpen={(item) => {
            props.onChoose(findingId(item));
            onGoTo({ name: 'home-finding', task: item.task.view.id, code: item.finding.code });
          }}
          maintenance={services.maintenance}
          onEntry={(entry) => {
            props.onChoose(entry.id);
            openEntry(entry);
          }}
          tools={tools}
          onTool={(tool) => {
            props.onChoose(tool.id);
            openTool(tool);
          }}
          onMaintenance={() => onGoTo({ name: 'maintenance' })}
          onFixAll={() => onGoTo({ name: 'fix-all' })}
          onLookAgain={props.onLookAgain}
          onWalk={props.onBegin}
          onLog={() => onGoTo({ name: 'log' })}
          onQuit={props.onLeave}
        />
      );
  }
}

/** Whether something of a run waits for the operator. */
export function needsOperator({ dialogues, questions }: RunModel): boolean {
  return dialogues.length > 0 || questions.length > 0;
}

/** What needs the operator in a run: another program's dialogue, or a finding. */
export function NeedsYou({ run, model }: { run: Run; model: RunModel }) {
  const [dialogue] = model.dialogues;
  const [question] = model.questions;
  if (dialogue !== undefined) {
    return (
      <DialogueScreen
        dialogue={dialogue}
        onAnswer={(text) =>
          run.decide({ kind: 'answer', dialogue: dialogue.id, handle: run.vault.put(new Secret(text)) })
        }
        onCancel={() => run.decide({ kind: 'cancel-dialogue', dialogue: dialogue.id })}
      />
    );
  }
  if (question === undefined) return null;
  const decide = (choice: FindingChoice) => {
    if (choice.kind === 'stop') run.decide({ kind: 'stop' });
    else run.decide({ ...choice, question: question.id });
  };
  return (
    <FindingScreen run={model} question={question} more={model.questions.length - 1} onChoose={decide} />
  );
}
