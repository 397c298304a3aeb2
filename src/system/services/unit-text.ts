import { isSecretSetting } from '../../secret/masking.ts';
import { hideSecrets, registerSecret, type SecretText } from '../../secret/secret.ts';

/** A unit file's text, as it may be kept: what its `Environment=` lines set to a secret as one. */
export function hideInUnit(text: string): SecretText {
  for (const [, line = ''] of text.matchAll(/^\s*Environment\s*=(.*)$/gm))
    for (const [, inDouble, inSingle, bare] of line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)) {
      const setting = inDouble ?? inSingle ?? bare ?? '';
      const at = setting.indexOf('=');
      if (at > 0 && isSecretSetting(setting.slice(0, at), setting.slice(at + 1)))
        registerSecret(setting.slice(at + 1));
    }
  return hideSecrets(text);
}
