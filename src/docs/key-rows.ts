import type { JsonSchema } from './config-schema.ts';

/** One key of a shape: where it stands, what may stand there, and what it is for. */
export interface KeyRow {
  readonly path: string;
  /** Its default, or that it is required or optional. */
  readonly standing: string;
  readonly allowed: string;
  readonly description: string;
}

/** Every key under a schema, parents first. `hosts.<name>.port` and `hosts.<name>.probes.http[].url` are their paths. */
export function keyRows(schema: JsonSchema, at = ''): readonly KeyRow[] {
  const below = Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => {
    const path = at === '' ? key : `${at}.${key}`;
    const required = schema.required?.includes(key) ?? false;
    return [row(path, inner, required), ...innerRows(path, inner)];
  });
  return below;
}

function innerRows(path: string, schema: JsonSchema): readonly KeyRow[] {
  if (schema.properties !== undefined) return keyRows(schema, path);
  if (typeof schema.additionalProperties === 'object') return keyRows(schema.additionalProperties, `${path}.<name>`);
  return schema.items === undefined ? [] : keyRows(schema.items, `${path}[]`);
}

function row(path: string, schema: JsonSchema, required: boolean): KeyRow {
  return {
    path,
    standing: standing(schema, required),
    allowed: allowed(schema),
    description: schema.description ?? '',
  };
}

function standing(schema: JsonSchema, required: boolean): string {
  const { default: value } = schema;
  if (required) return '**required**';
  if (value === undefined) return '';
  // An empty map or list is what "not written" means anyway.
  return typeof value === 'object' ? '' : `\`${JSON.stringify(value).replaceAll('"', '')}\``;
}

function allowed(schema: JsonSchema): string {
  const { type, minimum, maximum, items } = schema;
  if (schema.enum !== undefined) return schema.enum.map((word) => `\`${String(word)}\``).join(', ');
  if (type === 'array') return items?.type === 'object' ? 'list' : 'list of texts';
  if (type === 'object') return 'map';
  if (type === 'boolean') return '`true`, `false`';
  if (type === 'string') return 'text';
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  return String(type ?? '');
}
