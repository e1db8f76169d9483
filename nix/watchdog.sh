# Waits; then activates the remembered system; then waits for somebody to stop this unit, or reboots.
# The activation is a unit of its own: whoever stops this one must not cut it off in the middle. Its name is one that a
# deploy looks for, so nobody begins another switch meanwhile.
set -u
sleep "$SECONDS_LEFT"
old=$(readlink -e /run/fleetwright-watchdog/old) || exec systemctl reboot
echo "nobody stopped the watchdog: activating $old"
systemd-run --wait --collect --quiet --service-type=exec --property=RuntimeMaxSec=600 \
  --unit=nixos-rebuild-switch-to-configuration-fleetwright-watchdog \
  "$old/bin/switch-to-configuration" test
code=$?
# 4: some unit failed, perhaps one that had failed before. The host is on its old system all the same.
if [ "$code" -ne 0 ] && [ "$code" -ne 4 ]; then
  echo "the old system could not be activated ($code): rebooting into the boot default"
  exec systemctl reboot
fi
sleep 600
echo "nobody came back: rebooting into the boot default"
exec systemctl reboot
