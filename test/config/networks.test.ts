import { describe, expect, it } from 'vitest';
import { networkOf, parsePrefix } from '../../src/config/networks.ts';

const vlans = {
  'VLAN 20': ['10.0.20.0/24'],
  'VLAN 30': ['10.0.30.0/24', 'fd00:30::/64'],
  everything: ['10.0.0.0/8'],
  printers: ['10.0.30.128/25'],
};

describe('The network of an address', () => {
  it.each([
    ['10.0.20.11', 'VLAN 20'],
    ['10.0.30.1', 'VLAN 30'],
    ['10.0.30.129', 'printers'],
    ['10.0.40.1', 'everything'],
    ['192.0.2.7', '192.0.2.0/24'],
    ['fd00:30::7', 'VLAN 30'],
    ['fd00:30:0:1::7', 'fd00:30:0:1::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['wolfhound.fleet.lan', null],
    ['10.0.20.256', null],
    ['10.0.20.11/24', null],
    ['1:2:3', null],
    ['1::2::3', null],
    ['', null],
  ])('of %s is %s', (address, network) => expect(networkOf({ vlans }, address)).toBe(network));
});

describe('A prefix', () => {
  it.each([
    '10.0.0.0/33',
    '10.0.0/8',
    'fd00::/129',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    '10.0.0.0/-1',
    'vlan30',
    '010.0.0.1/8',
  ])('is not %j', (text) => expect(parsePrefix(text)).toBeNull());
  it('may hold everything or one address', () => {
    expect(networkOf({ vlans: { all: ['0.0.0.0/0'], one: ['10.0.0.1/32'] } }, '10.0.0.1')).toBe('one');
    expect(networkOf({ vlans: { all: ['0.0.0.0/0'], one: ['10.0.0.1/32'] } }, '10.0.0.2')).toBe('all');
  });
});
