import type { Answers } from '../../answers/schema.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import type { Container } from '../../system/docker/docker.ts';
import { settingIn } from '../../system/formats/env-file.ts';
import { found } from '../finding.ts';
import type { RecreateSource } from '../open-webui/creation-spec.ts';
import { recreateConsequence, recreateOpenWebui } from '../open-webui/recreate.ts';
import { changeSettings, type SettingChange } from '../open-webui/settings.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** Whether Open WebUI takes its settings from the environment alone: a row in its database is read by nobody then. */
export const ignoresDatabase = (container: Container | undefined): boolean =>
  settingIn(container?.env ?? {}, 'ENABLE_PERSISTENT_CONFIG').toLowerCase() === 'false';

/** The sign-up of such an Open WebUI is closed where its value counts: in the environment of a new container. */
function closeInEnvironment(source: RecreateSource, answers: Answers): Fix {
  return {
    id: 'recreate-with-sign-up-closed',
    title: 'Recreate the container with ENABLE_SIGNUP=False in its environment',
    actions: recreateOpenWebui(source, answers, { changes: { ENABLE_SIGNUP: 'False' } }),
    consequence: `People can no longer create accounts themselves. ${recreateConsequence(source)}`,
  };
}

/** Pure. Anyone can create an account. `source`: its container, where the environment counts and not the database. */
export function signUpOpen(
  version: string,
  image: string | undefined,
  answers: Answers,
  source?: RecreateSource,
): Finding {
  if (source !== undefined)
    return found(FINDINGS['sign-up-open'], {
      evidence: 'Open WebUI lets anyone create an account.',
      adds: 'Its container has ENABLE_PERSISTENT_CONFIG=False, so a switch in the Admin Panel holds until its next start: only ENABLE_SIGNUP in its environment counts.',
      fixes: source.container.networkMode === 'host' ? [] : [closeInEnvironment(source, answers)],
    });
  const table = hasRowPerSetting(version) ? 'key-value' : 'single-row';
  const away =
    table === 'key-value'
      ? ''
      : ' This release keeps its settings in memory, so Open WebUI is unavailable for about 30 seconds.';
  return found(FINDINGS['sign-up-open'], {
    evidence: 'Open WebUI lets anyone create an account.',
    fixes: [
      {
        id: 'close-sign-up',
        title: 'Close the sign-up',
        actions: changeSettings(CLOSE_SIGN_UP, table, image ?? answers.openWebuiImage, answers),
        consequence: `People can no longer create accounts themselves. otto-install changes Open WebUI's database, after a backup.${away}`,
      },
    ],
  });
}

const CLOSE_SIGN_UP: readonly SettingChange[] = [
  { path: ['ui', 'enable_signup'], index: null, value: false },
];

/** Since 0.10 Open WebUI reads each setting from its database when it needs it (facts: open-webui A4). */
function hasRowPerSetting(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 0 || minor >= 10;
}
