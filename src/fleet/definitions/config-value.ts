import type { Evaluator } from '../../nix/eval/evaluator.ts';
import { attrs, falseValue, list, ready, symbol, text, Thunk, trueValue, type Value } from '../../nix/eval/values.ts';
import { declaredDefault, isDeclaration } from '../../nix/graph/declared-options.ts';
import { strongest, type Leaf, type OptionNode } from './option-node.ts';

/** One option or set of options with what the modules define and declare. */
export interface Place {
  readonly node: OptionNode;
  readonly declared: OptionNode;
  readonly path: readonly string[];
}

/** What `config.<path>` is for the modules of a machine: what all of them define together, or else the default. */
export function configValue(evaluator: Evaluator, place: Place): Value {
  const { node, declared, path } = place;
  const declaration = declared.leaves().find(({ value }) => isDeclaration(value)) ?? null;
  if (declaration === null && node.isUndefined && declared.isUndefined) return symbol(['config', ...path]);
  if (declaration === null || node.slots().size > 0) {
    const below = setValue(evaluator, place, declaration === null);
    if (below !== null) return below;
  }
  const leaves = node.leaves();
  const fallback = (): Value => {
    const known = declaration === null ? null : declaredDefault(evaluator, declaration.value);
    return known === null ? (undefinedOption(path) ?? symbol(['config', ...path])) : evaluator.force(known);
  };
  return merged(leaves, fallback);
}

/** The names below it, each for itself. Null where it is one value. */
function setValue(evaluator: Evaluator, { node, declared, path }: Place, withDeclared: boolean): Value | null {
  const sites = new Map(node.slots());
  if (withDeclared) for (const [name, site] of declared.slots()) if (!sites.has(name)) sites.set(name, site);
  if (sites.size === 0) return null;
  const slots = new Map(
    [...sites].map(([name, site]) => {
      const below = { node: node.at(name), declared: declared.at(name), path: [...path, name] };
      return [name, new Thunk(() => configValue(evaluator, below), site)] as const;
    }),
  );
  return attrs(slots, symbol(['config', ...path]));
}

/** Several definitions as one value: lists are put together, of other things there is one. */
function merged(leaves: readonly Leaf[], fallback: () => Value): Value {
  const sure = leaves.filter(({ isMaybe }) => !isMaybe);
  const maybe = leaves.filter(({ isMaybe }) => isMaybe);
  if (leaves.length === 0) return fallback();
  if (leaves.every(({ value }) => value.kind === 'list')) {
    const of = (these: readonly Leaf[]): Thunk[] =>
      these.flatMap(({ value }) => (value.kind === 'list' ? value.items : []));
    const open = leaves.flatMap(({ value }) => (value.kind === 'list' ? value.more : []));
    return list(of(sure), [...of(maybe), ...open]);
  }
  const [first] = sure;
  const one = first !== undefined && maybe.length === 0 ? first : onlyValue(strongest(leaves));
  if (first !== undefined && one !== null) return one.value;
  const other = first?.value ?? fallback();
  // Where it has no default either, what may be there is what whoever asks for it gets.
  if (one !== null && other.kind === 'symbol') return one.value;
  const options = [...maybe.map(({ value, site }) => ready(value, site)), ready(other)];
  return options.length > 8 ? symbol(['unknown'], options) : { kind: 'choice', options };
}

function onlyValue(leaves: readonly Leaf[]): Leaf | null {
  const [first, ...others] = leaves;
  if (first === undefined) return null;
  const same = others.every(({ value }) => 'text' in value && 'text' in first.value && value.text === first.value.text);
  return same ? first : null;
}

/** Options of NixOS that are on where nobody says otherwise (nixpkgs 25.11, nixos/modules). */
const onByDefault = new Set([
  'networking.firewall.enable',
  'networking.resolvconf.enable',
  'networking.dhcpcd.enable',
  'nix.enable',
  'nix.channel.enable',
  'documentation.enable',
  'documentation.nixos.enable',
  'documentation.man.enable',
  'programs.nano.enable',
  'programs.bash.enable',
  'programs.command-not-found.enable',
  'programs.less.enable',
  'security.sudo.enable',
  'security.pam.enable',
  'services.timesyncd.enable',
  'services.nscd.enable',
  'services.lvm.enable',
  'services.udev.enable',
  'services.dbus.enable',
  'services.logrotate.enable',
  'boot.loader.grub.enable',
  'boot.kernel.enable',
  'boot.initrd.enable',
  'console.enable',
  'fonts.fontconfig.enable',
  'system.switch.enable',
  'xdg.autostart.enable',
  'xdg.icons.enable',
  'xdg.menus.enable',
  'xdg.mime.enable',
  'xdg.sounds.enable',
]);

/**
 * What an option of NixOS is that no module of the repository sets. An `enable` is off: that is what `mkEnableOption`
 * makes it, and the few that are on are known.
 */
export function undefinedOption(path: readonly string[]): Value | null {
  if (path[path.length - 1] !== 'enable') return null;
  return onByDefault.has(path.join('.')) ? trueValue : falseValue;
}

/** `networking.fqdn` and its kin, which NixOS puts together itself. */
export function derivedName(hostName: string | null, domain: string | null): Value | null {
  if (hostName === null) return null;
  return text(domain === null ? hostName : `${hostName}.${domain}`);
}
