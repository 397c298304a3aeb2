/**
 * The way of a question from the browser to Claude: a station, or the way that leads to it. src/run/chain.ts draws it, and
 * each finding says where it cuts it.
 */
export type Link =
  | 'to-nginx'
  | 'nginx'
  | 'to-open-webui'
  | 'open-webui'
  | 'to-hermes'
  | 'hermes'
  | 'to-claude'
  | 'claude';

/** Where the findings of a task cut the line when they do not say otherwise. Tasks that are not here are not on the line. */
export const LINE: Readonly<Record<string, Link>> = {
  domain: 'to-nginx',
  certificate: 'to-nginx',
  'nginx-site': 'nginx',
  'open-site': 'to-open-webui',
  'open-webui-image': 'open-webui',
  'open-webui': 'open-webui',
  'first-admin': 'open-webui',
  bridge: 'to-hermes',
  firewall: 'to-hermes',
  'hermes-code': 'hermes',
  'hermes-config': 'hermes',
  'hermes-service': 'hermes',
  claude: 'claude',
};
