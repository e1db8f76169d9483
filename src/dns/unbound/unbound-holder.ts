import type { NixTree } from '../../nix/parser.ts';
import { bare } from '../../nix/walk.ts';
import { behind, type LineFormat } from '../names/line-format.ts';
import { namesHolder } from '../names/names-holder.ts';
import { stringsOption, valuesOf } from '../names/options.ts';
import { joined, type Reading } from '../names/piece.ts';
import { textLines } from '../names/text-lines.ts';
import { localData } from './local-data.ts';
import { localDataPtr } from './local-data-ptr.ts';
import { inStep } from './local-zones.ts';

/** unbound's `local-data` and `local-data-ptr`: in `services.unbound.settings.server`, and as lines of `extraConfig`. */
export const unboundHolder = namesHolder({
  id: 'unbound',
  hint: /\blocal-data\b/,
  groupedBy: 'owner',
  read(tree) {
    return joined([
      inStep(tree, stringsOption(tree, localData, ['server', 'local-data'])),
      stringsOption(tree, localDataPtr, ['server', 'local-data-ptr']),
      configLines(tree, behind(/^\s*local-data:\s*/, localData)),
      configLines(tree, behind(/^\s*local-data-ptr:\s*/, localDataPtr)),
    ]);
  },
});

function configLines(tree: NixTree, format: LineFormat): Reading {
  const readings: Reading[] = [];
  for (const { value } of valuesOf(tree, ['unbound', 'extraConfig'])) {
    const node = bare(value);
    if (node.type === 'string') readings.push(textLines(tree, node, format));
  }
  return joined(readings);
}
