import { send } from './client';

interface Offer {
  ticket: string;
  options: unknown;
}

/** Whether this browser can use passkeys at all; it needs https or this machine itself. */
export function canUsePasskeys(): boolean {
  return typeof PublicKeyCredential !== 'undefined' && typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function';
}

/** Asks the device for a passkey; nothing when its person turned it away. */
export async function provePasskey(tenant?: string): Promise<{ ticket: string; credential: unknown } | undefined> {
  const { ticket, options } = await send<Offer>('POST', '/api/v1/session/passkey/options', tenant ? { tenant } : {});
  const found = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options as PublicKeyCredentialRequestOptionsJSON) }).catch(() => null);
  return found ? { ticket, credential: (found as PublicKeyCredential).toJSON() } : undefined;
}

/** Makes a passkey on this device; nothing when its person turned it away. */
export async function makePasskey(name: string): Promise<boolean> {
  const { ticket, options } = await send<Offer>('POST', '/api/v1/me/passkeys/options', {});
  const made = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options as PublicKeyCredentialCreationOptionsJSON) }).catch(() => null);
  if (!made) return false;
  await send('POST', '/api/v1/me/passkeys', { ticket, name, credential: (made as PublicKeyCredential).toJSON() });
  return true;
}
