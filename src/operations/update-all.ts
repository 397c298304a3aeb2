import type { OttoSeries } from './series.ts';
import { updateHermes } from './update-hermes/index.ts';
import { updateOpenWebui } from './update-open-webui/index.ts';
import { updatePaperclip } from './update-paperclip/index.ts';

/** Dependencies first. */
export const updateAll: OttoSeries = {
  command: 'update all',
  title: 'Update everything',
  help: 'Hermes, Open WebUI and Paperclip, one after the other',
  why:
    'Hermes, then Open WebUI, then Paperclip: otto-install asks about each, verifies it and, if it fails, rolls back that one. It stops at the first ' +
    'that fails; what was updated before stays.',
  operations: [updateHermes, updateOpenWebui, updatePaperclip],
};
