/** Before everything of ours in Redis, for whoever opens it; BullMQ takes no colon in it. */
export const redisPrefix = 'fleetwright';
