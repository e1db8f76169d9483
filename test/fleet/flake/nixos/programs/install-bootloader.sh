#!/bin/sh
# systemd-boot's files (nixos/modules/system/boot/loader/systemd-boot/systemd-boot-builder.py): an entry for each
# generation, kernels and initrds copied, and the default set last. $1: the system that shall be the default.
set -eu
export PATH=/usr/bin:/usr/sbin:/bin:/sbin
mkdir -p /boot/loader/entries /boot/EFI/nixos
copied() {
  from=$(readlink -f "$1")
  to=/boot/EFI/nixos/$(echo "${from#/nix/store/}" | tr / -).efi
  if [ ! -e "$to" ]; then
    cp "$from" "$to.tmp"
    mv "$to.tmp" "$to"
  fi
  echo "${to#/boot}"
}
default=
for link in /nix/var/nix/profiles/system-*-link; do
  number=${link##*/system-} number=${number%-link}
  system=$(readlink -f "$link")
  entry=/boot/loader/entries/nixos-generation-$number.conf
  linux=$(copied "$system/kernel")
  initrd=$(copied "$system/initrd")
  cat >"$entry.tmp" <<END
title NixOS
version Generation $number NixOS $(cat "$system/nixos-version")
linux $linux
initrd $initrd
options init=$system/init $(cat "$system/kernel-params")
END
  mv "$entry.tmp" "$entry"
  if [ "$system" = "$1" ]; then default=$number; fi
done
if [ -z "$default" ]; then
  echo "the system $1 is no generation of the profile" >&2
  exit 1
fi
printf 'timeout 5\ndefault nixos-generation-%s.conf\n' "$default" >/boot/loader/loader.conf.tmp
mv /boot/loader/loader.conf.tmp /boot/loader/loader.conf
. @EXTRA@
