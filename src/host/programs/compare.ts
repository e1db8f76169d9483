import { preamble, type Program } from './program.ts';

/**
 * `fleetwright-compare OLD NEW`: what a switch from one system to the other would mean, read from the store without
 * root. Answer: see `compare-answer.ts`.
 *
 * Rules of the world:
 * - What needs a reboot is measured against the system that was booted, not against the one that runs.
 * - `switch-to-configuration` compares the init interface with the running system, and so do the inhibitors.
 * - A unit is a link to a store path of its own, so two lists of links tell which units differ without reading them.
 *   A drop-in counts as a change of its unit; what `.wants` and `.requires` hold is another unit's name and no unit.
 * - What a changed unit meets is written into it (`X-RestartIfChanged`, `X-ReloadIfChanged`) or follows from its kind.
 */
export const compare: Program = {
  name: 'fleetwright-compare',
  text: `${preamble}old=$1
new=$2
booted=$(readlink -e /run/booted-system) || booted=$old
closure=$(nix --extra-experimental-features nix-command store diff-closures "$old" "$new" 2>/dev/null | head -c 65536 | base64 | tr -d '[:space:]')
echo "closure \${closure:--}"
for part in kernel initrd kernel-modules systemd; do
  if [ "$(readlink -e "$booted/$part")" != "$(readlink -e "$new/$part")" ]; then echo "reboot $part"; fi
done
if [ -e "$new/init-interface-version" ]; then
  if [ "$(cat "$old/init-interface-version" 2>/dev/null)" != "$(cat "$new/init-interface-version")" ]; then echo "interface changed"; fi
fi
if [ -e "$old/switch-inhibitors" ] && [ -e "$new/switch-inhibitors" ]; then
  echo "inhibitors-old $(head -c 65536 "$old/switch-inhibitors" | base64 | tr -d '[:space:]')"
  echo "inhibitors-new $(head -c 65536 "$new/switch-inhibitors" | base64 | tr -d '[:space:]')"
fi
units=etc/systemd/system
list() { find "$1/$units/" -maxdepth 2 -printf '%P %l\n' 2>/dev/null; }
{ list "$old"; list "$new"; } | sort | uniq -u | cut -d ' ' -f 1 | sort -u | head -n 500 | while read -r name; do
  case $name in
    *.wants/* | *.requires/* | *.upholds/*) continue ;;
    */*) name=\${name%%.d/*} ;;
  esac
  case $name in
    '' | *.wants | *.requires | *.upholds | *.d) continue ;;
  esac
  if [ ! -e "$new/$units/$name" ]; then
    if [ -e "$old/$units/$name" ]; then echo "unit removed $name"; fi
    continue
  fi
  if [ ! -e "$old/$units/$name" ]; then echo "unit added $name"; continue; fi
  fate=restarted
  case $name in
    *.target | *.slice | *.path | *.socket | *.device) fate=kept ;;
    *.mount) fate=reloaded ;;
    *)
      if grep -qs '^X-RestartIfChanged=false' "$new/$units/$name"; then fate=kept
      elif grep -qs '^X-ReloadIfChanged=true' "$new/$units/$name"; then fate=reloaded
      fi
      ;;
  esac
  echo "unit $fate $name"
done
echo end
`,
};
