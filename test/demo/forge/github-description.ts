import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

/** A piece of JSON whose shape is looked at as it is walked. */
type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const child = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), value);

/** GitHub's own OpenAPI description, pruned to the routes that are asked for. */
export class GitHubDescription {
  readonly #document: unknown;
  readonly #ajv: Ajv;
  readonly #compiled = new Map<string, ValidateFunction | null>();

  constructor() {
    const require = createRequire(import.meta.url);
    const path = require.resolve('@octokit/openapi/generated/api.github.com.json');
    this.#document = JSON.parse(readFileSync(path, 'utf8'));
    this.#ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
    formats.default(this.#ajv);
  }

  has(method: string, template: string): boolean {
    return isObject(this.#operation(method, template));
  }

  /** The statuses that the description names for the route. */
  statuses(method: string, template: string): readonly string[] {
    return Object.keys((child(this.#operation(method, template), 'responses') ?? {}) as Json);
  }

  /** What is wrong with a request's body; empty where nothing is. */
  faultsOfRequest(method: string, template: string, body: unknown): readonly string[] {
    const described = child(this.#operation(method, template), 'requestBody');
    if (body === undefined && child(described, 'required') !== true) return [];
    const schema = child(described, 'content', 'application/json', 'schema');
    return this.#faults(`request ${method} ${template}`, schema, body);
  }

  faultsOfResponse(method: string, template: string, status: number, body: unknown): readonly string[] {
    const response = this.#resolve(child(this.#operation(method, template), 'responses', String(status)));
    const content = child(response, 'content');
    const schema =
      child(content, 'application/json', 'schema') ?? child(content, 'application/json; charset=utf-8', 'schema');
    return this.#faults(`response ${status} ${method} ${template}`, schema, body);
  }

  #operation(method: string, template: string): unknown {
    return child(this.#document, 'paths', template, method.toLowerCase());
  }

  #resolve(node: unknown): unknown {
    const reference = child(node, '$ref');
    return typeof reference === 'string' ? child(this.#document, ...reference.split('/').slice(1)) : node;
  }

  #faults(key: string, schema: unknown, body: unknown): readonly string[] {
    if (schema === undefined) return [];
    let validate = this.#compiled.get(key);
    if (validate === undefined) {
      validate = this.#ajv.compile(this.#closed(schema));
      this.#compiled.set(key, validate);
    }
    if (validate === null || validate(body) === true) return [];
    return (validate.errors ?? []).map(
      (error) => `${error.instancePath || '/'} ${error.message ?? ''} ${JSON.stringify(error.params)}`,
    );
  }

  /** The schema with the definitions that it reaches and no others: the whole file takes seconds to compile. */
  #closed(schema: unknown): Json {
    const definitions: Json = {};
    const convert = (node: unknown): unknown => {
      if (Array.isArray(node)) return node.map(convert);
      if (!isObject(node)) return node;
      const reference = node['$ref'];
      if (typeof reference === 'string') {
        const name = reference.split('/').at(-1) ?? '';
        if (!(name in definitions)) {
          definitions[name] = true;
          definitions[name] = convert(child(this.#document, 'components', 'schemas', name));
        }
      }
      const { nullable, example: _example, examples: _examples, ...rest } = node;
      const plain = Object.fromEntries(Object.entries(rest).map(([field, value]) => [field, convert(value)]));
      if (typeof reference === 'string') plain['$ref'] = `#/definitions/${reference.split('/').at(-1) ?? ''}`;
      // OpenAPI 3.0 writes "or null" as a flag beside the type (3.0.3 section 4.7.24), JSON Schema as an alternative.
      return nullable === true ? { anyOf: [plain, { type: 'null' }] } : plain;
    };
    const root = convert(schema) as Json;
    return { ...root, definitions };
  }
}
