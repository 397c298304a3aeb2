import type { Fault } from '../fault.ts';
import { CONFIG, configIsKept, editConfig, restart } from './tools.ts';

const OF_CONFIG = {
  group: 'hermes',
  touches: ['hermes.service', 'hermes.config'],
  after: configIsKept,
} as const;

/** What ~/.hermes/config.yaml can be like. None of it stops Hermes: /health is green, and every chat fails. */
export const configFaults: readonly Fault[] = [
  {
    ...OF_CONFIG,
    name: 'hermes-config-without-indentation',
    title: 'config.yaml without its indentation, as the runbook was published',
    on: ['current', 'april'],
    code: 'hermes-config-without-indentation',
    async break(context) {
      await editConfig(context, 's/^  \\(default\\|provider\\|tool_progress\\|skin\\):/\\1:/');
      await restart(context);
    },
  },
  {
    ...OF_CONFIG,
    name: 'hermes-config-tabs',
    title: 'config.yaml is indented with tabs, which YAML forbids',
    code: 'hermes-config-malformed',
    async break(context) {
      await editConfig(context, 's/^  \\(default\\|provider\\):/\\t\\1:/');
      await restart(context);
    },
  },
  {
    ...OF_CONFIG,
    name: 'hermes-config-open-quote',
    title: 'a quote in config.yaml is not closed',
    code: 'hermes-config-malformed',
    async break(context) {
      await editConfig(context, 's/^\\(  default: "[^"]*\\)"/\\1/');
      await restart(context);
    },
  },
  {
    ...OF_CONFIG,
    name: 'hermes-config-other-provider',
    title: 'config.yaml names another provider, for which there is no key',
    code: 'hermes-other-provider',
    async break(context) {
      await editConfig(context, 's/^  provider:.*/  provider: "openrouter"/');
      await restart(context);
    },
  },
  {
    ...OF_CONFIG,
    name: 'hermes-config-foreign-address',
    title: 'base_url of the example configuration was left in: Claude’s key goes to openrouter.ai',
    code: 'hermes-model-base-url',
    async break(context) {
      await editConfig(context, 's#^\\(  provider:.*\\)#\\1\\n  base_url: https://openrouter.ai/api/v1#');
      await restart(context);
    },
  },
  {
    ...OF_CONFIG,
    name: 'hermes-config-without-provider',
    title: 'config.yaml does not say that its model comes from Anthropic',
    code: 'hermes-model-not-set',
    async break(context) {
      await editConfig(context, '/^  provider:/d');
      await restart(context);
    },
  },
  {
    ...OF_CONFIG,
    name: 'hermes-config-of-root',
    title: 'config.yaml belongs to root',
    code: 'hermes-settings-of-another-user',
    async break(context) {
      await editConfig(context);
      await restart(context);
      await context.run('chown', 'root:root', CONFIG);
    },
  },
];
