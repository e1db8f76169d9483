import type { AnswerBlock } from './event-stream.ts';
import type { MessagesRequest } from './request-shape.ts';
import { signatureOf } from './signed-thinking.ts';

/** A block before its answer is signed. */
export type UnsignedBlock =
  | { readonly type: 'thinking'; readonly thinking: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: object };

/** The blocks of an answer with every thought signed for this conversation. */
export function signAnswer(request: MessagesRequest, blocks: readonly UnsignedBlock[], stop: string): AnswerBlock[] {
  const signature = signatureOf(request.model, request.messages, blocks, stop);
  return blocks.map((block) => {
    switch (block.type) {
      case 'thinking':
        return { ...block, signature };
      case 'text':
        return block;
      case 'tool_use':
        return { type: 'tool_use', id: block.id, name: block.name, json: JSON.stringify(block.input) };
    }
  });
}
