import type { Fault, FaultContext } from '../fault.ts';
import { ENV, editEnv, envIsKept, HOME, restart, start, startInVain, stop } from './tools.ts';

const OF_HERMES = { group: 'hermes', touches: ['hermes.service', 'hermes.env'], after: envIsKept } as const;

/** What ~/.hermes/.env can be like. */
export const envFaults: readonly Fault[] = [
  {
    ...OF_HERMES,
    name: 'hermes-env-windows-lines',
    title: '.env was edited on Windows: carriage returns',
    code: 'hermes-env-windows-text',
    async break(context) {
      await editEnv(context);
      await context.shell(`sed -i 's/$/\\r/' ${ENV}`);
      await restart(context);
    },
  },
  {
    ...OF_HERMES,
    name: 'hermes-env-byte-order-mark',
    title: '.env has a byte order mark before its first variable, the key',
    on: ['current', 'april'],
    code: 'hermes-env-windows-text',
    async break(context) {
      await editEnv(context);
      await context.shell(
        `{ printf '\\357\\273\\277'; grep ^API_SERVER_KEY ${ENV}; grep -v ^API_SERVER_KEY ${ENV}; } > /root/env; cat /root/env > ${ENV}; rm /root/env`,
      );
      await restartInVain(context);
    },
  },
  {
    ...OF_HERMES,
    name: 'hermes-env-quotes-and-blanks',
    title: 'quotes, blanks around "=", "export": all the same to Hermes, so no fault',
    code: undefined,
    async break(context) {
      await editEnv(
        context,
        's/^API_SERVER_KEY=\\(.*\\)$/API_SERVER_KEY = "\\1"/',
        's/^API_SERVER_ENABLED=true$/export API_SERVER_ENABLED="true"  # on/',
        "s/^API_SERVER_MODEL_NAME=otto$/API_SERVER_MODEL_NAME='otto'/",
      );
      await restart(context);
    },
  },
  {
    ...OF_HERMES,
    name: 'hermes-env-open-quote',
    title: 'a quote before the key that is never closed',
    code: 'hermes-env-open-quote',
    async break(context) {
      await editEnv(context, 's/^API_SERVER_KEY=/API_SERVER_KEY="/');
      await restartInVain(context);
    },
  },
  {
    ...OF_HERMES,
    name: 'hermes-env-two-keys',
    title: 'API_SERVER_KEY twice: the second one counts, Open WebUI has the first',
    code: 'hermes-env-duplicates',
    async break(context) {
      await editEnv(context);
      await context.shell(`echo 'API_SERVER_KEY=another-key-that-somebody-tried-0123456789' >> ${ENV}`);
      await restart(context);
    },
  },
  {
    ...OF_HERMES,
    name: 'hermes-env-readable',
    title: '.env has mode 0644',
    code: 'hermes-settings-mode',
    async break(context) {
      await editEnv(context);
      await restart(context);
      await context.run('chmod', '0644', ENV);
    },
  },
  {
    ...OF_HERMES,
    name: 'hermes-env-of-root',
    title: '.env belongs to root: Hermes cannot read it',
    code: 'hermes-settings-of-another-user',
    async break(context) {
      await editEnv(context);
      await stop(context);
      await context.shell(`chown root:root ${ENV}; chmod 0600 ${ENV}`);
      await start(context);
    },
  },
  {
    ...OF_HERMES,
    name: 'hermes-key-placeholder',
    title: 'API_SERVER_KEY is a placeholder (changeme)',
    code: 'hermes-key-refused',
    async break(context) {
      await editEnv(context, 's/^API_SERVER_KEY=.*/API_SERVER_KEY=changeme/');
      await restartInVain(context);
    },
  },
  {
    ...OF_HERMES,
    name: 'hermes-key-too-short',
    title: 'API_SERVER_KEY is too short: 0.13 ends again and again, 0.19 runs on with its port closed',
    on: ['current', 'april'],
    code: 'hermes-key-refused',
    async break(context) {
      const key = context.otto === 'april' ? 'abc1234' : 'abcdefg12345';
      await editEnv(context, `s/^API_SERVER_KEY=.*/API_SERVER_KEY=${key}/`);
      await restartInVain(context);
    },
  },
  {
    ...OF_HERMES,
    name: 'hermes-key-missing',
    title: 'API_SERVER_KEY was deleted',
    on: ['current', 'april'],
    code: 'hermes-key-missing',
    async break(context) {
      await editEnv(context, '/^API_SERVER_KEY=/d');
      await restartInVain(context);
    },
  },
  {
    ...OF_HERMES,
    name: 'hermes-model-id-only',
    title:
      'only API_SERVER_MODEL_ID, as in the runbook: the model is called hermes-agent, Open WebUI does not find otto',
    code: 'hermes-model-name-incomplete',
    async break(context) {
      await editEnv(context, '/^API_SERVER_MODEL_NAME=/d');
      await restart(context);
    },
  },
  {
    ...OF_HERMES,
    name: 'hermes-model-renamed',
    title: 'API_SERVER_MODEL_NAME was changed: Open WebUI does not find the model of its chats',
    code: 'hermes-other-model-name',
    async break(context) {
      await editEnv(context, 's/^API_SERVER_MODEL_NAME=.*/API_SERVER_MODEL_NAME=assistant/');
      await restart(context);
    },
  },
];

/** Restarts it with settings that it does not come up with: 0.13 ends, 0.19 runs on without its port. */
async function restartInVain(context: FaultContext): Promise<void> {
  await stop(context);
  if (context.otto === 'april') return startInVain(context);
  const log = `${HOME}/logs/gateway.log`;
  const lines = Number(await context.shell(`cat ${log} | wc -l`));
  await start(context);
  await context.until(
    'it says why',
    async () =>
      /no connected platforms|No messaging platforms|Refusing to start|failed to connect/.test(
        await context.shell(`tail -n +${lines + 1} ${log}`),
      ),
    120_000,
  );
}
