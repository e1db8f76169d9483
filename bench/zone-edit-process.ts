import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { isRefusal } from '../src/core/refusal.ts';
import { parseZoneFile, zoneFileHolder } from '../src/dns/zone-file/zone-file-holder.ts';

/** A process of its own, as the bench measures it: reads a zone losslessly, makes one edit, prints it. */
const [file = '', zone = '', out = ''] = process.argv.slice(2);
const added = zoneFileHolder.apply(parseZoneFile(readFileSync(file, 'utf8'), { path: file, zone }), [
  { action: 'create', zone, owner: `consul.${zone}`, type: 'A', ttl: null, data: '10.250.0.1' },
]);
if (isRefusal(added)) throw new Error(added.code);
writeFileSync(out, zoneFileHolder.print(zoneFileHolder.withSerial(added, '2026112202')));
