import { describe, expect, it } from 'vitest';
import { firstWords, parseSockets, parseUnits } from '../../../src/host/probes/host-answers.ts';

describe('What a host says of its units', () => {
  // As systemd 257 prints it: two units, one of which does not exist.
  const text = `Type=exec
Result=success
ConditionResult=yes
ConditionTimestampMonotonic=4161218
Id=web.service
RequiredBy=
WantedBy=multi-user.target graphical.target
UpheldBy=
TriggeredBy=web.socket web.timer
LoadState=loaded
ActiveState=active
SubState=running

Id=consul.service
RequiredBy=
WantedBy=
UpheldBy=
TriggeredBy=
LoadState=not-found
ActiveState=inactive
SubState=dead
ConditionResult=no
ConditionTimestampMonotonic=0
`;
  it('is read whatever the order of its lines, and what was never tried has no condition', () => {
    expect(parseUnits(text)).toEqual([
      {
        id: 'web.service',
        load: 'loaded',
        active: 'active',
        sub: 'running',
        result: 'success',
        type: 'exec',
        wantedBy: ['multi-user.target', 'graphical.target'],
        triggeredBy: ['web.socket', 'web.timer'],
        conditionHeld: true,
      },
      {
        id: 'consul.service',
        load: 'not-found',
        active: 'inactive',
        sub: 'dead',
        result: '',
        type: '',
        wantedBy: [],
        triggeredBy: [],
        conditionHeld: null,
      },
    ]);
  });
});

describe('What a host says of its sockets', () => {
  it('is read of both protocols, for every address, one, or one link', () => {
    const text = `udp   UNCONN 0      0                 0.0.0.0:51820      0.0.0.0:*
udp   UNCONN 0      0      10.77.20.11%host0:68         0.0.0.0:*
udp   UNCONN 0      0                     *:5353             *:*
tcp   LISTEN 0      128             0.0.0.0:22         0.0.0.0:*
tcp   LISTEN 0      10            127.0.0.1:953        0.0.0.0:*
tcp   LISTEN 0      128                [::]:22            [::]:*
tcp   LISTEN 0      5   [fe80::1%host0]:53             [::]:*
`;
    expect(parseSockets(text).map(({ protocol, address, port }) => `${protocol} ${address ?? '*'} ${port}`)).toEqual([
      'udp * 51820',
      'udp 10.77.20.11 68',
      'udp * 5353',
      'tcp * 22',
      'tcp 127.0.0.1 953',
      'tcp * 22',
      'tcp fe80::1 53',
    ]);
  });

  it('is nothing where it is something else', () => {
    expect(parseSockets('')).toEqual([]);
    expect(parseSockets("ss: invalid option -- 'H'\nUsage: ss [ OPTIONS ]\n")).toEqual([]);
  });
});

describe('What a host says of its machines', () => {
  it('begins with the name', () => {
    expect(
      firstWords('web container systemd-nspawn nixos 26.05 10.0.0.2…\ndb container systemd-nspawn - - -\n\n'),
    ).toEqual(['web', 'db']);
  });
});
