import { keptAnswers } from '../src/answers/kept.ts';
import type { AnswersInput } from '../src/answers/schema.ts';
import { rehearseWithOtto } from '../src/commands/rehearse.ts';
import { Secret } from '../src/secret/secret.ts';
import { createWizardServices, type WizardServices } from '../src/wizard/services.ts';

/** What a droplet in memory is set up with. */
export const KNOWN: AnswersInput = {
  domain: 'otto.client.example',
  email: 'ops@client.example',
  claude: 'api-key',
  anthropicApiKey: new Secret('sk-ant-only-for-a-rehearsal'),
  github: 'token',
  githubToken: new Secret('a-token-of-a-rehearsal'),
};

/** What the wizard can do on a droplet in memory that has an Otto; 'broken': nginx is down, a firewall rule is missing. */
export async function rehearsedServices(how: 'healthy' | 'broken'): Promise<WizardServices> {
  const { host } = await rehearseWithOtto(how, KNOWN, Number.POSITIVE_INFINITY);
  return createWizardServices({
    host,
    session: { version: '1.0.0', machine: 'droplet', rehearsal: true, now: () => host.now() },
    inputs: { saved: await keptAnswers(host) },
    onMachine: new Set(['anthropicApiKey', 'githubToken']),
    onProblem: () => {},
  });
}
