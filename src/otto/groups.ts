/** A few parts of an Otto under one name that an operator knows. */
export interface Group {
  readonly id: 'machine' | 'hermes' | 'claude' | 'open-webui' | 'way-in' | 'paperclip';
  readonly title: string;
  /** Ids of its tasks. */
  readonly tasks: readonly string[];
}

/** The parts as they are grouped wherever a whole look is shown, in the order in which they build on one another. */
export const GROUPS: readonly Group[] = [
  {
    id: 'machine',
    title: 'Machine',
    tasks: ['machine', 'docker', 'packages', 'server-packages', 'deploy-user', 'firewall', 'own-copy'],
  },
  { id: 'hermes', title: 'Hermes', tasks: ['github', 'hermes-code', 'hermes-config', 'hermes-service'] },
  { id: 'claude', title: 'Claude', tasks: ['claude', 'first-login'] },
  {
    id: 'open-webui',
    title: 'Open WebUI',
    tasks: ['open-webui-image', 'first-admin', 'open-webui', 'bridge'],
  },
  { id: 'way-in', title: 'The way in', tasks: ['domain', 'nginx-site', 'certificate', 'open-site'] },
  { id: 'paperclip', title: 'Paperclip', tasks: ['paperclip'] },
];

const MACHINE = GROUPS[0] as Group;

/** The group that a task belongs to; one that no group names counts as the machine's. */
export function groupOf(task: string): Group {
  return GROUPS.find(({ tasks }) => tasks.includes(task)) ?? MACHINE;
}
