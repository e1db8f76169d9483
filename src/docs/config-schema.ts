import { z } from 'zod';
import { fleetConfigPath, fleetConfigShape } from '../config/fleet-config.ts';
import { settingsShape } from '../config/settings.ts';

/** The parts of a JSON Schema that our shapes come to. Descriptions and defaults are where the tables find them. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
}

/** The config file as its owner may write it: before defaults are filled in. */
export function fleetConfigSchema(): JsonSchema {
  return z.toJSONSchema(fleetConfigShape, { io: 'input' }) as JsonSchema;
}

export function settingsSchema(): JsonSchema {
  return z.toJSONSchema(settingsShape, { io: 'input' }) as JsonSchema;
}

/** The text of the committed schema, by which editors complete and check the config file while it is written. */
export function fleetConfigSchemaText(): string {
  const { $schema, ...rest } = fleetConfigSchema() as JsonSchema & { readonly $schema?: string };
  return `${JSON.stringify({ $schema, title: fleetConfigPath, ...rest }, null, 2)}\n`;
}
