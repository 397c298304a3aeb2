import type { Run } from '../../engine/contracts/run.ts';
import { askedNow, type RunModel } from '../../run/view-model.ts';
import { Secret } from '../../secret/secret.ts';
import { DialogueScreen } from './dialogue.tsx';
import { type FindingChoice, FindingScreen } from './finding.tsx';
import { TrialScreen } from './trial.tsx';

/** What needs the operator in a run: another program's dialogue, a finding, or something that is on trial. */
export function NeedsYou({ run, model }: { run: Run; model: RunModel }) {
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
    else run.decide({ ...choice, question: question.id });
  };
  const common = { run: model, question, onChoose: decide };
  const others = model.questions.length - 1;
  const { trial } = question.finding;
  return trial === undefined ? (
    <FindingScreen {...common} more={others} />
  ) : (
    <TrialScreen {...common} trial={trial} more={others + model.dialogues.length} />
  );
}
