import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import type { DeliveryItem, DeliveryReader } from '../../jobs/poll-deliveries.ts';
import type { GitHub } from './github-client.ts';

const itemShape = z
  .object({
    id: z.number(),
    guid: z.string(),
    delivered_at: z.string(),
    status_code: z.number(),
    event: z.string(),
    action: z.string().nullable(),
  })
  .transform(
    (one): DeliveryItem => ({
      id: one.id,
      guid: one.guid,
      event: one.event,
      action: one.action,
      deliveredAt: Date.parse(one.delivered_at),
      accepted: one.status_code >= 200 && one.status_code < 300,
    }),
  );

const payloadShape = z.record(z.string(), z.unknown());

/** The App's deliveries over `GET /app/hook/deliveries`, which pages by a cursor in the `link` header. */
export function createDeliveryReader(github: GitHub): DeliveryReader {
  return {
    async *list() {
      let cursor: string | undefined;
      do {
        const at = cursor === undefined ? {} : { cursor };
        const { data, headers } = await github.asApp('reading the deliveries', (octokit) =>
          octokit.rest.apps.listWebhookDeliveries({ per_page: 100, ...at }),
        );
        const parsed = z.array(itemShape).safeParse(data);
        if (!parsed.success) {
          throw new Fault('unexpected-answer', 'reading the deliveries', 'never', { cause: parsed.error });
        }
        yield parsed.data;
        cursor = nextCursor(headers.link);
      } while (cursor !== undefined);
    },
    async payload(id) {
      const { data } = await github.asApp('reading a delivery', (octokit) =>
        octokit.rest.apps.getWebhookDelivery({ delivery_id: id }),
      );
      const parsed = payloadShape.safeParse(data.request.payload);
      if (!parsed.success) throw new Fault('unexpected-answer', 'reading a delivery', 'never', { cause: parsed.error });
      return parsed.data;
    },
  };
}

function nextCursor(link: string | undefined): string | undefined {
  const next = /<([^>]+)>;\s*rel="next"/.exec(link ?? '')?.[1];
  return next === undefined ? undefined : (new URL(next).searchParams.get('cursor') ?? undefined);
}
