import type { SecretText } from '../../secret/secret.ts';
import { template } from '../templates.ts';

/** The chapter of templates/open-webui that reads Open WebUI's settings, for all programs alike. */
export const settingsChapter = (): SecretText => template('open-webui/settings.py', {});

/** Says who has an account; `folder`: where its data is, on the machine itself, else as its container has it. */
export const readAccounts = (folder = ''): string =>
  String(
    template('open-webui/read-accounts.py', { settings: settingsChapter(), folder: JSON.stringify(folder) }),
  );

/** Says how Open WebUI reaches Hermes, and tries it. */
export const readConnection = (hermesPort: number, limitSeconds: number): string =>
  String(
    template('open-webui/read-connection.py', {
      settings: settingsChapter(),
      hermesPort: String(hermesPort),
      limitSeconds: String(limitSeconds),
    }),
  );
