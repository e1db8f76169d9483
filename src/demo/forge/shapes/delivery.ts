import type { Delivery } from '../webhooks.ts';

/** An entry of the list of deliveries. */
export function deliveryItem(delivery: Delivery): Record<string, unknown> {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt.toISOString(),
    redelivery: delivery.redelivery,
    duration: delivery.seconds,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installation,
    repository_id: delivery.repository,
    throttled_at: null,
  };
}

/** One delivery with what was sent and what came back. */
export function deliveryShape(delivery: Delivery): Record<string, unknown> {
  return {
    ...deliveryItem(delivery),
    url: delivery.url ?? '',
    request: { headers: delivery.requestHeaders, payload: JSON.parse(delivery.body) as unknown },
    response: { headers: delivery.responseHeaders, payload: delivery.responseBody },
  };
}
