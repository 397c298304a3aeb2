import { type Answers, type AnswersInput, AnswersSchema } from '../../src/answers/schema.ts';

/** Valid answers, as an operator on a terminal gives them; `changes` win. */
export function answersWith(changes: AnswersInput = {}): Answers {
  return AnswersSchema.parse({
    domain: 'otto.client.example',
    email: 'ops@client.example',
    adminEmail: 'admin@client.example',
    adminPassword: 'correct horse battery',
    apiKey: '0123456789abcdef0123456789abcdef',
    webuiSecretKey: 'webui-secret-0123456789',
    paperclipSecret: 'paperclip-secret-0123456789',
    ...changes,
  });
}
