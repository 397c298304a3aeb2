import { Box, useApp, useInput } from 'ink';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import type { Answers } from './answers.ts';
import { FrameSize, ScreenPlace, SessionContext } from './components/terminal.tsx';
import { type EndingLine, endingLines } from './ending.ts';
import type { Run } from './engine/run.ts';
import { Secret } from './engine/secret.ts';
import { plannedActions, planText } from './plan-text.ts';
import type { Draft, Question } from './question.ts';
import { questionsFor } from './questions.ts';
import { followRun, type RunStore } from './run-store.ts';
import { DialogueScreen } from './screens/dialogue.tsx';
import { EndScreen } from './screens/end.tsx';
import { type FindingChoice, FindingScreen } from './screens/finding.tsx';
import { FirstLookScreen } from './screens/first-look.tsx';
import { PlanScreen } from './screens/plan.tsx';
import { QuestionScreen } from './screens/question.tsx';
import { RunScreen } from './screens/run.tsx';
import { StopScreen } from './screens/stop.tsx';
import { useFirstLook } from './screens/use-first-look.ts';
import type { RunModel } from './view-model.ts';
import type { World } from './world.ts';

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

/** Which questions are asked: all that nothing else answers, or only those that the last run does not answer either. */
type Which = 'all' | 'open';

type Phase =
  | { readonly name: 'first-look' }
  | { readonly name: 'questions'; readonly questions: Which; readonly at: number }
  | ({ readonly name: 'plan'; readonly questions: Which } & Work)
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

  const ask = (answered: Draft, questions: Which, at: number) => {
    if (at < questionsOf(world, answered, questions).length) setPhase({ name: 'questions', questions, at });
    else {
      const answers = world.complete(answered);
      setPhase({ name: 'plan', questions, ...work(world.plan(answers), answers) });
    }
  };
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
              onBegin={(questions) => ask(draft, questions, 0)}
              onAnswer={(answered) => {
                setDraft(answered);
                if (phase.name === 'questions') ask(answered, phase.questions, phase.at + 1);
              }}
              onBack={() => {
                if (phase.name === 'plan') phase.run.stop();
                setPhase(before(phase, world, draft));
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
  readonly onBegin: (questions: Which) => void;
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
      const question = questionsOf(world, draft, phase.questions)[phase.at];
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
  const { seen, again } = useFirstLook(world.lookAtMachine);
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

function questionsOf(world: World, draft: Draft, which: Which): readonly Question[] {
  return questionsFor(draft).filter((question) => {
    return !world.isGiven(question) && (which === 'all' || !world.isKept(question));
  });
}

function work(run: Run, answers: Answers): Work {
  return { run, store: followRun(run), answers };
}

/** Where Escape leads. */
function before(phase: Phase, world: World, draft: Draft): Phase {
  if (phase.name !== 'questions' && phase.name !== 'plan') return phase;
  const { questions } = phase;
  const at = phase.name === 'questions' ? phase.at - 1 : questionsOf(world, draft, questions).length - 1;
  return at < 0 ? { name: 'first-look' } : { name: 'questions', questions, at };
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
