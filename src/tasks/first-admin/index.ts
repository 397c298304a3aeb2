import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Host } from '../../host/host.ts';
import { type Container, inspectImage, pythonInside } from '../../system/docker/docker.ts';
import { backupName } from '../../system/docker/recreate.ts';
import { pythonBeside } from '../../system/python/python-beside.ts';
import { type Accounts, parseAccounts } from '../../system/web-apps/open-webui-accounts.ts';
import { parsePublicConfig } from '../../system/web-apps/open-webui-api.ts';
import { readAccounts } from '../../system/web-apps/open-webui-programs.ts';
import { hasPort } from '../all-containers.ts';
import { askDocker, lookAtBridge, lookAtContainer } from '../containers.ts';
import { PROOF_FILE, parseProof } from '../first-login/proof.ts';
import { lookAtLogLimit } from '../managed-container/log-limit.ts';
import {
  type CreationSpec,
  DATA_INSIDE,
  lookAtCreationSpec,
  type RecreateSource,
} from '../open-webui/creation-spec.ts';
import { lookAtKeys } from '../open-webui/keys.ts';
import { isUnpublished, UNPUBLISHED } from '../open-webui/unpublished.ts';
import type { OttoTask } from '../otto-task.ts';
import { judgeAccounts } from './accounts.ts';
import { OPEN_WEBUI_NOTE, parseAdministrators } from './administrators.ts';
import type { Finding } from './findings.ts';
import { ignoresDatabase, signUpOpen } from './sign-up-open.ts';
import { judgeStrangers, type StrangerFacts } from './strangers.ts';
import { judgeClaim, type UnclaimedFacts } from './unclaimed.ts';
import { judgeWaysIn, needsSource, variablesOf, type WaysInFacts } from './ways-in.ts';

/** Who has an account in Open WebUI, and whether anybody could still become its administrator. */
export interface FirstAdminFacts extends UnclaimedFacts, StrangerFacts {
  /** It uses other data than this Otto's, or its container is set aside: the next task says so, and nothing is claimed here. */
  readonly misplaced: boolean;
  /** Another program is in the container of this name: the next task says so, and nobody is made an administrator of it. */
  readonly stranger?: boolean;
  /** What its container was made with; only looked for where the environment counts and not the database. */
  readonly creationSpec?: CreationSpec | undefined;
  readonly variables?: WaysInFacts['variables'];
  readonly emptySignIn?: number | undefined;
}

/** Step 11, its second point: the administrator exists before anybody else can reach Open WebUI. */
export const firstAdminTask: OttoTask<FirstAdminFacts, Finding> = {
  id: 'first-admin',
  title: 'First account',
  step: 'Step 11',
  why:
    'The first person to sign up becomes the administrator. So Open WebUI first starts without a network, where only ' +
    'root reaches it. That account is created there, which also closes the sign-up. Only then can others reach it.',
  needs: ['open-webui-image', 'deploy-user'],
  look,
  judge,
};

async function look(host: Host, answers: Answers): Promise<FirstAdminFacts> {
  const place = layout(answers).openWebui;
  const [container, aside, claim, answer, image, database, noted, proof] = await Promise.all([
    lookAtContainer(host, place.container),
    lookAtContainer(host, backupName(place.container)),
    lookAtContainer(host, UNPUBLISHED),
    host.fetch(`http://127.0.0.1:${place.port}/api/config`, { timeoutMs: 10_000 }),
    askDocker(host, inspectImage(answers.openWebuiImage)),
    host.stat(place.database),
    host.readFile(OPEN_WEBUI_NOTE.file),
    host.readFile(PROOF_FILE),
  ]);
  const source = container?.mounts.find(({ target }) => target === DATA_INSIDE)?.source;
  const data = container === undefined ? place.data : source;
  const [accounts, keys, bridge, logLimit] = await Promise.all([
    lookAtAccounts(host, [container, isUnpublished(claim) ? claim : undefined], {
      image: container?.imageId ?? (image.exitCode === 0 ? answers.openWebuiImage : undefined),
      data: data !== undefined && (await host.stat(`${data}/webui.db`)) !== undefined ? data : undefined,
    }),
    lookAtKeys(host, container, answers),
    container === undefined ? lookAtBridge(host) : undefined,
    container === undefined ? lookAtLogLimit(host) : undefined,
  ]);
  const config = answer.ok && hasPort(container, place.port) ? parsePublicConfig(answer.body) : undefined;
  const variables = variablesOf(container?.env ?? {});
  return {
    container,
    claim,
    // Another container may have the port: what that says is about its own accounts.
    config,
    variables,
    emptySignIn: config?.auth === false ? await signInWithNothing(host, answers) : undefined,
    accounts,
    databaseThere: database !== undefined,
    imageThere: image.exitCode === 0,
    misplaced:
      container === undefined ? aside !== undefined : source !== place.data && database !== undefined,
    stranger:
      answer.ok &&
      answer.status === 200 &&
      hasPort(container, place.port) &&
      parsePublicConfig(answer.body) === undefined,
    creationSpec:
      container !== undefined && (ignoresDatabase(container) || needsSource(config, variables))
        ? await lookAtCreationSpec(host, container)
        : undefined,
    administrators: parseAdministrators(noted),
    proved: parseProof(proof)?.account,
    ...keys,
    bridge,
    logLimit,
    nowMs: host.now(),
  };
}

/** From inside a container that runs; else from one of its own, without a network, on the same data. */
async function lookAtAccounts(
  host: Host,
  containers: readonly (Container | undefined)[],
  beside: { readonly image: string | undefined; readonly data: string | undefined },
): Promise<Accounts | undefined> {
  const input = readAccounts();
  const running = containers.find((one) => one?.status === 'running' && !one.restarting);
  if (running !== undefined) {
    const asked = await askDocker(host, pythonInside(running.id.slice(0, 12)), { input, timeoutMs: 10_000 });
    const accounts = parseAccounts(asked.stdout);
    if (accounts !== undefined) return accounts;
  }
  if (beside.image === undefined || beside.data === undefined) return undefined;
  const asked = await askDocker(host, pythonBeside(beside.image, beside.data), { input, timeoutMs: 15_000 });
  return parseAccounts(asked.stdout);
}

/** What a stranger gets who types nothing, through the name that strangers use. */
async function signInWithNothing(host: Host, { domain }: Answers): Promise<number | undefined> {
  const asked = await host.fetch(`https://${domain}/api/v1/auths/signin`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"email":"","password":""}',
    connectTo: '127.0.0.1',
    timeoutMs: 10_000,
  });
  return asked.ok ? asked.status : undefined;
}

/** The container as it would be made again, where only its environment counts. */
function environmentOf({ container, creationSpec, envFile }: FirstAdminFacts): RecreateSource | undefined {
  return container === undefined || creationSpec === undefined
    ? undefined
    : { container, creationSpec, envFile };
}

function judge(facts: FirstAdminFacts, answers: Answers): readonly Finding[] {
  if (facts.misplaced || facts.stranger === true) return [];
  const unclaimed = judgeClaim(facts, answers);
  if (unclaimed !== undefined) return unclaimed;
  const { accounts, config, container } = facts;
  return [
    ...(accounts?.problem === ''
      ? [...judgeAccounts(facts, accounts, answers), ...judgeStrangers(facts, accounts, answers)]
      : []),
    ...(config?.signUpOpen === true
      ? [
          signUpOpen(
            config.version,
            container?.imageId,
            answers,
            ignoresDatabase(container) ? environmentOf(facts) : undefined,
          ),
        ]
      : []),
    ...(facts.variables === undefined
      ? []
      : judgeWaysIn(
          {
            config,
            accounts,
            source: environmentOf(facts),
            variables: facts.variables,
            emptySignIn: facts.emptySignIn,
          },
          answers,
        )),
  ];
}
