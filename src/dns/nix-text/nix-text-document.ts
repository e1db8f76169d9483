import type { HolderDocument } from '../holder.ts';
import type { ZoneFileDocument } from '../zone-file/syntax.ts';
import type { WrittenText } from './written-text.ts';

/** Where in a Nix file a problem stands, as an offset. */
export interface PlaceInFile {
  readonly at: number;
  readonly message: string;
}

/** A Nix file that holds the zone as the text of one string. */
export interface NixTextDocument extends HolderDocument {
  readonly holder: 'nix-text';
  /** Null where no string, or more than one, may hold the zone: `trouble` tells. */
  readonly held: HeldZone | null;
  readonly trouble: PlaceInFile | null;
  /** Further places that may hold the zone. */
  readonly others: readonly number[];
}

export interface HeldZone {
  readonly written: WrittenText;
  readonly zoneFile: ZoneFileDocument;
}
