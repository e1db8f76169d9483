#!/bin/sh
# Makes this system the current one (nixos/modules/system/activation/activation-script.nix): every snippet runs, the link
# is set whether they went well or not, and the exit code tells.
export PATH=/usr/bin:/usr/sbin:/bin:/sbin
systemConfig=@OUT@
_status=0
before=$(readlink /etc/static)
ln -sfn "$systemConfig/etc" /etc/static
if [ -n "$before" ] && [ -d "$before" ]; then
  (cd "$before" && find . ! -type d ! -path './systemd/*') | while read -r file; do
    if [ ! -e "/etc/static/$file" ] && [ "$(readlink "/etc/$file")" = "/etc/static/${file#./}" ]; then rm "/etc/$file"; fi
  done
fi
(cd /etc/static/ && find . ! -type d ! -path './systemd/*') | while read -r file; do
  mkdir -p "/etc/$(dirname "$file")"
  ln -sfn "/etc/static/${file#./}" "/etc/${file#./}"
done
. @SNIPPETS@
ln -sfn "$(readlink -f "$systemConfig")" /run/current-system
exit $_status
