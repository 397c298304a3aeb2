/**
 * What the steps of each operation may do to the world, their ways back and what clears up included, and to whose. `nobody` is said beside
 * the operation's own words by the engine, and is part of what is agreed to.
 */
export const EFFECTS_OF_OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  backup: ['deletes found-as', 'stops found-as'],
  'reset-password': ['deletes found-as', 'replaces found-as', 'stops found-as'],
  restart: ['stops found-as'],
  restore: ['deletes found-as', 'replaces found-as', 'stops found-as'],
  'rotate-key': ['deletes found-as', 'replaces found-as', 'stops found-as'],
  uninstall: ['deletes found-as', 'stops found-as'],
  'update-hermes': ['deletes found-as', 'replaces found-as', 'stops found-as'],
  'update-open-webui': ['deletes found-as', 'replaces found-as', 'stops found-as'],
  'update-paperclip': ['deletes found-as', 'replaces found-as', 'stops found-as'],
};
