import { useEffect } from 'react';
import type { Draft } from '../answers/question.ts';
import type { AnswerKey } from '../answers/schema.ts';
import type { FixView } from '../engine/contracts/event.ts';
import type { FlowState } from '../operation-flow/flow-state.ts';
import type { Durations } from '../run/forecast.ts';
import { planText } from '../run/plan-text.ts';
import type { EndingLine } from '../run/shown-line.ts';
import { askedNow, type RunModel } from '../run/view-model.ts';
import { changeFor } from '../wizard/change-answer.ts';
import { handoverText } from '../wizard/handover.ts';
import { type FixRequest, fixAllSafe, fixOne, type HomeFinding, homeFindings } from '../wizard/home.ts';
import { findingId } from '../wizard/home-rows.ts';
import type { HomeState } from '../wizard/home-store.ts';
import { type MaintenanceEntry, operationsOf } from '../wizard/maintenance.ts';
import { reviewRows } from '../wizard/review.ts';
import type { WizardServices } from '../wizard/services.ts';
import { commandsOf } from './home/commands.ts';
import { FindScreen } from './home/find.tsx';
import { FixScreen, fixTitle } from './home/fix.tsx';
import { FixAllScreen } from './home/fix-all.tsx';
import { HomeScreen } from './home/home.tsx';
import { HomeFindingScreen } from './home/home-finding.tsx';
import { FamilyScreen, MaintenanceScreen } from './home/maintenance.tsx';
import { OperationScreen } from './operation/operation.tsx';
import { FirstLookScreen } from './questions/first-look.tsx';
import { QuestionScreen } from './questions/question.tsx';
import { ReviewScreen } from './questions/review.tsx';
import { useFirstLook } from './questions/use-first-look.ts';
import { type Asked, pagesOf, type Route, type Which } from './route.ts';
import { EndScreen } from './run/end.tsx';
import { LogScreen } from './run/log.tsx';
import { NeedsYou } from './run/needs-you.tsx';
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
  /** How long parts took here before. */
  readonly durations: Durations;
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
  /** All answers are right. */
  readonly onReviewed: () => void;
  /** One answer is asked for again. */
  readonly onChange: (key: AnswerKey) => void;
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
    case 'find':
    case 'maintenance':
    case 'family':
    case 'tool':
      return <HomeRoute {...props} />;
    case 'operation':
      return <OperationRoute {...props} />;
    case 'fix':
      return askedNow(model) !== undefined ? (
        <NeedsYou run={route.run} model={model} />
      ) : (
        <FixScreen {...fixTitle(route.request)} run={model} />
      );
    case 'questions': {
      const page = pagesOf(services, draft, route.questions)[route.at];
      return page === undefined ? null : (
        <QuestionScreen
          key={page[0].id}
          {...{ page, draft }}
          checkDomain={services.checkDomain}
          onAnswer={props.onAnswer}
          onBack={props.onBack}
        />
      );
    }
    case 'review':
      return (
        <ReviewScreen
          rows={reviewRows(draft)}
          onChange={({ key }) => props.onChange(key)}
          onGo={props.onReviewed}
          onBack={props.onBack}
        />
      );
    case 'changing':
      return <FixScreen title="Ending what was running" run={model} />;
    case 'plan':
      return (
        <PlanScreen
          plan={model}
          durations={props.durations}
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
        return (
          <EndScreen
            run={model}
            lines={props.ending}
            handover={model.ended?.outcome === 'healthy' ? handoverText(route.answers) : undefined}
            onLeave={props.onLeave}
          />
        );
      if (askedNow(model) !== undefined)
        return (
          <NeedsYou
            run={route.run}
            model={model}
            changeFor={(task) => changeFor(task, draft)}
            onChange={props.onChange}
          />
        );
      return <RunScreen run={model} />;
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
      const change = item === undefined ? undefined : changeFor(item.task.view.id, draft);
      return (
        <HomeFindingScreen
          {...{ home, item, change }}
          onApply={apply}
          onChange={props.onChange}
          onBack={back}
        />
      );
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
    case 'find':
      return <FindScreen commands={commandsOf(props, openTool)} onBack={back} />;
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
          onFind={() => onGoTo({ name: 'find' })}
          onFixAll={() => onGoTo({ name: 'fix-all' })}
          onLookAgain={props.onLookAgain}
          onWalk={props.onBegin}
          onLog={() => onGoTo({ name: 'log' })}
          onQuit={props.onLeave}
        />
      );
  }
}
