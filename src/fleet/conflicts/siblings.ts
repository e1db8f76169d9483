import type { ReachedService } from './reached-services.ts';
import { fewOf } from './things.ts';

/** Fewer are no custom yet; and a custom that more than a third does not follow is none. */
const fewestSiblings = 3;
const fewestForEach = 2;

/** One that lacks what its siblings have, and the words for those. */
export interface Exception {
  readonly service: ReachedService;
  readonly siblings: string;
}

/** The few that lack what the others have. Empty where it is no custom to have it. */
export function exceptions(
  services: readonly ReachedService[],
  has: (service: ReachedService) => boolean,
): readonly Exception[] {
  const having = services.filter(has);
  const lacking = services.filter((service) => !having.includes(service));
  if (having.length < fewestSiblings || having.length < fewestForEach * lacking.length) return [];
  const siblings = fewOf([...new Set(having.map(({ label }) => label))].sort());
  return lacking.map((service) => ({ service, siblings }));
}

/** Names behind a proxy and ports of their own are two customs. */
export function exceptionsByKind(
  services: readonly ReachedService[],
  has: (service: ReachedService) => boolean,
): readonly Exception[] {
  return [true, false].flatMap((isVhost) =>
    exceptions(
      services.filter(({ domain }) => (domain !== null) === isVhost),
      has,
    ),
  );
}
