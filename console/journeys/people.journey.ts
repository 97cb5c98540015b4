import { createHmac } from 'node:crypto';
import { describe, expect, inject, it } from 'vitest';
import { api, enter, expectAccessible, unique, visit, withBrowser } from './browser';
import { newOrder, newSku } from './company';
import { newPerson, password } from './person';

withBrowser();

/** The six digits that a code app shows for a secret. */
function code(secret: string, now = Date.now()): string {
  const bits = [...secret.replace(/\s|=/g, '')].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const hash = createHmac('sha1', key).update(counter).digest();
  return String((hash.readUInt32BE((hash[19] ?? 0) & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

describe('people', () => {
  it('are invited, join, sign out and sign in with a password', async () => {
    const { email, page } = await newPerson();
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(/sign-in/);
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password', { exact: true }).fill('not the password at all');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    await page.context().close();
  });

  it('who set up a code app are asked for its code', async () => {
    const { email, page } = await newPerson();
    await page.goto(`${inject('address')}/account`);
    await page.getByRole('button', { name: 'Set it up' }).click();
    await page.getByRole('img', { name: 'The secret as a QR code' }).waitFor();
    const secret = await page.locator('[data-secret]').innerText();
    await page.getByLabel('Code from your app').fill(code(secret));
    await page.getByRole('button', { name: 'Turn it on' }).click();
    const recovery = page.getByText('Keep these recovery codes');
    await recovery.waitFor();
    const spare = await page.locator('ul code').first().innerText();
    await expectAccessible(page);
    await page.context().close();
    const again = await visit('/sign-in');
    await again.getByLabel('E-mail address').fill(email);
    await again.getByLabel('Password', { exact: true }).fill(password);
    await again.getByRole('button', { name: 'Go on' }).click();
    await again.getByRole('heading', { name: 'One more step' }).waitFor();
    await expectAccessible(again);
    await again.getByLabel('Code from your app').fill(code(secret, Date.now() + 30_000));
    await again.getByRole('button', { name: 'Go on' }).click();
    await Promise.race([again.getByRole('navigation', { name: 'Pages' }).waitFor(), again.getByRole('alert').waitFor()]);
    if (await again.getByRole('alert').count()) {
      await again.getByRole('button', { name: 'Use a recovery code instead' }).click();
      await again.getByLabel('Recovery code').fill(spare);
      await again.getByRole('button', { name: 'Go on' }).click();
      await again.getByRole('navigation', { name: 'Pages' }).waitFor();
    }
    await again.context().close();
  });

  it('sign in with a passkey alone', async () => {
    const { page } = await newPerson();
    // Passkeys want a name for a host, so the rest of this journey happens on localhost.
    const local = inject('address').replace('127.0.0.1', 'localhost');
    const cookies = await page.context().cookies();
    await page.context().addCookies(cookies.map((cookie) => ({ ...cookie, domain: 'localhost' })));
    const devices = await page.context().newCDPSession(page);
    await devices.send('WebAuthn.enable');
    await devices.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
    await page.goto(`${local}/account`);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByRole('button', { name: 'Remove This device' }).waitFor();
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('button', { name: 'Sign out' }).first().click();
    await page.waitForURL(/sign-in/);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    await page.context().close();
  });
});

describe('roles', () => {
  it('are made, refused by field, given to a person and given up', async () => {
    const { email, page: theirs } = await newPerson();
    await theirs.context().close();
    const name = `Night ${unique('r').toLowerCase()}`;
    const page = await enter('/roles');
    await page.getByRole('link', { name: /Picker/ }).click();
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByLabel('Name').fill('123');
    await page.getByRole('button', { name: 'Make a role' }).last().click();
    await page.getByText('Give it a name with a letter in it').waitFor();
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Place and change orders').check();
    await page.getByRole('button', { name: 'Make a role' }).last().click();
    await page.getByRole('button', { name: 'Give up' }).waitFor();
    await page.getByLabel('Name').fill(' ');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('A name has 1 to 100 characters').waitFor();
    await expectAccessible(page);
    const [venture, site] = [unique('v').toLowerCase(), unique('s').toLowerCase()];
    await api('POST', '/ventures', { code: venture, name: 'Second venture' });
    await api('POST', '/sites', { code: site, venture, name: `Yard ${site}`, timeZone: 'Europe/London' });
    await page.goto(`${inject('address')}/people`);
    await page.getByRole('row').filter({ hasText: email }).getByRole('button', { name: /^Change roles/ }).click();
    await page.getByRole('dialog').getByLabel(name).check();
    await page.getByLabel(`Where: ${name}`).selectOption('sites');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('A role is narrowed to 1 to 200 of them').waitFor();
    await page.getByRole('dialog').getByLabel(`Yard ${site}`).check();
    await expectAccessible(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByRole('row').filter({ hasText: email }).getByText(`${name} in ${site}`).waitFor();
    await page.getByRole('link', { name: 'Roles', exact: true }).click();
    await page.getByRole('link', { name }).click();
    await page.getByText('Pat Mason').waitFor();
    await page.getByRole('button', { name: 'Give up' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Give up' }).click();
    await expect.poll(() => page.getByRole('link', { name }).count()).toBe(0);
    await page.context().close();
  });

  it('show their change in what a person may do', async () => {
    const [role, person] = [unique('r').toLowerCase(), await newPerson({ owner: false })];
    await api('PUT', `/roles/${role}`, { name: role, permissions: ['orders.read'] });
    const found = (await api<{ items: { id: string; email: string }[] }>('GET', '/people')).items.find((one) => one.email === person.email);
    await api('PUT', `/members/${found?.id}`, { grants: [{ role }] });
    await person.page.goto(`${inject('address')}/orders`);
    await person.page.getByRole('heading', { name: 'Orders' }).waitFor();
    expect(await person.page.getByRole('link', { name: 'Place an order' }).count()).toBe(0);
    const page = await enter(`/roles?role=${role}`);
    await page.getByLabel('Place and change orders').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved').waitFor();
    await page.context().close();
    await person.page.reload();
    await person.page.getByRole('link', { name: 'Place an order' }).waitFor();
    await person.page.context().close();
  });
});

describe('companies', () => {
  it('are changed in the frame by who belongs to several', async () => {
    const slug = unique('t').toLowerCase();
    const { email, page } = await newPerson();
    await api('POST', '/tenants', { slug, name: 'Second company' });
    expect(await page.getByLabel('Company').count()).toBe(0);
    const { link } = await api<{ link: string }>('POST', '/people/invitations', { email, name: 'Pat Mason', owner: true }, undefined, slug);
    await api('POST', '/session/accept', { token: new URL(link, inject('address')).hash.slice(1), name: 'Pat Mason', password });
    await page.goto(`${inject('address')}/people`);
    await page.getByLabel('Company').selectOption(slug);
    await page.getByRole('complementary').getByText('Second company').waitFor();
    await page.context().close();
  });
});

describe('keys', () => {
  it('open something until they are taken back, and nothing after', async () => {
    const page = await enter('/keys');
    await page.getByRole('button', { name: 'Make a key' }).first().click();
    const name = unique('Key');
    await page.getByLabel('Name').fill(name);
    await page.getByRole('dialog').getByRole('button', { name: 'Make a key' }).click();
    const secret = (await page.locator('[data-secret]').innerText()).trim();
    await page.getByRole('button', { name: 'I kept it' }).click();
    await api('GET', '/orders', undefined, secret);
    await page.getByRole('button', { name: `Take back ${name}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
    await page.getByRole('row').filter({ hasText: name }).getByText('Taken back').waitFor();
    await expect(api('GET', '/orders', undefined, secret)).rejects.toThrow('401');
    await expectAccessible(page);
    await page.context().close();
  });

  it('that are narrowed to a venture show the browser nothing of another', async () => {
    const code = unique('v').toLowerCase();
    await api('POST', '/ventures', { code, name: 'Another venture' });
    const hidden = await newOrder(await newSku(5), 1);
    const { key } = await api<{ key: string }>('POST', '/keys', { name: 'narrow', scopes: ['orders.read', 'inventory.read', 'platform.read'], ventures: [code] });
    const page = await visit('/orders', { extraHTTPHeaders: { authorization: `Bearer ${key}` } });
    await page.getByText('No orders yet').waitFor();
    expect(await page.getByRole('row').filter({ hasText: hidden }).count()).toBe(0);
    await page.goto(`${inject('address')}/orders/${hidden}`);
    await page.getByText('Not found').waitFor();
    expect(await page.getByRole('link', { name: 'Events' }).count()).toBe(0);
    await page.goto(`${inject('address')}/audit`);
    await page.getByText('Not for this account').waitFor();
    await page.context().close();
  });
});
