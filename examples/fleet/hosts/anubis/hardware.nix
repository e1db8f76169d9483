{ ... }:

{
  boot.loader.systemd-boot.enable = true;
  boot.loader.efi.canTouchEfiVariables = true;
  boot.initrd.availableKernelModules = [ "xhci_pci" "ahci" "mpt3sas" "usb_storage" "sd_mod" ];
  boot.supportedFilesystems = [ "zfs" ];
  boot.zfs.extraPools = [ "tank" ];
  services.zfs.autoScrub.enable = true;

  fileSystems."/" = { device = "/dev/disk/by-uuid/0c9bfa1e-6a7c-4f0f-9b65-0f5ae4f3bb51"; fsType = "ext4"; };
  fileSystems."/boot" = { device = "/dev/disk/by-uuid/91E2-3A0B"; fsType = "vfat"; };
  swapDevices = [ ];
}
