import { z } from 'zod';

/**
 * A request to `POST /v1/messages` as version 2026-10-21 reads it, as far as this project uses it. Whatever is not
 * listed is refused, so that a parameter which the real service refuses cannot slip in unseen: `temperature`, `top_p`
 * and `top_k` are gone, thinking cannot be switched off, and a forced `tool_choice` is an error.
 */
const cacheControl = z.strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() });
const cached = { cache_control: cacheControl.nullish() };

const text = z.strictObject({
  type: z.literal('text'),
  text: z.string().min(1, 'text content blocks must be non-empty'),
  citations: z.null().optional(),
  ...cached,
});
const thinking = z.strictObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() });
const toolUse = z.strictObject({
  type: z.literal('tool_use'),
  id: z.string().regex(/^[a-zA-Z0-9_-]+$/),
  name: z.string().min(1).max(200),
  input: z.record(z.string(), z.unknown()),
  caller: z.unknown().optional(),
  toolset_name: z.string().nullish(),
  ...cached,
});
const toolResult = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z.union([z.string(), z.array(text)]).optional(),
  is_error: z.boolean().optional(),
  ...cached,
});

const message = z.discriminatedUnion('role', [
  z.strictObject({
    role: z.literal('user'),
    content: z.union([z.string().min(1), z.array(z.discriminatedUnion('type', [text, toolResult])).min(1)]),
  }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z.array(z.discriminatedUnion('type', [thinking, text, toolUse])).min(1),
  }),
]);

const schemaOfTool = z
  .looseObject({ type: z.literal('object') })
  .refine((schema) => !['oneOf', 'anyOf', 'allOf'].some((word) => word in schema), {
    message: 'input_schema does not support oneOf, allOf, or anyOf at the top level',
  });

const tool = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
  description: z.string().optional(),
  input_schema: schemaOfTool,
  strict: z.boolean().optional(),
  ...cached,
});

export const messagesRequest = z.strictObject({
  model: z.string().min(1),
  max_tokens: z.int().min(1).max(128_000),
  stream: z.literal(true, 'this server only streams'),
  system: z.union([z.string(), z.array(text)]).optional(),
  tools: z.array(tool).optional(),
  tool_choice: z
    .strictObject({ type: z.enum(['auto', 'none']), disable_parallel_tool_use: z.boolean().optional() })
    .optional(),
  thinking: z
    .strictObject({ type: z.literal('adaptive'), display: z.enum(['summarized', 'omitted']).optional() })
    .optional(),
  output_config: z.strictObject({ effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).optional() }).optional(),
  messages: z.array(message).min(1),
  metadata: z.strictObject({ user_id: z.string().max(256).nullish() }).optional(),
  ...cached,
});

export type MessagesRequest = z.output<typeof messagesRequest>;
export type RequestMessage = MessagesRequest['messages'][number];
