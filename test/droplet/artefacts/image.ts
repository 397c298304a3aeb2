import type { Layer } from './layer.ts';

/** What docker inspect calls Config, as far as the images here have it. Durations are in nanoseconds. */
export interface ImageConfig {
  readonly Env: readonly string[];
  readonly WorkingDir: string;
  readonly Entrypoint?: readonly string[];
  readonly Cmd: readonly string[];
  readonly ExposedPorts: Readonly<Record<string, object>>;
  readonly Volumes?: Readonly<Record<string, object>>;
  readonly Healthcheck?: { readonly Test: readonly string[] };
  readonly Labels: Readonly<Record<string, string>>;
}

/** An image as a registry offers it. */
export interface Image {
  /** Without the host: "open-webui/open-webui". */
  readonly repository: string;
  readonly tags: readonly string[];
  /** Lowest first. */
  readonly layers: readonly Layer[];
  readonly config: ImageConfig;
  /** When it came out, as RFC 3339. */
  readonly created: string;
}

/** Environment variables as Config.Env lists them. */
export function environment(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`);
}
