import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/core/refusal.ts';
import { changesAsked, type RecordAsk } from '../../src/dns/asked-change.ts';
import { openZone } from '../../src/dns/zone.ts';

const text = `$TTL 3600
@ IN SOA ns1 h 7 7200 3600 1209600 300
@ NS ns1
ns1 A 10.0.0.1
www A 10.0.0.2
www A 10.0.0.2
twice A 10.0.0.3
twice A 10.0.0.4
twice A 10.0.0.4
db.eu A 10.0.0.5
d DSYNC2 NOTIFY 53 ns1
`;

/** The changes as `action owner data`, or the refusal's code with what it says. */
const asked = (ask: Partial<RecordAsk> & Pick<RecordAsk, 'action' | 'name'>): readonly string[] => {
  const zone = openZone({ zone: 'fleet.lan', file: 'z' }, new Map([['z', text]]));
  if (isRefusal(zone)) throw new Error('bug: the zone is there');
  const changes = changesAsked(zone, { type: 'A', value: ['10.0.0.9'], ttl: null, from: null, all: false, ...ask });
  return isRefusal(changes)
    ? [changes.code, String(changes.facts['reason'] ?? changes.facts['choices'] ?? '')]
    : changes.map((change) => `${change.action} ${change.owner} ${change.type} ${change.data}`);
};

describe('a name as it is typed', () => {
  it.each([
    ['www2', 'create www2.fleet.lan. A 10.0.0.9'],
    ['@', 'create fleet.lan. A 10.0.0.9'],
    ['a.b', 'create a.b.fleet.lan. A 10.0.0.9'],
    ['new.fleet.lan', 'create new.fleet.lan. A 10.0.0.9'],
    ['_acme-challenge.example.com', 'create _acme-challenge.example.com.fleet.lan. A 10.0.0.9'],
    ['*.apps.io', 'create *.apps.io.fleet.lan. A 10.0.0.9'],
    ['web.db.eu', 'create web.db.eu.fleet.lan. A 10.0.0.9'],
    ['ns.us', 'create ns.us.fleet.lan. A 10.0.0.9'],
  ])('%s is one of the zone', (name, change) => expect(asked({ action: 'add', name })).toEqual([change]));

  it.each(['www.example.net', 'www.example.net.', 'example.org', 'www.example.de', 'WWW.Example.NET'])(
    '%s is one of another zone, and not one below this',
    (name) => expect(asked({ action: 'add', name })).toEqual(['zone-not-found', expect.stringContaining('outside')]),
  );
});

describe('a record as it is typed', () => {
  it('may stand there twice', () => {
    expect(asked({ action: 'set', name: 'www' })).toEqual(['update www.fleet.lan. A 10.0.0.9']);
    expect(asked({ action: 'remove', name: 'www', value: null })).toEqual(['delete www.fleet.lan. A 10.0.0.2']);
  });

  it('is asked for once where several may be meant', () => {
    expect(asked({ action: 'set', name: 'twice' })).toEqual(['ask-ambiguous', '10.0.0.3,10.0.0.4']);
    expect(asked({ action: 'remove', name: 'twice', value: null })).toEqual(['ask-ambiguous', 'A 10.0.0.3,A 10.0.0.4']);
  });

  it('may be of a type that is not known here, where the zone has it', () => {
    expect(asked({ action: 'remove', name: 'd', type: 'DSYNC2', value: null })).toEqual([
      'delete d.fleet.lan. DSYNC2 NOTIFY 53 ns1',
    ]);
    expect(asked({ action: 'add', name: 'e', type: 'DSYNC2', value: ['x'] })[0]).toBe('bad-arguments');
  });
});
