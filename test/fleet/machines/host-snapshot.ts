/** What a host is, read by the second door and not by the bot. */
export interface HostSnapshot {
  readonly running: string;
  readonly booted: string;
  readonly profile: string;
  /** The system that the boot loader would start. */
  readonly bootDefault: string;
  readonly generations: readonly string[];
  readonly bootId: string;
  readonly failed: readonly string[];
  readonly switching: boolean;
  readonly scheduledShutdown: string | null;
  /** Everything that runs for the account but its manager, and every nixos-rebuild. */
  readonly processes: readonly string[];
  /** How often a switch to each system began since the bot that serves the host was opened: the system's own words. */
  readonly switches: Readonly<Record<string, number>>;
}

/** `cursor`: where in the journal to begin, as `cursorScript` printed it. */
export const snapshotScript = (cursor: string): string => `
echo "running $(readlink -e /run/current-system)"
echo "booted $(readlink -e /run/booted-system)"
echo "profile $(readlink -e /nix/var/nix/profiles/system)"
entry=$(sed -n 's/^default //p' /boot/loader/loader.conf)
echo "boot-default $(sed -n 's|^options init=\\([^ ]*\\)/init .*|\\1|p' "/boot/loader/entries/$entry")"
for link in /nix/var/nix/profiles/system-*-link; do echo "generation $link $(readlink -e "$link")"; done
echo "boot-id $(cat /proc/sys/kernel/random/boot_id)"
systemctl list-units --failed --plain --no-legend --no-pager --full | while read -r unit rest; do echo "failed $unit"; done
systemctl list-units --plain --no-legend --no-pager --full --state=active,activating,deactivating 'nixos-rebuild-switch-to-configuration*' |
  while read -r unit rest; do echo "switching $unit"; done
if [ -e /run/systemd/shutdown/scheduled ]; then echo "scheduled $(tr '\\n' ' ' </run/systemd/shutdown/scheduled)"; fi
ps -eo user:20,args --no-headers | while read -r user words; do
  case "$user $words" in
    *systemd*--user* | *'(sd-pam)'* | *dbus-daemon*) ;;
    fleetwright*sshd* ) ;;
    fleetwright* | *nixos-rebuild* | *switch-to-configuration*) echo "process $words" ;;
  esac
done
journalctl --quiet --no-pager --output=cat --identifier=nixos ${cursor === '' ? '' : `--after-cursor='${cursor}'`} | sed -n 's/^switching to system configuration \\([^ ]*\\)$/switch \\1/p'
`;

export const cursorScript = "journalctl --quiet --no-pager --lines=0 --show-cursor | sed 's/^-- cursor: //'";

export function readSnapshot(text: string): HostSnapshot {
  const all = (word: string) =>
    text
      .split('\n')
      .filter((line) => line.startsWith(`${word} `))
      .map((line) => line.slice(word.length + 1).trim());
  const one = (word: string) => all(word)[0] ?? '';
  const switches: Record<string, number> = {};
  for (const system of all('switch')) switches[system] = (switches[system] ?? 0) + 1;
  return {
    running: one('running'),
    booted: one('booted'),
    profile: one('profile'),
    bootDefault: one('boot-default'),
    generations: all('generation'),
    bootId: one('boot-id'),
    failed: all('failed'),
    switching: all('switching').length > 0,
    scheduledShutdown: all('scheduled')[0] ?? null,
    processes: all('process'),
    switches,
  };
}
