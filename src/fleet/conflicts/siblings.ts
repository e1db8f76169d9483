import type { ReachedService } from './reached-services.ts';
import { fewOf } from './things.ts';

/** Fewer are no custom yet; and a custom that one in four does not follow is none. */
const fewestSiblings = 3;

/**
 * The few that lack what the others have, and the words for those others. Empty where it is no custom to have it.
 */
export function exceptions(
  services: readonly ReachedService[],
  has: (service: ReachedService) => boolean,
): { readonly lacking: readonly ReachedService[]; readonly siblings: string } {
  const having = services.filter(has);
  const lacking = services.filter((service) => !having.includes(service));
  const isCustom = having.length >= fewestSiblings && having.length >= fewestSiblings * lacking.length;
  return { lacking: isCustom ? lacking : [], siblings: fewOf([...new Set(having.map(({ label }) => label))].sort()) };
}
