import type { ComponentType } from 'react';
import type { Draft } from '../../answers/question.ts';
import type { World } from '../../wizard/services.ts';
import { LogsScreen } from './logs.tsx';
import { StatusScreen } from './status.tsx';
import { SupportScreen } from './support.tsx';

/** What every tool's screen gets. */
export interface ToolProps {
  readonly world: World;
  readonly draft: Draft;
  readonly onBack: () => void;
}

/** Something to look at or to write out, which changes nothing of the Otto: its logs, its state. */
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

/** In the order of the home. */
export const tools: readonly Tool[] = [
  {
    id: 'status',
    label: 'Status',
    help: 'Services, ports, versions, room, the last backup and run',
    key: 's',
    Screen: StatusScreen,
  },
  { id: 'logs', label: 'Logs', help: 'What all parts write down, live', key: 'g', Screen: LogsScreen },
  {
    id: 'support',
    label: 'Support bundle',
    help: 'A file for somebody who is to help, without secrets',
    Screen: SupportScreen,
  },
];
