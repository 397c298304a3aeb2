/** What the stand-in's model says, in the two forms of POST /v1/messages: one JSON document, or server-sent events. */
import { createHash } from 'node:crypto';
import type { ToolUse } from './tool-use.ts';

/** What the model answers to everything: a sentence that an operator can read and a scenario can look for. */
export const ANSWER = 'Yes. I am Otto, running on this droplet.';

const USAGE = { input_tokens: 12, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
const OUTPUT_TOKENS = 11;

/** A message's id: the same for the same request, so that a transcript can be repeated. */
const idOf = (request: string): string =>
  `msg_${createHash('sha256').update(request).digest('hex').slice(0, 24)}`;

/** The whole answer as one document: the sentence, or a tool to use. `request` is the request's body, for its id. */
export function messageDocument(model: string, request: string, tool?: ToolUse): object {
  return {
    id: idOf(request),
    type: 'message',
    role: 'assistant',
    model,
    content: [tool ?? { type: 'text', text: ANSWER }],
    stop_reason: stopReason(tool),
    stop_sequence: null,
    usage: { ...USAGE, output_tokens: OUTPUT_TOKENS },
  };
}

const stopReason = (tool: ToolUse | undefined) => (tool === undefined ? 'end_turn' : 'tool_use');

/** The answer as server-sent events, in order, each a finished `event: …` block; its content comes in pieces. */
export function messageEvents(model: string, request: string, tool?: ToolUse): string[] {
  const start = {
    ...messageDocument(model, request),
    content: [],
    stop_reason: null,
    usage: { ...USAGE, output_tokens: 1 },
  };
  return [
    event({ type: 'message_start', message: start }),
    event({
      type: 'content_block_start',
      index: 0,
      content_block: tool === undefined ? { type: 'text', text: '' } : { ...tool, input: {} },
    }),
    event({ type: 'ping' }),
    ...deltas(tool).map((delta) => event({ type: 'content_block_delta', index: 0, delta })),
    event({ type: 'content_block_stop', index: 0 }),
    event({
      type: 'message_delta',
      delta: { stop_reason: stopReason(tool), stop_sequence: null },
      usage: { output_tokens: OUTPUT_TOKENS },
    }),
    event({ type: 'message_stop' }),
  ];
}

function deltas(tool: ToolUse | undefined): readonly object[] {
  const whole = tool === undefined ? ANSWER : JSON.stringify(tool.input);
  return (whole.match(/[\s\S]{1,15}/g) ?? []).map((piece) =>
    tool === undefined
      ? { type: 'text_delta', text: piece }
      : { type: 'input_json_delta', partial_json: piece },
  );
}

function event(data: { type: string } & Record<string, unknown>): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}
