import type { Argv } from '../../host/host.ts';
import { joinText, Secret, type SecretText } from '../../secret/secret.ts';

/** A request that curl makes. */
export interface CurlRequest {
  readonly url: string;
  readonly headers?: Readonly<Record<string, SecretText>>;
  /** Sent as JSON, as a POST. */
  readonly json?: SecretText;
  /** An answer of 400 and above does not make curl fail. */
  readonly anyStatus?: boolean;
  readonly timeoutSeconds?: number;
}

/**
 * curl with everything that matters on stdin ({@link curlInput}): neither addresses nor secrets stand in the list of
 * processes. It prints one line per answer, `<status>`, and not the bodies: they hold session tokens.
 */
export const CURL: Argv = ['curl', '--silent', '--show-error', '--config', '-'];

/** The stdin of {@link CURL}: requests made one after the other, cookies of one sent with the next. */
export function curlInput(requests: readonly CurlRequest[]): SecretText {
  return joinText(requests.map(configOf), 'next\n');
}

function configOf(request: CurlRequest): SecretText {
  return joinText([
    option('url', request.url),
    // An empty name turns the cookie engine on without reading a file.
    option('cookie', ''),
    option('output', '/dev/null'),
    'write-out = "%{http_code}\\n"\n',
    option('max-time', String(request.timeoutSeconds ?? 30)),
    request.anyStatus === true ? '' : 'fail\n',
    ...Object.entries(request.headers ?? {}).map(([name, value]) =>
      option('header', joinText([`${name}: `, value])),
    ),
    ...(request.json === undefined
      ? []
      : [option('header', 'Content-Type: application/json'), option('data-raw', request.json)]),
  ]);
}

/** A line of curl's configuration; a secret in the value stays one, in its quoted form. */
function option(name: string, value: SecretText): SecretText {
  const parts = typeof value === 'string' || value instanceof Secret ? [value] : value;
  const quoted = parts.map((part) =>
    typeof part === 'string' ? quote(part) : new Secret(quote(part.reveal())),
  );
  return joinText([`${name} = "`, quoted, '"\n']);
}

const quote = (clear: string) =>
  clear.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

/** JSON with secrets in it. A secret stays one, in its JSON form. */
export function secretJson(value: Readonly<Record<string, string | Secret>>): SecretText {
  const entries = Object.entries(value).map(([key, item]): SecretText => {
    const content = typeof item === 'string' ? item : item.reveal();
    const literal = JSON.stringify(content);
    return joinText([`${JSON.stringify(key)}:`, typeof item === 'string' ? literal : new Secret(literal)]);
  });
  return joinText(['{', joinText(entries, ','), '}']);
}
