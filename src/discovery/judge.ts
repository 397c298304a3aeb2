import { layout, PORTS } from '../answers/layout.ts';
import { type AnswerKey, type AnswersInput, AnswersSchema } from '../answers/schema.ts';
import type { SeenLine } from '../run/shown-line.ts';
import { reveal } from '../secret/secret.ts';
import { envIn, settingIn } from '../system/formats/env-file.ts';
import { readYaml, valueAt } from '../system/formats/yaml-file.ts';
import { githubRepository } from '../system/git/git.ts';
import { DATA_INSIDE } from '../tasks/open-webui/creation-spec.ts';
import { visibleLine } from '../text/visible.ts';
import { candidates, type DiscoveryFacts, type HermesFacts } from './facts.ts';
import { branchOf, namesPassedOnTo, originUrl } from './parse.ts';

/** What an Otto that is already here was built with. */
export interface Discovery {
  /** Whether there is one at all. */
  readonly there: boolean;
  /** What was found, every value one that the schema allows. Never a secret. */
  readonly answers: AnswersInput;
  /** The same for an operator to read. */
  readonly found: readonly SeenLine[];
  /** What could not be found out, and why: the operator is asked. */
  readonly unsure: readonly Unsure[];
}

/** Why an answer could not be found out. */
interface Unsure extends SeenLine {
  readonly key: AnswerKey;
}

/** Why an answer is left to the operator, or the answer with where it was seen. */
type Clue = { readonly value: string; readonly where: string } | { readonly unsure: string } | undefined;

const known = (value: string | undefined, where: string): Clue =>
  value === undefined ? undefined : { value, where };

/** Pure. With two candidates neither is taken: the operator is asked. */
export function judgeDiscovery(facts: DiscoveryFacts): Discovery {
  if (!isThere(facts)) return { there: false, answers: {}, found: [], unsure: [] };
  const clues: Partial<Record<AnswerKey, Clue>> = {
    domain: domain(facts),
    user: user(facts),
    email: email(facts),
    adminEmail: adminEmail(facts),
    adminName: known(oldestAdmin(facts)?.name, OLDEST),
    ...(facts.hermes && fromHermes(facts.hermes)),
    ...fromContainers(facts),
    ...foundAs(facts),
    acmeServer: onlyOne(facts.authorities, 'certbot’s renewal settings', 'certificate authorities'),
  };
  const answers: Record<string, string> = {};
  const found: SeenLine[] = [];
  const unsure: Unsure[] = [];
  for (const [key, clue] of Object.entries(clues) as [AnswerKey, Clue][]) {
    if (clue === undefined) continue;
    if ('unsure' in clue) unsure.push({ key, mark: 'risk', text: visibleLine(clue.unsure) });
    else if (!AnswersSchema.shape[key].safeParse(clue.value).success)
      unsure.push({
        key,
        mark: 'risk',
        text: visibleLine(`${WHAT[key] ?? key} in ${clue.where} cannot be used: ${clue.value}`),
      });
    else {
      answers[key] = clue.value;
      const what = WHAT[key];
      if (what !== undefined)
        found.push({ mark: 'healthy', text: visibleLine(`${what}: ${clue.value} (${clue.where})`) });
    }
  }
  return { there: true, answers: answers as AnswersInput, found, unsure };
}

/** What is shown, and by which words; the rest is details. */
const WHAT: { readonly [K in AnswerKey]?: string } = {
  domain: 'Domain',
  user: 'Deploy user',
  email: "E-mail for Let's Encrypt",
  adminEmail: 'Administrator',
  claude: 'Claude',
  model: 'Model',
  hermesRepository: 'Hermes from',
  openWebuiImage: 'Open WebUI',
  openWebuiData: "Open WebUI's data",
  openWebuiContainer: 'Container of Open WebUI',
  hermesHome: 'Home of Hermes',
  hermesCheckout: 'Code of Hermes',
  paperclip: 'Paperclip',
  paperclipData: "Paperclip's data",
};

function isThere({ openWebui, unitUser, homes }: DiscoveryFacts): boolean {
  return openWebui !== undefined || unitUser !== undefined || homes.length > 0;
}

function domain({ servers, certificates, openWebui }: DiscoveryFacts): Clue {
  const ports = new Set([PORTS.openWebui, ...(openWebui?.published ?? []).map(({ hostPort }) => hostPort)]);
  const names = [...new Set([...ports].flatMap((port) => namesPassedOnTo(servers, port)))];
  if (names.length > 0) return onlyOne(names, 'nginx', 'host names that nginx passes on to Open WebUI');
  return onlyOne(certificates, 'its certificate', 'certificates');
}

function user(facts: DiscoveryFacts): Clue {
  const users = candidates(facts);
  if (users.length > 1)
    return {
      unsure: `Hermes could belong to ${users.join(' or to ')}: ${facts.unitUser === undefined ? 'no service says which' : `the service runs as ${facts.unitUser}, and code is in the home of ${facts.homes.join(', ')}`}.`,
    };
  const [one] = users;
  if (one !== undefined)
    return { value: one, where: facts.unitUser === one ? 'hermes-gateway.service' : 'Hermes is in its home' };
  return facts.unitUser === 'root'
    ? { unsure: 'Hermes runs as root. Otto needs its own user: say which one.' }
    : undefined;
}

/** Nobody is told the address as long as the account with the authority exists, so the administrator's will do then. */
function email(facts: DiscoveryFacts): Clue {
  const [address] = facts.contacts;
  if (address !== undefined || facts.certificates.length === 0) return known(address, 'certbot');
  const admin = oldestAdmin(facts)?.email;
  return known(admin, 'the administrator’s; certbot does not say which it was told');
}

function adminEmail(facts: DiscoveryFacts): Clue {
  const { accounts } = facts;
  if (accounts === undefined || accounts.problem === 'none') return undefined;
  if (accounts.problem !== '')
    return { unsure: `Open WebUI's accounts cannot be read (${accounts.problem}): say who administers it.` };
  return known(oldestAdmin(facts)?.email, OLDEST);
}

const OLDEST = "Open WebUI's oldest administrator";

function oldestAdmin({ accounts }: DiscoveryFacts) {
  return accounts?.admins.find(({ active }) => active);
}

function fromHermes(hermes: HermesFacts): Partial<Record<AnswerKey, Clue>> {
  const env = { ...hermes.unitEnv, ...envIn(hermes.env, 'dotenv') };
  const value = (name: string) => settingIn(env, name) || undefined;
  const modelName = value('API_SERVER_MODEL_NAME') ?? value('API_SERVER_MODEL_ID');
  const repository = githubRepository(originUrl(reveal(hermes.git ?? '')) ?? '');
  const branch = branchOf(hermes.head ?? '');
  const model = modelIn(reveal(hermes.config ?? ''));
  return {
    claude: hermes.claudeSignIn
      ? { value: 'login', where: 'a sign-in is there' }
      : known(value('ANTHROPIC_API_KEY') && 'api-key', "its key is in Hermes's environment"),
    // Whatever gh has is used; a token is only asked for where somebody names one.
    github: hermes.ghHosts ? { value: 'login', where: 'gh' } : undefined,
    hermesRepository: known(repository, "git's remote"),
    hermesBranch: branch === branchOf(hermes.originHead ?? '') ? undefined : known(branch, 'git'),
    model: known(model, 'config.yaml'),
    modelName: known(modelName, '.env'),
  };
}

function modelIn(config: string): string | undefined {
  const read = readYaml(config);
  const value = 'document' in read ? valueAt(read.document, ['model', 'default']) : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A folder that differs from the runbook's is an answer; the usual one is not mentioned. */
function fromContainers(facts: DiscoveryFacts): Partial<Record<AnswerKey, Clue>> {
  const { openWebui, openWebuiImage, paperclip, dockerAnswers } = facts;
  const [name = 'cleo'] = candidates(facts);
  const usual = layout({ user: name });
  const deployed =
    paperclip === undefined
      ? { value: 'skip', where: 'it has no container' }
      : { value: 'deploy', where: 'it has a container' };
  const folder = (container: DiscoveryFacts['openWebui'], inside: string, unlike: string): Clue => {
    const source = container?.mounts.find(({ target }) => target === inside)?.source;
    return source === unlike ? undefined : known(source, 'docker inspect');
  };
  return {
    openWebuiImage: known(openWebuiImage, 'its container'),
    openWebuiData: folder(openWebui, DATA_INSIDE, usual.openWebui.data),
    paperclip: dockerAnswers ? deployed : undefined,
    paperclipImage: known(paperclip?.image, 'its container'),
    paperclipData: folder(paperclip, '/paperclip', usual.paperclip.data),
  };
}

/** As what the parts were found that are not where the runbook puts them. */
export function foundAs({
  openWebuiAs: openWebui,
  hermesAs: hermes,
}: Pick<DiscoveryFacts, 'openWebuiAs' | 'hermesAs'>): Partial<Record<AnswerKey, Clue>> {
  const usual = layout({ user: 'cleo' }).openWebui;
  const project = openWebui?.project === undefined ? '' : `, compose project ${openWebui.project}`;
  const other = openWebui !== undefined && openWebui.port !== usual.port;
  return {
    openWebuiContainer: known(openWebui?.container, `docker inspect${project}`),
    openWebuiPort: known(other ? String(openWebui.port) : undefined, 'docker inspect'),
    hermesHome: known(hermes?.home, 'hermes-gateway.service'),
    hermesCheckout: known(hermes?.checkout, 'hermes-gateway.service'),
    hermesVenv: known(hermes?.venv, 'hermes-gateway.service'),
  };
}

function onlyOne(candidates_: readonly string[], where: string, what: string): Clue {
  const [one, ...more] = candidates_;
  if (one === undefined) return undefined;
  return more.length === 0
    ? { value: one, where }
    : { unsure: `There are several ${what}: ${candidates_.join(', ')}. Say which one is this Otto's.` };
}
