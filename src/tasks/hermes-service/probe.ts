import type { FetchResult, Host } from '../../host/host.ts';
import type { Secret } from '../../secret/secret.ts';
import { list, object, parseJson, text } from '../../system/formats/json.ts';

/** What the API server says to three questions: /health, /v1/models with the key, and without it. */
export type Answer =
  | { readonly kind: 'none'; readonly why: string }
  /** Something answers, but not Hermes. */
  | { readonly kind: 'stranger'; readonly status: number }
  | {
      readonly kind: 'hermes';
      /** Status with the key; undefined when there is no key to try, or no answer came. */
      readonly withKey: number | undefined;
      readonly models: readonly string[];
      readonly withoutKey: number | undefined;
    };

/** Asks on loopback, where a listener on any address is reached. */
export async function probeApi(host: Host, port: number, key: Secret | undefined): Promise<Answer> {
  const base = `http://127.0.0.1:${port}`;
  const health = await host.fetch(`${base}/health`, { timeoutMs: 5_000 });
  if (!health.ok) return { kind: 'none', why: health.failure };
  // Only the status counts: newer releases add fields.
  if (text(object(parseJson(health.body)).status) !== 'ok')
    return { kind: 'stranger', status: health.status };
  const [withKey, withoutKey] = await Promise.all([
    key === undefined
      ? undefined
      : host.fetch(`${base}/v1/models`, { headers: { Authorization: ['Bearer ', key] }, timeoutMs: 5_000 }),
    host.fetch(`${base}/v1/models`, { timeoutMs: 5_000 }),
  ]);
  return {
    kind: 'hermes',
    withKey: statusOf(withKey),
    models: modelsIn(withKey),
    withoutKey: statusOf(withoutKey),
  };
}

const statusOf = (result: FetchResult | undefined) => (result?.ok ? result.status : undefined);

function modelsIn(result: FetchResult | undefined): readonly string[] {
  if (!result?.ok || result.status !== 200) return [];
  return list(object(parseJson(result.body)).data).map((model) => text(object(model).id));
}
