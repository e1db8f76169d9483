import { preamble, type Program } from './program.ts';

/**
 * One GET from a host, as the bot itself sends it: no redirect is followed and no proxy or file of settings counts.
 * curl is part of every NixOS system. `$2`, where it is given: who is asked for it, whatever its name leads to, and with
 * whatever certificate. Answers with the body and a last line `status CODE EXIT WHY`, or `unable curl`.
 */
export const fetchPage: Program = {
  name: 'fleetwright-fetch-page',
  text: `${preamble}command -v curl >/dev/null || { echo 'unable curl'; exit 0; }
exec 3>&1
url=$1
if [ $# -gt 1 ]; then
  case $2 in *:*) set -- --insecure --connect-to "::[$2]:" ;; *) set -- --insecure --connect-to "::$2:" ;; esac
else set --
fi
said=$(curl -q "$@" --silent --show-error --noproxy '*' --proto '=http,https' --max-time 5 --max-filesize 1048576 \\
  --user-agent fleetwright --write-out '%{stderr}\\n%{http_code}' -- "$url" 2>&1 >&3 3>&-)
code=$?
status=$(printf '%s\\n' "$said" | tail -n 1)
why=$(printf '%s\\n' "$said" | head -n 1)
printf '\\nstatus %s %s %s\\n' "\${status:-000}" "$code" "$why"
`,
};
