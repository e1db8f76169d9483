import { sampleValues } from '../doctor/sample-values.ts';
import { asRoot, type RootCommand, type RootCommandName, rootCommandNames, rootCommands } from '../root-commands.ts';
import { preamble, type Program } from './program.ts';

/** `sudo -l COMMAND` says by its exit code whether the command is allowed: sudo's own judgement, not ours of its rules. */
function question(name: RootCommandName): string {
  const command: RootCommand = rootCommands[name];
  const ask = (action: string): string => {
    const [, , ...words] = asRoot(command, sampleValues({ path: '"$running"', home: '$HOME', action }));
    // Some words hold what the shell would read as a pattern.
    const quoted = words.map((word) => (/[*?#]/.test(word) ? `"${word}"` : word));
    return `sudo -n -l ${quoted.join(' ')} >/dev/null 2>&1`;
  };
  const acts = command.words.some(
    (word) => typeof word !== 'string' && word.some((part) => typeof part !== 'string' && part.hole === 'action'),
  );
  const asked = (acts ? ['test', 'boot'] : ['test']).map(ask).join(' && ');
  return `if ${asked}; then echo "may ${name} yes"; else echo "may ${name} no"; fi\n`;
}

/**
 * What a deploy takes for granted of a host, for `fleetwright doctor`: its clock, its sudo rules, the programs that
 * ours call. Reads only, and without root. Answer: see `examine-answer.ts`.
 *
 * Rules of the world:
 * - `sudo -l` breaks its lines at the width of a terminal, which it takes from COLUMNS where there is none.
 * - `sudo -n -l` gives "a password is required" for an account that has no rule without a password at all.
 */
export const examine: Program = {
  name: 'fleetwright-examine',
  text: `${preamble}echo "clock $(date +%s)"
case $(timedatectl show --property=NTPSynchronized --value 2>/dev/null) in
  yes) echo 'synchronised yes' ;;
  no) echo 'synchronised no' ;;
esac
for program in sudo git flock setsid nix nixos-rebuild; do
  if command -v "$program" >/dev/null; then echo "program $program yes"; else echo "program $program no"; fi
done
version=$(sudo --version 2>/dev/null | { read -r first second number rest && echo "$number"; })
case $version in
  '' | *[!0-9a-z.]*) ;;
  *) echo "sudo $version" ;;
esac
version=$(nixos-version 2>/dev/null)
version=\${version%% *}
case $version in
  '' | *[!0-9A-Za-z.-]*) ;;
  *) echo "nixos $version" ;;
esac
lingers=no
if [ -e "/var/lib/systemd/linger/$(id -un)" ]; then lingers=yes; fi
echo "lingers $lingers"
unit=no
if [ "$(systemctl show --property=LoadState --value fleetwright-watchdog@1200.service 2>/dev/null)" = loaded ]; then unit=yes; fi
echo "watchdog-unit $unit"
if lsblk -rno TYPE 2>/dev/null | grep -qx crypt; then echo 'encrypted yes'; fi
home=no
if mkdir -p "$root" 2>/dev/null && [ -w "$root" ]; then home=yes; fi
echo "home $home"
running=$(readlink -e /run/current-system || echo /nix/store/none)
listed=$(COLUMNS=32000 sudo -n -ll 2>/dev/null) || listed=
echo "rights $(printf '%s' "$listed" | base64 | tr -d '[:space:]')"
${rootCommandNames.map(question).join('')}echo end
`,
};
