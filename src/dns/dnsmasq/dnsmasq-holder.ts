import type { NixTree } from '../../nix/parser.ts';
import { bare } from '../../nix/walk.ts';
import { namesHolder } from '../names/names-holder.ts';
import { stringsOption, valuesOf } from '../names/options.ts';
import { joined, type Reading } from '../names/piece.ts';
import { textLines } from '../names/text-lines.ts';
import { addressOption, cnameOption, configLine, hostRecord } from './formats.ts';

/** dnsmasq's `address`, `host-record` and `cname`: under `services.dnsmasq.settings`, and in `extraConfig`. */
export const dnsmasqHolder = namesHolder({
  id: 'dnsmasq',
  hint: /\bdnsmasq\b/,
  groupedBy: 'owner',
  read: (tree) =>
    joined([
      option(tree, hostRecord, 'host-record'),
      option(tree, addressOption, 'address'),
      option(tree, cnameOption, 'cname'),
      configLines(tree),
    ]),
});

function option(tree: NixTree, format: Parameters<typeof stringsOption>[1], name: string): Reading {
  return stringsOption(tree, format, ['dnsmasq', 'settings', name]);
}

function configLines(tree: NixTree): Reading {
  const readings: Reading[] = [];
  for (const { value } of valuesOf(tree, ['dnsmasq', 'extraConfig'])) {
    const node = bare(value);
    if (node.type === 'string') readings.push(textLines(tree, node, configLine));
  }
  return joined(readings);
}
