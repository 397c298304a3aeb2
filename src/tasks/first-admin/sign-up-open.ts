import type { Answers } from '../../answers/schema.ts';
import { found } from '../finding.ts';
import { changeSettings, type SettingChange } from '../open-webui/settings.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** Pure. Everybody may make an account. `image`: what its container runs from. */
export function signUpOpen(version: string, image: string | undefined, answers: Answers): Finding {
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
