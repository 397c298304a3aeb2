/**
 * What the stand-in's model does when somebody asks it to run something: it is obliging. A fenced block in the last
 * message goes to the terminal tool that the request offers, word for word; once the tool has answered, so does the model.
 */
import { createHash } from 'node:crypto';

/** A tool that the model wants to be used, in the shape of Claude's API. */
export interface ToolUse {
  readonly type: 'tool_use';
  readonly id: string;
  readonly name: string;
  readonly input: { readonly command: string };
}

/** What `POST /v1/messages` brings, as far as it matters here. */
interface Request {
  readonly tools?: unknown;
  readonly messages?: unknown;
}

/**
 * The use of the terminal that the last message asks for; undefined when it asks for none, no terminal is offered, or the
 * message brings a tool's answer. Hermes calls it `terminal` with an API key and `mcp__terminal` (0.13: `mcp_terminal`)
 * with a sign-in.
 */
export function toolUseFor(request: Request): ToolUse | undefined {
  const last = list(request.messages).at(-1);
  const blocks = blocksOf(last);
  if (blocks.some(({ type }) => type === 'tool_result')) return undefined;
  const said = blocks.map(({ text }) => (typeof text === 'string' ? text : '')).join('\n');
  const command = /```(?:sh|bash)?\n([\s\S]+?)\n```/.exec(said)?.[1];
  const name = list(request.tools)
    .map((tool) => tool.name)
    .find((known) => typeof known === 'string' && /^(mcp_{1,2})?terminal$/.test(known));
  if (command === undefined || typeof name !== 'string') return undefined;
  const id = createHash('sha256').update(said).digest('hex').slice(0, 24);
  return { type: 'tool_use', id: `toolu_${id}`, name, input: { command } };
}

type Fields = Readonly<Record<string, unknown>>;

const list = (value: unknown): readonly Fields[] =>
  Array.isArray(value) ? value.filter((one): one is Fields => typeof one === 'object' && one !== null) : [];

/** A message's content as blocks: a plain text is one of them. */
function blocksOf(message: Fields | undefined): readonly Fields[] {
  const content = message?.content;
  return typeof content === 'string' ? [{ type: 'text', text: content }] : list(content);
}
