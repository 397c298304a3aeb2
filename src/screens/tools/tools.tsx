import { handoverText } from '../../wizard/handover.ts';
import { HandoverScreen } from '../run/handover.tsx';
import { LogsScreen } from './logs.tsx';
import { StatusScreen } from './status.tsx';
import { SupportScreen } from './support.tsx';
import type { Tool } from './tool.ts';

/** In the order of the home. */
export const tools: readonly Tool[] = [
  {
    id: 'status',
    label: 'Status',
    help: 'Services, ports, versions, disk space, the last backup and run',
    key: 's',
    Screen: StatusScreen,
  },
  { id: 'logs', label: 'Logs', help: 'What all parts log, live', key: 'g', Screen: LogsScreen },
  {
    id: 'support',
    label: 'Support bundle',
    help: 'A file for whoever helps you, without secrets',
    Screen: SupportScreen,
  },
  {
    id: 'handover',
    label: 'Message for your client',
    help: 'Address, signing in, first steps, adding people: ready to send',
    key: 'h',
    Screen: ({ services, draft, onBack }) => (
      <HandoverScreen text={handoverText(services.reading(draft).answers)} onBack={onBack} />
    ),
  },
];
