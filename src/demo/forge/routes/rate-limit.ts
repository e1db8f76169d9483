import type { Budgets } from '../budgets.ts';
import { ok, type Route } from '../route.ts';

/** Asking how much is left costs nothing. */
export function rateLimitRoutes(budgets: Budgets): readonly Route[] {
  return [
    {
      method: 'GET',
      template: '/rate_limit',
      by: 'anyone',
      handle: (call) => {
        budgets.refund(call.caller);
        const core = budgets.rate(call.caller);
        const unused = { ...core, used: 0, remaining: core.limit };
        return ok({ resources: { core, search: unused, graphql: unused }, rate: core });
      },
    },
  ];
}
