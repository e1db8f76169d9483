import { bare } from '../../nix/walk.ts';
import { hostsLine } from '../names/hosts-line.ts';
import { type LineFormat, other } from '../names/line-format.ts';
import { namesHolder } from '../names/names-holder.ts';
import { valuesOf } from '../names/options.ts';
import { joined, type Reading } from '../names/piece.ts';
import { textLines } from '../names/text-lines.ts';

/** The inline names of coredns' `hosts` blocks in `services.coredns.config`. */
export const corednsHostsHolder = namesHolder({
  id: 'coredns-hosts',
  hint: /\bcoredns\b/,
  groupedBy: 'owner',
  read(tree) {
    const readings: Reading[] = [];
    for (const { value } of valuesOf(tree, ['coredns', 'config'])) {
      const node = bare(value);
      if (node.type === 'string') readings.push(textLines(tree, node, blockLine, insideHosts));
    }
    return joined(readings);
  },
});

/** Properties of the block stand among the names (coredns.io/plugins/hosts). */
const blockLine: LineFormat = {
  ...hostsLine,
  read: (text) => (/^\s*(?:fallthrough|no_reverse|ttl|reload)\b/.test(text) ? other : hostsLine.read(text)),
};

/** The lines between the braces of `hosts [FILE [ZONES…]] { … }`. */
function insideHosts(lines: readonly string[]): readonly boolean[] {
  let inside = false;
  return lines.map((line) => {
    const text = line.replace(/#.*$/, '').trim();
    if (inside) {
      inside = text !== '}';
      return inside;
    }
    inside = /^hosts\b[^{}]*\{$/.test(text);
    return false;
  });
}
