/** One entry of GitHub's `errors` list. */
export interface FieldError {
  readonly resource: string;
  readonly code: string;
  readonly field?: string;
  readonly message?: string;
}

/** An answer that is no success, thrown so that a lookup deep in a route can end it. The router turns it into JSON. */
export class Denied extends Error {
  readonly status: number;
  readonly errors: readonly FieldError[] | undefined;

  constructor(status: number, message: string, errors?: readonly FieldError[]) {
    super(message);
    this.name = 'Denied';
    this.status = status;
    this.errors = errors;
  }
}

export const notFound = (): Denied => new Denied(404, 'Not Found');

export const notAccessible = (): Denied => new Denied(403, 'Resource not accessible by integration');

/** GitHub's `Validation Failed`, with what was wrong about which field. */
export function invalid(resource: string, field: string, code: string, message?: string): Denied {
  const error: FieldError = { resource, field, code, ...(message === undefined ? {} : { message }) };
  return new Denied(422, 'Validation Failed', [error]);
}
