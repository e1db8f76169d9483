import { asRoot, rootCommands } from '../root-commands.ts';
import { fence, preamble, type Program } from './program.ts';

/**
 * The watchdog is told by one line in the account's folder, `BOOT LEVEL UNTIL SECONDS`, written before anything is
 * armed. systemd keeps one scheduled shutdown for the whole host: a second one silently replaces the first, a cancel
 * takes away anybody's, and all of them seem to be root's. So the moment itself is what tells ours from a stranger's.
 */
const own = `read -r boot </proc/sys/kernel/random/boot_id || exit 71
level= until= seconds=
if [ -e "$root/watchdog" ] && read -r was a b c <"$root/watchdog" && [ "$was" = "$boot" ]; then
  level=$a until=$b seconds=$c
fi
scheduled() {
  usec=
  if [ -e /run/systemd/shutdown/scheduled ]; then usec=$(sed -n 's/^USEC=//p' /run/systemd/shutdown/scheduled); fi
}
armed() { systemctl --quiet is-active "fleetwright-watchdog@$1.service"; }
as_root() {
  if ! words=$("$@" 2>&1); then
    echo "$words" >&2
    exit 77
  fi
}
`;

const command = (name: 'arm-reboot' | 'disarm-reboot' | 'arm-unit' | 'disarm-unit' | 'reboot'): string =>
  asRoot(rootCommands[name], { until: '"$until"', seconds: '"$seconds"' }).join(' ');

/**
 * `fleetwright-arm TOKEN LEVEL SECONDS`: answers `armed UNTIL NOW` by the host's clock, `foreign` where somebody else
 * has a shutdown scheduled, or `superseded TOKEN`. A watchdog that is armed already stays as it is, so asking twice
 * never moves its end.
 */
export const arm: Program = {
  name: 'fleetwright-arm',
  text: `${preamble}token=$1
${fence}${own}now=$(date +%s)
begin() {
  level=$1 seconds=$2 until=$((now + $2))
  echo "$boot $level $until $seconds" >"$root/watchdog.new" || exit 73
  mv "$root/watchdog.new" "$root/watchdog" || exit 73
}
case $2 in
  reboot)
    scheduled
    if [ -n "$usec" ] && [ "$usec" != "\${until}000000" ]; then echo foreign; exit 0; fi
    if [ -z "$usec" ]; then
      begin reboot "$3"
      as_root ${command('arm-reboot')}
      scheduled
      if [ "$usec" != "\${until}000000" ]; then echo foreign; exit 0; fi
    fi
    ;;
  unit)
    if [ "$level" != unit ] || ! armed "$seconds"; then
      begin unit "$3"
      as_root ${command('arm-unit')}
      if ! armed "$seconds"; then echo "the watchdog's unit does not run" >&2; exit 77; fi
    fi
    ;;
  *) exit 64 ;;
esac
echo "armed $until $now"
`,
};

/**
 * `fleetwright-disarm TOKEN`: answers `disarmed`, `absent` where nothing of ours is armed (it fired, or the host
 * rebooted), `foreign` where somebody put a shutdown of their own over it, or `superseded TOKEN`.
 */
export const disarm: Program = {
  name: 'fleetwright-disarm',
  text: `${preamble}token=$1
${fence}${own}answer=absent
case $level in
  reboot)
    scheduled
    if [ "$usec" = "\${until}000000" ]; then
      as_root ${command('disarm-reboot')}
      scheduled
      if [ "$usec" = "\${until}000000" ]; then echo "the shutdown is still scheduled" >&2; exit 75; fi
      answer=disarmed
    elif [ -n "$usec" ]; then answer=foreign
    fi
    ;;
  unit)
    if armed "$seconds"; then
      as_root ${command('disarm-unit')}
      answer=disarmed
    fi
    ;;
esac
rm -f "$root/watchdog" || exit 73
echo "$answer"
`,
};

/**
 * `fleetwright-reboot TOKEN BOOT`: reboots a host that still is in that boot. Answers `rebooting`, `rebooted` where it
 * is in another one already, or `superseded TOKEN`. The answer may be lost with the host.
 */
export const reboot: Program = {
  name: 'fleetwright-reboot',
  text: `${preamble}token=$1
${fence}${own}if [ "$boot" != "$2" ]; then echo rebooted; exit 0; fi
as_root ${command('reboot')}
echo rebooting
`,
};
