import { enter, expectAccessible, unique, visit } from './browser';

/** Of every person of the journeys. */
export const password = 'seven brown horses cross the bridge';

/** An account of this journey's own, invited by the local administrator. */
export async function newPerson({ owner = true } = {}) {
  const email = `${unique('p').toLowerCase()}@example.com`;
  const page = await enter('/people');
  await page.getByRole('button', { name: 'Invite a person' }).first().click();
  await page.getByLabel('Name').fill('Pat Mason');
  await page.getByLabel('E-mail address').fill(email);
  if (owner) await page.getByLabel('Owner').check();
  await page.getByRole('dialog').getByRole('button', { name: 'Invite a person' }).click();
  const link = (await page.locator('[data-secret]').innerText()).trim();
  await page.context().close();
  const joining = await visit(new URL(link).pathname + new URL(link).hash);
  await joining.getByLabel('New password').fill(password);
  await expectAccessible(joining);
  await joining.getByRole('button', { name: 'Go on' }).click();
  await joining.getByRole('navigation', { name: 'Pages' }).waitFor();
  return { email, page: joining };
}
