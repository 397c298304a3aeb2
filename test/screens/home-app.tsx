import { resolveAnswers } from '../../src/answers/resolve.ts';
import type { FixView } from '../../src/engine/contracts/event.ts';
import { App } from '../../src/screens/app.tsx';
import type { FixRequest } from '../../src/wizard/home.ts';
import type { WizardServices } from '../../src/wizard/services.ts';
import { runAction, writeAction } from '../events.ts';
import { type Found, lookEvents } from '../looks.ts';
import { ScriptedRun } from '../scripted-run.ts';
import { session, showInTerminal } from './glass.tsx';

/** The home of an Otto whose looks find what a test says. */

const START: FixView = {
  id: 'start-nginx',
  title: 'Start nginx',
  actions: [{ kind: 'run', purpose: 'Start nginx', command: 'systemctl start nginx' }],
};
export const NGINX_DOWN: Found = {
  'nginx-site': {
    code: 'nginx-down',
    evidence: 'nginx is inactive.',
    reason: 'It ends TLS.',
    fixes: [START],
  },
};
const RESTART: FixView = {
  id: 'restart-hermes',
  title: 'Restart Hermes',
  consequence: 'Answers it is writing are cut off.',
  actions: [runAction, writeAction],
};
export const TWO: Found = {
  ...NGINX_DOWN,
  claude: {
    code: 'claude-token-refused',
    evidence: 'Claude refuses the token.',
    fixes: [RESTART, { id: 'show', title: 'Show it', actions: [runAction] }],
  },
};

/** A row that came under the cursor by itself takes no key for so long. */
export const settled = () => new Promise((resolve) => setTimeout(resolve, 260));

/** The app with a services that does what the test says. */
export async function wizard(
  first: Found | undefined,
  columns = 80,
  rows = 24,
  changes: Partial<WizardServices> = {},
) {
  const looks: ScriptedRun[] = [];
  const fixes: { readonly request: FixRequest; readonly run: ScriptedRun }[] = [];
  const plan = new ScriptedRun();
  const services: WizardServices = {
    session,
    lookAtMachine: async () => ({ installed: true, answered: true, lines: [], home: true }),
    checkDomain: async () => [],
    draft: { domain: 'otto.example.com', email: 'ops@example.com', adminEmail: 'ops@example.com' },
    isGiven: () => false,
    isKept: () => true,
    complete: ({ ownApiKey: _, ownPassword: __, ...flags }) => {
      const resolution = resolveAnswers({ flags }, { unattended: false });
      if (!resolution.ok) throw new Error('answers are missing');
      return resolution.answers;
    },
    canFix: () => true,
    found: [],
    look: () => {
      const run = new ScriptedRun();
      looks.push(run);
      return { run, changes: Promise.resolve(undefined) };
    },
    fix: (_, request) => {
      const run = new ScriptedRun();
      fixes.push({ request, run });
      return run;
    },
    fixNotes: () => [],
    maintenance: [],
    operate: () => {
      throw new Error('nothing to operate');
    },
    reading: () => {
      throw new Error('nothing to read');
    },
    operating: () => {
      throw new Error('nothing to operate');
    },
    plan: () => plan,
    install: () => new ScriptedRun(),
    savePlan: async () => 'saved',
    outcome: async () => ({}),
    stop: async () => {},
    ...changes,
  };
  const shown = await showInTerminal(<App services={services} />, columns, rows);
  const finds = (found: Found) => looks.at(-1)?.emit(...lookEvents(found));
  if (first !== undefined) {
    await shown.waitFor('looking');
    finds(first);
    await shown.waitFor(/looked at|\d\d:\d\d:\d\d/);
    // The row under the cursor has just come there.
    await settled();
  }
  return { ...shown, looks, fixes, finds };
}
