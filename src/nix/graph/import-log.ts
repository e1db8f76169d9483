import { Deps } from '../eval/deps.ts';
import { hole, trimmed, type Value } from '../eval/values.ts';
import { joinPath, realPath, type Repository } from '../repository.ts';

/** The modules that a module imports. */
export interface Imports {
  /** The files in their order, as far as they are files. */
  readonly files: readonly string[];
  /** False where some item may be there or not, so that the files do not say all. */
  readonly isSure: boolean;
  /** What was come to for the list alone. */
  readonly deps: Deps;
}

export class ImportLog implements Imports {
  readonly files: string[] = [];
  readonly deps = new Deps();
  isSure = true;
  private readonly repository: Repository;

  constructor(repository: Repository) {
    this.repository = repository;
  }

  /** A list of imports or an item of one. */
  take(value: Value): void {
    switch (value.kind) {
      case 'list':
        if (value.more.length > 0) this.isSure = false;
        return;
      case 'path':
        return this.file(value.path, value.parts.length > 0);
      // A module that is written in its place, or comes from elsewhere: what it says counts where it stands.
      case 'attrs':
      case 'lambda':
      case 'symbol':
      case 'builtin':
        this.files.push(`<${value.kind}>`);
        return;
      default:
        this.isSure = false;
    }
  }

  private file(path: string, isMade: boolean): void {
    const file = moduleFile(this.repository, path);
    if ((isMade && path.includes(hole)) || !this.repository.entries.has(file)) this.isSure = false;
    this.files.push(file);
  }
}

/** The file that a path names as a module. */
export function moduleFile(repository: Repository, path: string): string {
  const real = realPath(repository, trimmed(path));
  return repository.folders.has(real) ? (joinPath(real, 'default.nix') ?? real) : real;
}
