import { isRefusal, refuse, type Refusal } from '../core/refusal.ts';
import { mayInclude } from './load-zone-texts.ts';
import { canonicalName } from './name.ts';
import { openZone, type OpenZone, type ZoneSource } from './zone.ts';

/** The zones of a repository over texts that change: a zone is read when it is needed, and again when a file of it changed. */
export class OpenZones {
  readonly #sources: ReadonlyMap<string, ZoneSource>;
  readonly #texts: Map<string, string>;
  readonly #open = new Map<string, OpenZone>();

  constructor(sources: readonly ZoneSource[], texts: ReadonlyMap<string, string>) {
    this.#sources = new Map(sources.map((source) => [canonicalName(source.zone), source]));
    this.#texts = new Map(texts);
  }

  get texts(): ReadonlyMap<string, string> {
    return this.#texts;
  }

  names(): readonly string[] {
    return [...this.#sources.keys()];
  }

  zone(name: string): OpenZone | Refusal {
    const known = this.#open.get(name);
    if (known !== undefined && known.documents.every((document) => this.#texts.get(document.path) === document.text))
      return known;
    const source = this.#sources.get(name);
    if (source === undefined) return refuse('zone-not-found', { zone: name, zones: [...this.#sources.keys()] });
    const opened = openZone(source, this.#texts);
    if (!isRefusal(opened)) this.#open.set(name, opened);
    return opened;
  }

  /** The zone as an edit left it. Its texts are those of the repository from here on. */
  keep(zone: OpenZone): void {
    for (const document of zone.documents) this.#texts.set(document.path, document.text);
    this.#open.set(zone.name, zone);
  }

  /** Zones that take in one of the files by `$INCLUDE`. Only files that say so are opened. */
  including(paths: ReadonlySet<string>): readonly string[] {
    const found: string[] = [];
    for (const [name, source] of this.#sources) {
      if (!mayInclude(this.#texts.get(source.file))) continue;
      const zone = this.zone(name);
      if (isRefusal(zone)) continue;
      if (zone.documents.slice(1).some((document) => paths.has(document.path))) found.push(name);
    }
    return found;
  }
}
