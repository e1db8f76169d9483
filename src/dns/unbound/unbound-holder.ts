import type { NixTree } from '../../nix/parser.ts';
import { bare } from '../../nix/walk.ts';
import { behind } from '../names/line-format.ts';
import { namesHolder } from '../names/names-holder.ts';
import { stringsOption, valuesOf } from '../names/options.ts';
import { joined, type Reading } from '../names/piece.ts';
import { textLines } from '../names/text-lines.ts';
import { localData } from './local-data.ts';
import { inStep } from './local-zones.ts';

/** unbound's `local-data`: `services.unbound.settings.server.local-data`, and its lines in `extraConfig`. */
export const unboundHolder = namesHolder({
  id: 'unbound',
  hint: /\blocal-data\b/,
  groupedBy: 'owner',
  read(tree) {
    return joined([inStep(tree, stringsOption(tree, localData, ['server', 'local-data'])), configLines(tree)]);
  },
});

const configLine = behind(/^\s*local-data:\s*/, localData);

function configLines(tree: NixTree): Reading {
  const readings: Reading[] = [];
  for (const { value } of valuesOf(tree, ['unbound', 'extraConfig'])) {
    const node = bare(value);
    if (node.type === 'string') readings.push(textLines(tree, node, configLine));
  }
  return joined(readings);
}
