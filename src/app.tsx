import { Box, useApp, useInput } from 'ink';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import type { Answers } from './answers.ts';
import { FrameSize, ScreenPlace, type Session, SessionContext } from './components/terminal.tsx';
import { type EndingLine, endingLines, type Outcome } from './ending.ts';
import type { Run } from './engine/run.ts';
import { Secret } from './engine/secret.ts';
import type { SeenLine } from './first-look.ts';
import { plannedActions, planText } from './plan-text.ts';
import type { Draft, Question } from './question.ts';
import { questionsFor } from './questions.ts';
import { followRun, type RunStore } from './run-store.ts';
import { DialogueScreen } from './screens/dialogue.tsx';
import { EndScreen } from './screens/end.tsx';
import { type FindingChoice, FindingScreen } from './screens/finding.tsx';
import { type FirstLook, FirstLookScreen } from './screens/first-look.tsx';
import { PlanScreen } from './screens/plan.tsx';
import { QuestionScreen } from './screens/question.tsx';
import { RunScreen } from './screens/run.tsx';
import { StopScreen } from './screens/stop.tsx';
import type { RunModel } from './view-model.ts';

/** What the wizard can do to the world; screens call nothing else. */
export interface World {
  readonly session: Session;
  lookAtMachine(): Promise<FirstLook>;
  /** Where a host name leads, in lines to be shown. */
  checkDomain(domain: string): Promise<readonly SeenLine[]>;
  /** Answers to begin with. */
  readonly draft: Draft;
  /** Whether this question was answered by a flag, a variable or the answers file. */
  isGiven(question: Question): boolean;
  /** The complete answers; throws when they are not. */
  complete(draft: Draft): Answers;
  plan(answers: Answers): Run;
  install(answers: Answers): Run;
  /** Saves the plan; resolves to what to tell the operator. */
  savePlan(text: string): Promise<string>;
  outcome(run: RunModel, answers: Answers): Promise<Outcome>;
  /** Ends what is at work safely; resolves when it has ended. */
  stop(reason: string): Promise<void>;
}

/** How the wizard was left. */
export interface Left {
  /** The run that ended; undefined when there was none. */
  readonly ended?: { readonly run: RunModel; readonly lines: readonly EndingLine[] };
}

interface Work {
  readonly run: Run;
  readonly store: RunStore;
  readonly answers: Answers;
}

type Phase =
  | { readonly name: 'first-look' }
  | { readonly name: 'questions'; readonly at: number }
  | ({ readonly name: 'plan' } & Work)
  | ({ readonly name: 'run'; readonly planned: number } & Work);

/** The wizard: which screen is shown, and the one place that ends it. */
export function App({ world }: { world: World }) {
  const { exit, suspendTerminal } = useApp();
  const [phase, setPhase] = useState<Phase>({ name: 'first-look' });
  const [draft, setDraft] = useState<Draft>(world.draft);
  const [leaving, setLeaving] = useState<Left>();
  const [asked, setAsked] = useState(false);
  const [stopping, setStopping] = useState(false);
  const model = useModel(phase);
  const ending = useEnding(phase, model, world);

  // The last frame is taken away first, and what stays in the terminal is printed after Ink has given it back.
  useEffect(() => {
    if (leaving !== undefined) exit(leaving);
  }, [leaving, exit]);

  const over = phase.name === 'run' && model.ended !== undefined;
  const leave = () => {
    if (phase.name === 'plan') phase.run.stop();
    setLeaving(over && ending !== undefined ? { ended: { run: model, lines: ending } } : {});
  };
  const stop = () => {
    if (phase.name !== 'run' || over || stopping) return leave();
    setStopping(true);
    phase.run.stop('Stopped with Ctrl-C.');
  };
  useInput((input, key) => {
    if (key.ctrl && input === 'z') void suspendTerminal(untilContinued);
    if (!(key.ctrl && input === 'c')) return;
    if (over || asked) stop();
    else setAsked(true);
  });

  const begin = () => goTo(setPhase, world, draft, 0, draft);
  const covered = asked && !over;
  if (leaving !== undefined) return null;
  return (
    <SessionContext value={world.session}>
      <FrameSize>
        {covered ? (
          <ScreenPlace covered={false}>
            <StopScreen
              running={phase.name === 'run'}
              stopping={stopping}
              onStop={stop}
              onGoOn={() => setAsked(false)}
            />
          </ScreenPlace>
        ) : null}
        <Box display={covered ? 'none' : 'flex'}>
          <ScreenPlace key={placeKey(phase, model)} covered={covered}>
            <Screen
              {...{ world, phase, model, draft, ending }}
              onBegin={begin}
              onAnswer={(answered) => {
                setDraft(answered);
                if (phase.name === 'questions') goTo(setPhase, world, answered, phase.at + 1, answered);
              }}
              onBack={() => {
                if (phase.name === 'plan') phase.run.stop();
                back(setPhase, world, draft, phase);
              }}
              onGo={() => {
                if (phase.name !== 'plan') return;
                const planned = model.tasks.reduce((sum, task) => sum + plannedActions(task), 0);
                setPhase({ name: 'run', planned, ...work(world.install(phase.answers), phase.answers) });
              }}
              onLeave={leave}
            />
          </ScreenPlace>
        </Box>
      </FrameSize>
    </SessionContext>
  );
}

/** Each question, finding and dialogue is a screen of its own, with its own state. */
function placeKey(phase: Phase, model: RunModel): string {
  if (phase.name === 'questions') return `question ${phase.at}`;
  if (phase.name !== 'run') return phase.name;
  if (model.ended !== undefined) return 'end';
  return model.dialogues[0]?.id ?? model.questions[0]?.id ?? 'run';
}

interface ScreenProps {
  readonly world: World;
  readonly phase: Phase;
  readonly model: RunModel;
  readonly draft: Draft;
  readonly ending: readonly EndingLine[] | undefined;
  readonly onBegin: () => void;
  readonly onAnswer: (draft: Draft) => void;
  readonly onBack: () => void;
  readonly onGo: () => void;
  readonly onLeave: () => void;
}

function Screen(props: ScreenProps) {
  const { world, phase, model, draft } = props;
  switch (phase.name) {
    case 'first-look':
      return <FirstLookPlace {...props} />;
    case 'questions': {
      const question = openQuestions(world, draft)[phase.at];
      return question === undefined ? null : (
        <QuestionScreen
          key={question.id}
          {...{ question, draft }}
          checkDomain={world.checkDomain}
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
            world.savePlan(planText(model.tasks, `Plan of otto-install ${model.version} for ${model.host}`))
          }
        />
      );
    case 'run':
      return <RunPlace {...props} phase={phase} />;
  }
}

function FirstLookPlace({ world, onBegin, onLeave }: ScreenProps) {
  const [seen, setSeen] = useState<FirstLook>();
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round looks again
  useEffect(() => {
    let over = false;
    void world.lookAtMachine().then((look) => {
      if (!over) setSeen(look);
    });
    return () => {
      over = true;
    };
  }, [world, round]);
  const again = () => {
    setSeen(undefined);
    setRound(round + 1);
  };
  return <FirstLookScreen seen={seen} onBegin={onBegin} onLookAgain={again} onQuit={onLeave} />;
}

/** The run itself, or what of it needs the operator. */
function RunPlace({
  phase,
  model,
  ending,
  onLeave,
}: ScreenProps & { phase: Extract<Phase, { name: 'run' }> }) {
  const { run } = phase;
  const [dialogue] = model.dialogues;
  const [question] = model.questions;
  if (ending !== undefined) return <EndScreen run={model} lines={ending} onLeave={onLeave} />;
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
  if (question === undefined) return <RunScreen run={model} planned={phase.planned} />;
  const decide = (choice: FindingChoice) => {
    if (choice.kind === 'stop') run.decide({ kind: 'stop' });
    else run.decide({ ...choice, question: question.id });
  };
  return (
    <FindingScreen run={model} question={question} more={model.questions.length - 1} onChoose={decide} />
  );
}

function openQuestions(world: World, draft: Draft): readonly Question[] {
  return questionsFor(draft).filter((question) => !world.isGiven(question));
}

function work(run: Run, answers: Answers): Work {
  return { run, store: followRun(run), answers };
}

function goTo(
  setPhase: (phase: Phase) => void,
  world: World,
  draft: Draft,
  at: number,
  answered: Draft,
): void {
  if (at < openQuestions(world, draft).length) {
    setPhase({ name: 'questions', at });
    return;
  }
  const answers = world.complete(answered);
  setPhase({ name: 'plan', ...work(world.plan(answers), answers) });
}

function back(setPhase: (phase: Phase) => void, world: World, draft: Draft, phase: Phase): void {
  const at = phase.name === 'questions' ? phase.at - 1 : openQuestions(world, draft).length - 1;
  setPhase(at < 0 ? { name: 'first-look' } : { name: 'questions', at });
}

const NOTHING: RunStore = followRun({ subscribe: () => () => {} });

function useModel(phase: Phase): RunModel {
  const store = 'store' in phase ? phase.store : NOTHING;
  return useSyncExternalStore(store.subscribe, store.model);
}

function useEnding(phase: Phase, model: RunModel, world: World): readonly EndingLine[] | undefined {
  const [lines, setLines] = useState<readonly EndingLine[]>();
  const find = useCallback(async () => {
    if (phase.name !== 'run' || model.ended === undefined) return;
    setLines(endingLines(model, phase.answers, await world.outcome(model, phase.answers)));
  }, [phase, model, world]);
  useEffect(() => {
    void find();
  }, [find]);
  return lines;
}

/**
 * Stops like every program in a terminal does on Ctrl-Z, with all of its group; `fg` continues. Without a shell that
 * could continue us the system ignores the signal. Either way the time goes on once we do.
 */
function untilContinued(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 200);
    process.kill(0, 'SIGTSTP');
  });
}
