import { homeFindings, safeFixes } from '../../wizard/home.ts';
import { type HomeCommand, operationsNamed } from '../../wizard/home-commands.ts';
import type { HomeState } from '../../wizard/home-store.ts';
import type { WizardServices } from '../../wizard/services.ts';
import type { Asked, Route, Which } from '../route.ts';
import type { Tool } from '../tools/tool.ts';
import { tools } from '../tools/tools.tsx';

/** What the commands need of the wizard. */
interface Doing {
  readonly services: WizardServices;
  readonly home: HomeState;
  readonly onGoTo: (route: Route) => void;
  readonly onOperate: (asked: Asked) => void;
  readonly onLookAgain: () => void;
  readonly onBegin: (questions: Extract<Which, string>) => void;
  readonly onLeave: () => void;
}

/** All that the home can do, for whoever knows what it is called. */
export function commandsOf(
  { services, home, onGoTo, onOperate, onLookAgain, onBegin, onLeave }: Doing,
  openTool: (tool: Tool) => void,
): readonly HomeCommand<() => void>[] {
  const toHome: Route = { name: 'home' };
  const lookAgain = () => {
    onLookAgain();
    onGoTo(toHome);
  };
  const safe = safeFixes(home.look).length;
  return [
    ...homeFindings(home.look).map(({ task, finding }) => ({
      id: `finding ${task.view.id} ${finding.code}`,
      title: `${task.view.title}: ${finding.evidence}`,
      help: 'what was seen, why it matters, what can be done',
      command: finding.code,
      run: () => onGoTo({ name: 'home-finding', task: task.view.id, code: finding.code }),
    })),
    ...(safe === 0
      ? []
      : [
          {
            id: 'fix-all',
            title: 'Fix everything that is safe',
            help: 'what interrupts nothing and gives nothing up; it is shown first',
            command: 'fix',
            run: () => onGoTo({ name: 'fix-all' }),
          },
        ]),
    ...operationsNamed(services.maintenance).map(({ operable, ...named }) => ({
      ...named,
      run: () => onOperate({ operable, from: toHome }),
    })),
    ...tools.map((tool) => ({
      id: `tool ${tool.id}`,
      title: tool.label,
      help: tool.help,
      command: tool.id,
      run: () => openTool(tool),
    })),
    {
      id: 'check',
      title: 'Look again',
      help: 'looks at every part; changes nothing',
      command: 'check',
      run: lookAgain,
    },
    {
      id: 'walk',
      title: 'Walk me through everything',
      help: 'plans and carries out whatever is missing, and asks when something needs you',
      command: 'install',
      run: () => onBegin('open'),
    },
    {
      id: 'answers',
      title: 'Change answers, set up again',
      help: 'begins with the questions: domain, accounts, keys',
      run: () => onBegin('all'),
    },
    { id: 'quit', title: 'Quit', help: 'leaves otto-install; Otto goes on', run: onLeave },
  ];
}
