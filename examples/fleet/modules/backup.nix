# Nightly copies onto the pool. What is not listed here is not backed up.
{ ... }:

{
  services.restic.backups.pool = {
    initialize = true;
    repository = "/tank/restic";
    passwordFile = "/var/lib/restic/password";
    paths = [
      "/tank/photos"
      "/tank/documents"
    ];
    timerConfig.OnCalendar = "03:15";
    pruneOpts = [
      "--keep-daily 14"
      "--keep-monthly 12"
    ];
  };
}
