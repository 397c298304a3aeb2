import type { ComponentType } from 'react';
import type { Draft } from '../../answers/question.ts';
import type { WizardServices } from '../../wizard/services.ts';

/** What every tool's screen gets. */
export interface ToolProps {
  readonly services: WizardServices;
  readonly draft: Draft;
  readonly onBack: () => void;
}

/** Something to look at or to save that does not change the Otto: its logs, its state. */
export interface Tool {
  readonly id: string;
  /** What the home calls it. */
  readonly label: string;
  /** One line that says more. */
  readonly help: string;
  /** The key of the home that opens it. */
  readonly key?: string;
  readonly Screen: ComponentType<ToolProps>;
}
