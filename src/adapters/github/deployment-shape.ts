/** A deployment's payload as a record: GitHub gives it back as it was sent, which older clients did as text. */
export function deploymentPayloadOf(payload: unknown): Readonly<Record<string, unknown>> {
  const value: unknown = typeof payload === 'string' ? parsed(payload) : payload;
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
