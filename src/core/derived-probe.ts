/**
 * What a deploy asks of a host because of what the commit changes there, beside what its owner declared. It is worked out
 * from the diff before anybody says yes, shown in the plan, and kept with the rollout.
 */
export type DerivedProbe =
  /** A service that is switched on: its unit runs. `for`: the service or guest, as its option names it. */
  | { readonly kind: 'unit'; readonly unit: string; readonly for: string }
  /** A port that others may reach from now on and that a service listens on. */
  | {
      readonly kind: 'port';
      readonly port: number;
      readonly protocol: 'tcp' | 'udp';
      /** Where the service listens; null: on every address. */
      readonly address: string | null;
      readonly for: string;
      /** The host itself hears it. A port that is only passed on to a container need not answer there. */
      readonly own: boolean;
      /** The service was there before: whether it answered then is asked too. */
      readonly existed: boolean;
    }
  /** A name that a web server answers to from now on. */
  | { readonly kind: 'vhost'; readonly name: string; readonly scheme: 'http' | 'https'; readonly port: number };

/** What people call it, in the plan and in `probes: without:` of the config. */
export function derivedName(derived: DerivedProbe): string {
  switch (derived.kind) {
    case 'unit':
      return derived.unit;
    case 'port':
      return `${derived.protocol}/${derived.port}`;
    case 'vhost':
      return derived.name;
  }
}
