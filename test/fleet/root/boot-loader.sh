#!/bin/sh
# Stands for the firmware, the boot loader and stage 1: starts the system that the default entry in /boot names.
# A host that was never booted gets its entries from the installer, which is this too.
export PATH=/usr/bin:/usr/sbin:/bin:/sbin
if [ ! -e /boot/loader/loader.conf ]; then
  system=$(readlink -f /nix/var/nix/profiles/system)
  "$system/bin/install-bootloader" "$system"
fi
entry=$(sed -n 's/^default //p' /boot/loader/loader.conf)
init=$(sed -n 's/^options init=\([^ ]*\).*/\1/p' "/boot/loader/entries/$entry")
exec "$init"
