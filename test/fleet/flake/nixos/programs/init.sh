#!/bin/sh
# Stage 2: the first program that the boot loader's entry names (nixos/modules/system/boot/stage-2-init.sh).
export PATH=/usr/bin:/usr/sbin:/bin:/sbin
ln -sfn @OUT@ /run/booted-system
mkdir -p /run/wrappers/bin
ln -sfn /usr/bin/sudo /run/wrappers/bin/sudo
@OUT@/activate
exec /usr/lib/systemd/systemd "$@"
