import type { Answers } from '../answers/schema.ts';

/**
 * Pure. The message for whoever gets this Otto: where it is, how to sign in, what to do first, how to add people, what it can do.
 * Ready to be sent; it holds no secret, for it goes by mail or chat.
 */
export function handoverText(answers: Answers): string {
  const { domain, adminEmail, user } = answers;
  return [
    'Your Otto is ready.',
    '',
    `Address:  https://${domain}`,
    `Sign in:  ${adminEmail}`,
    'The password comes to you separately. Change it after you have signed in: Settings, Account, Change Password.',
    '',
    'First steps',
    '1. Open the address in a browser and sign in. It works on a phone, too.',
    '2. Start a new chat and ask: "What can you do here?" The first answer takes a few seconds longer than later ones.',
    '3. Give it something real: a file to summarise, a text to improve, a small program to write.',
    '',
    'Adding people',
    'Sign-up is closed. You are the administrator: Admin Panel, Users, and the + there creates an account.',
    `Anyone with an account can make Otto run commands on its server as the user ${user}. Give accounts only to people you trust with that.`,
    '',
    'What it can do',
    '- Answer, write, translate and summarise, with files that you add to a chat.',
    '- Run commands and programs on its own server, and read and write files there.',
    '- Work on code in repositories that it was given access to.',
    ...(answers.paperclip === 'deploy'
      ? ['- Let agents work on longer tasks with Paperclip, which your administrator can open for you.']
      : []),
    '',
    'It can be wrong, as people can: check what matters. If it does not answer, tell us what you see and when it began.',
  ].join('\n');
}
