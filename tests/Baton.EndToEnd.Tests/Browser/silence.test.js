// Baton does not answer: the page says so, keeps what it knows, and goes on by itself.

import test from 'node:test';
import assert from 'node:assert/strict';
import { otlp, sentence, withPage } from './browser.js';
import { send } from './otlp.js';

test('a page that gets no answer says since when', async () => {
  await send(otlp, { published: 900, pickedUp: 700, completed: 100 });
  await withPage({}, async page => {
    await sentence(page, 'All handoffs of render_job complete.');

    await page.route('**/v1/console', route => route.abort());
    await sentence(page, /^Baton has not answered since \d\d:\d\d:\d\d\.$/);
    assert.equal(await page.locator('#headline').getAttribute('class'), 'headline bad');
    assert.equal(await page.locator('#live').textContent(), 'no answer');
    assert.equal(await page.getByRole('article', { name: 'render_job' }).isVisible(), true);
    assert.match(await page.title(), /no answer/);

    await page.unroute('**/v1/console');
    await sentence(page, 'All handoffs of render_job complete.');
    assert.equal(await page.locator('#live').textContent(), 'live');
  });
});
