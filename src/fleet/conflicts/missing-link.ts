import type { Conflict } from './conflict.ts';
import { entriesOf, goesToAny, reachedServices } from './reached-services.ts';
import { exceptionsByKind } from './siblings.ts';
import { directoryOf } from './targets.ts';
import { findingAtFact, thingWords } from './things.ts';

/** A service that the dashboard does not show, where it shows its siblings. */
export const missingLink: Conflict = {
  id: 'missing-link',
  summary: 'A service has no link on the dashboard, and its siblings have.',
  find(facts) {
    const links = entriesOf(facts, ['dashboard-link']);
    const pages = reachedServices(facts).filter(({ label }) => !noPage.test(label));
    const isShown = goesToAny(links, pages, directoryOf(facts));
    return exceptionsByKind(pages, isShown).map(({ service: { fact, label }, siblings }) =>
      findingAtFact(fact, {
        check: missingLink.id,
        level: 'note',
        message: `the dashboard has no link to ${label} on ${thingWords(fact)}; it has links to ${siblings}`,
      }),
    );
  },
};

/** Services that no browser opens. */
const noPage =
  /^(mosquitto|nsd|bind|unbound|dnsmasq|knot|powerdns|pdns.*|coredns|kresd|blocky|step-ca|eternal-terminal|coturn|murmur|mumble|minecraft.*|factorio|terraria|valheim|teamspeak.*|postfix|dovecot2?|opensmtpd|maddy|rspamd|stalwart.*|mpd|snapserver|shairport.*|prosody|ejabberd|soju|znc|.*ircd.*|tor|i2pd?|bitcoind|lnd|iodine|ngircd|rsyncd|atftpd|tftpd|vsftpd|borgbackup|restic.*|rtorrent|clamav|openldap|kerberos.*|quassel|wstunnel|nats|etcd|memcached|mongodb|influxdb2?|clickhouse|loki|tempo|mimir|nut|ups.*|apcupsd|lldpd|miniupnpd|pipewire|rustdesk.*|vaultwarden-ldap|telegraf)$/i;
