import type { Posting, RepositoryRef } from '../../src/jobs/forge.ts';
import type { ForgeWriter, Hints, Remote } from '../../src/jobs/forge-writer.ts';

export interface Call {
  readonly kind: Posting['kind'];
  readonly look: boolean;
  readonly known: number | null;
}

/** A forge in memory: what is on it by mark, and a journal of every call. It doubles what is created without looking. */
export class FakeForgeWriter implements ForgeWriter {
  readonly calls: Call[] = [];
  readonly there: { readonly id: number; readonly mark: string; posting: Posting }[] = [];
  /** Called before and after the effect; what it throws is what the caller sees. */
  before: (call: number) => void = () => {};
  after: (call: number) => void = () => {};

  async deliver(_repository: RepositoryRef, posting: Posting, hints: Hints): Promise<Remote> {
    const call = this.calls.length;
    this.calls.push({ kind: posting.kind, look: hints.look, known: hints.known?.id ?? null });
    this.before(call);
    const known = this.there.find((one) =>
      hints.known !== null ? one.id === hints.known.id : hints.look && one.mark === hints.mark,
    );
    const id = known?.id ?? this.there.length + 1;
    if (known === undefined) this.there.push({ id, mark: hints.mark, posting });
    else known.posting = posting;
    this.after(call);
    return { id, url: `https://forge.test/${id}`, memory: {} };
  }

  /** The bodies that are there, in the order of their creation. */
  bodies(): string[] {
    return this.there.map((one) => ('body' in one.posting ? one.posting.body : one.posting.kind));
  }
}
