import { list, object, parseJson, text } from '../../system/formats/json.ts';
import { parseModelIds } from '../../system/web-apps/open-webui-api.ts';

/** How an attempt to list Hermes's models from inside the container ended. */
export type Probe =
  /** curl 0: something answered over http. */
  | { readonly kind: 'answer'; readonly status: number; readonly models: readonly string[] | undefined }
  /** curl 7 */
  | { readonly kind: 'refused' }
  /** curl 28 */
  | { readonly kind: 'timeout' }
  /** curl 6 */
  | { readonly kind: 'dns' }
  | { readonly kind: 'other'; readonly detail: string };

/** A connection to a language model as Open WebUI has it. */
export interface Connection {
  /** Its place in Open WebUI's lists. */
  readonly index: number;
  readonly url: string;
  /** Where its address and its key come from. The database overrides the environment. */
  readonly from: 'database' | 'environment';
  readonly keyFrom: 'database' | 'environment';
  /** The switch of this connection. */
  readonly enabled: boolean;
  /** When not empty, Open WebUI shows these names instead of the listed ones. */
  readonly modelIds: readonly string[];
  /** 'x' makes 'x.otto' of 'otto'. */
  readonly prefix: string;
  /** The first 16 digits of the key's SHA-256; '' without a key. */
  readonly keyPrint: string;
  /** How long Open WebUI waited in vain for a connection that leads elsewhere, ms; 0 when it answers. */
  readonly silentMs?: number;
  /** Only of connections that lead to Hermes's port. */
  readonly probe: Probe | undefined;
}

/** What templates/open-webui/read-connection.py prints. */
export interface StoredWay {
  /** The shape of Open WebUI's table of settings: one row per key since 0.10, one row with everything before. */
  readonly layout: 'key-value' | 'single-row' | 'none' | 'another-database' | 'unreadable';
  readonly problem: string;
  /** False with ENABLE_PERSISTENT_CONFIG=False: then only the environment counts. */
  readonly persistent: boolean;
  /** The switch for connections of this kind. */
  readonly enabled: boolean;
  readonly connections: readonly Connection[];
  /** Servers of Ollama that it asks as well. */
  readonly ollama?: readonly { readonly url: string; readonly silentMs: number }[];
}

/** Reads it; undefined when it printed something else (the container does not run, or has no Python). */
export function parseStoredWay(stdout: string): StoredWay | undefined {
  const found = object(parseJson(stdout));
  if (text(found.layout) === '') return undefined;
  return {
    layout: text(found.layout) as StoredWay['layout'],
    problem: text(found.problem),
    persistent: found.persistent !== false,
    enabled: found.enabled !== false,
    connections: list(found.connections)
      .map(object)
      .map((connection, index) => ({
        index,
        url: text(connection.url),
        from: text(connection.from) as Connection['from'],
        keyFrom: text(connection.keyFrom) as Connection['from'],
        enabled: connection.enabled !== false,
        modelIds: list(connection.modelIds).map(text),
        prefix: text(connection.prefix),
        keyPrint: text(connection.keyPrint),
        silentMs: typeof connection.silentMs === 'number' ? connection.silentMs : undefined,
        probe: connection.probe === undefined ? undefined : parseProbe(object(connection.probe)),
      })),
    ollama: list(found.ollama)
      .map(object)
      .map(({ url, silentMs }) => ({ url: text(url), silentMs: Number(silentMs ?? 0) })),
  };
}

function parseProbe(found: Readonly<Record<string, unknown>>): Probe {
  const kind = text(found.kind);
  if (kind === 'answer')
    return { kind, status: Number(found.status), models: parseModelIds(text(found.body)) };
  if (kind === 'refused' || kind === 'timeout' || kind === 'dns') return { kind };
  return { kind: 'other', detail: text(found.detail) };
}

/** The host name or address in a connection's URL; '' when it is no URL. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}

/** The connection meant for Hermes: one that works, else one to its port. */
export function hermesConnection(way: StoredWay): Connection | undefined {
  const tried = way.connections.filter(({ probe }) => probe !== undefined);
  return tried.find(({ probe }) => probe?.kind === 'answer' && probe.models !== undefined) ?? tried[0];
}

/** The names by which people find this connection's models. */
export function namesShown({ modelIds, prefix, probe }: Connection): readonly string[] {
  const listed = probe?.kind === 'answer' ? (probe.models ?? []) : [];
  const names = modelIds.length > 0 ? modelIds : listed;
  return prefix === '' ? names : names.map((name) => `${prefix}.${name}`);
}
