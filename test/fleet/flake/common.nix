{
  services.openssh.enable = true;
  networking.nameservers = [ "10.77.20.11" ];
}
