import type { Dialogue } from '../engine/contracts/dialogue.ts';
import { claudeKey } from './claude/claude-key.ts';
import { claudeLogin } from './claude/claude-login.ts';
import { ghLogin } from './git/gh-login.ts';

/** The programs that talk, by the name that `Converse.dialogue` uses. */
export const dialogues: Readonly<Record<string, Dialogue>> = {
  'gh-login': ghLogin,
  'claude-login': claudeLogin,
  'claude-key': claudeKey,
};
