import { addresses } from './addresses.ts';
import type { FactReader } from './fact-reader.ts';
import { openPorts } from './firewall.ts';
import { guests } from './guests.ts';
import { hostNames } from './host-names.ts';
import { interfaces, prefixes, wireguardAddresses } from './interfaces.ts';
import { people, secrets } from './people.ts';
import { otherPorts, servicePorts } from './service-ports.ts';
import { services } from './enabled-services.ts';
import { vhosts } from './vhosts.ts';
import { dashboardLinks, monitors, scrapeTargets } from './watchers.ts';

/** One line a reader, in the order in which facts of one machine come. */
export const factReaders: readonly FactReader[] = [
  hostNames,
  interfaces,
  addresses,
  wireguardAddresses,
  prefixes,
  guests,
  services,
  servicePorts,
  otherPorts,
  openPorts,
  vhosts,
  monitors,
  scrapeTargets,
  dashboardLinks,
  people,
  secrets,
];
