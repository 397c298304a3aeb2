import type { AnswerKey } from '../../answers/schema.ts';
import type { Run } from '../../engine/contracts/run.ts';
import { askedNow, type RunModel } from '../../run/view-model.ts';
import { Secret } from '../../secret/secret.ts';
import type { AnswerChange } from '../../wizard/change-answer.ts';
import { DialogueScreen } from './dialogue.tsx';
import { type FindingChoice, FindingScreen } from './finding.tsx';
import { TrialScreen } from './trial.tsx';

interface NeedsYouProps {
  readonly run: Run;
  readonly model: RunModel;
  /** The answer behind a finding of this part, where one can be changed. */
  readonly changeFor?: (task: string) => AnswerChange | undefined;
  readonly onChange?: (key: AnswerKey) => void;
}

/** What needs the operator in a run: another program's dialogue, a finding, or something that is on trial. */
export function NeedsYou({ run, model, changeFor, onChange }: NeedsYouProps) {
  const asked = askedNow(model);
  if (asked === undefined) return null;
  if (asked.kind === 'dialogue') {
    const { dialogue } = asked;
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
  const { question } = asked;
  const decide = (choice: FindingChoice) => {
    if (choice.kind === 'stop') run.decide({ kind: 'stop' });
    else if (choice.kind === 'change') onChange?.(choice.key);
    else run.decide({ ...choice, question: question.id });
  };
  const common = { run: model, question, onChoose: decide };
  const others = model.questions.length - 1;
  const { trial } = question.finding;
  return trial === undefined ? (
    <FindingScreen {...common} more={others} change={changeFor?.(question.task)} />
  ) : (
    <TrialScreen {...common} trial={trial} />
  );
}
