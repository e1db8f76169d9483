import { preamble, type Program } from './program.ts';

/**
 * Everything a deploy needs to know of a host before and after it does anything, in one round trip and without root.
 * Answer: see `look-answer.ts`. A question that systemd does not answer ends the program: no answer is not good news.
 *
 * Rules of the world:
 * - `readlink -e`, because `-f` prints a missing path as if it existed.
 * - A service that crashes and restarts never shows as failed. It shows as `auto-restart`, or by a restart counter
 *   above zero together with a very recent change of state.
 * - `nixos-rebuild build --store-path` is refused by its own argument parser, which is how a dialect is told without
 *   evaluating anything (`--help` opens a manual page on packaged builds).
 * - A rebuild evaluates and builds for minutes before its switch takes the unit's name, so processes are searched too.
 *   An argument counts only as the program itself or behind an interpreter: a manual page about it is no rebuild.
 *   The processes of our own runs are told by their group's leader. A host with `hidepid` shows its units only.
 * - `df` of /boot works without the right to read it.
 * - When logind cannot be asked although it runs (it restarts during some switches), detached runs count as endangered.
 */
export const look: Program = {
  name: 'fleetwright-look',
  text: `${preamble}link() {
  echo "$1 $(readlink -e "$2" || echo -)"
}
link running /run/current-system
link booted /run/booted-system
link profile /nix/var/nix/profiles/system
read -r boot </proc/sys/kernel/random/boot_id || exit 71
echo "boot-id $boot"
units=$(systemctl list-units --failed --plain --no-legend --no-pager --full) || exit 71
echo "$units" | while read -r unit rest; do
  if [ -n "$unit" ]; then echo "failed $unit"; fi
done
units=$(systemctl list-units --all --plain --no-legend --no-pager --full 'nixos-rebuild-switch-to-configuration*') || exit 71
echo "$units" | while read -r unit load active rest; do
  case $active in
    '' | inactive | failed) ;;
    *) echo "switching $unit" ;;
  esac
done
now=$(date +%s)
services=$(systemctl show --no-pager --timestamp=unix --property=Id,SubState,NRestarts,StateChangeTimestamp '*.service') || exit 71
unit= sub= count=0 changed=0
{ echo "$services"; echo; } | while IFS='=' read -r key value; do
  case $key in
    Id) unit=$value ;;
    SubState) sub=$value ;;
    NRestarts) count=$value ;;
    StateChangeTimestamp) changed=\${value#@} ;;
    '')
      case $sub in
        auto-restart*) echo "restarting $unit $count waiting" ;;
        *)
          if [ "\${count:-0}" -gt 0 ] && [ $((now - \${changed:-0})) -lt 60 ]; then
            echo "restarting $unit $count recent"
          fi
          ;;
      esac
      unit= sub= count=0 changed=0
      ;;
  esac
done
if [ -e /run/systemd/shutdown/scheduled ]; then
  echo "scheduled $(base64 </run/systemd/shutdown/scheduled | tr -d '[:space:]')"
fi
lingers=no
if [ -e "/var/lib/systemd/linger/$(id -un)" ]; then lingers=yes; fi
kills=no
answer=$(busctl get-property org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager KillUserProcesses 2>/dev/null)
case $answer in
  'b true') kills=yes ;;
  'b false') ;;
  *) if systemctl --quiet is-active systemd-logind.service; then kills=yes; fi ;;
esac
echo "lingers $lingers"
echo "kills $kills"
dialect=missing flag=--no-reexec
if command -v nixos-rebuild >/dev/null; then
  dialect=flake-only
  usage=$(nixos-rebuild build --store-path x 2>&1 </dev/null)
  case $usage in *--no-reexec*) ;; *) flag=--fast ;; esac
  case $usage in
    *'unrecognized arguments'*) ;;
    *--no-reexec*'cannot be used with'* | *'cannot be used with'*--no-reexec*) dialect=store-path ;;
  esac
fi
echo "dialect $dialect"
echo "flag $flag"
own=' '
for life in "$root"/runs/*/life; do
  if [ -e "$life" ] && read -r leader rest <"$life"; then own="$own$leader "; fi
done
grep -lazE '(^|/)[.]?(nixos-rebuild|switch-to-configuration)(-ng)?(-wrapped)?$' /proc/[0-9]*/cmdline 2>/dev/null | while read -r file; do
  process=\${file#/proc/}
  process=\${process%/cmdline}
  read -r stat 2>/dev/null <"/proc/$process/stat" || continue
  set -- \${stat##*) }
  case $own in *" $3 "*) continue ;; esac
  user=$(stat -c %U "/proc/$process" 2>/dev/null) || continue
  tr '\\000\\n' '\\n ' 2>/dev/null <"/proc/$process/cmdline" | {
    program= action=- before=0
    while read -r word; do
      name=\${word##*/}
      if [ -n "$program" ]; then
        case $word in
          switch | boot | test | build | dry-activate | dry-build | dry-run | build-vm* | build-image | edit | repl | list-generations) action=$word; break ;;
        esac
        continue
      fi
      case $name in
        nixos-rebuild | nixos-rebuild-ng | switch-to-configuration) program=$name; continue ;;
        .nixos-rebuild* | .switch-to-configuration*) program=\${name#.} program=\${program%-wrapped}; continue ;;
      esac
      before=$((before + 1))
      case $before$name in
        1python* | 1perl* | 1bash | 1sh | [23]-*) ;;
        *) break ;;
      esac
    done
    if [ -n "$program" ]; then echo "rebuilding $process \${user:--} $program $action"; fi
  }
done
free() {
  kib=$(df -Pk "$2" 2>/dev/null | tail -n 1 | { read -r device size used left rest && echo "$left"; })
  case $kib in
    '' | *[!0-9]*) ;;
    *) echo "free $1 $((kib / 1024))" ;;
  esac
}
free nix /nix/store
free boot /boot
free root /
for part in kernel initrd kernel-modules systemd; do
  if [ "$(readlink -e /run/booted-system/$part)" != "$(readlink -e /run/current-system/$part)" ]; then echo "reboot $part"; fi
done
version=$(systemctl --version 2>/dev/null | { read -r name number rest && echo "$number"; })
case $version in
  '' | *[!0-9]*) ;;
  *) echo "systemd $version" ;;
esac
version=$(nix --version 2>/dev/null) && echo "nix \${version##* }"
inhibitors=$(busctl --json=short call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager ListInhibitors 2>/dev/null | base64 | tr -d '[:space:]')
if [ -n "$inhibitors" ]; then echo "inhibitors $inhibitors"; fi
echo end
`,
};
