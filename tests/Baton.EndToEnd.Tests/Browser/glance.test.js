// From an empty page over a healthy one to a broken one, without a reload.

import test from 'node:test';
import assert from 'node:assert/strict';
import { admin, otlp, overflows, sentence, withPage } from './browser.js';
import { send } from './otlp.js';

test('the first glance follows what happens', async () => {
  await withPage({}, async (page, { faults, requests }) => {
    await page.evaluate(() => (window.same = true));

    await sentence(page, 'Nothing to watch yet');
    assert.match(await page.locator('#no-relays').textContent(), /OTLP\/(gRPC|HTTP) 127\.0\.0\.1:\d+/);
    assert.equal(await page.locator('#broken').isVisible(), false);

    await send(otlp, { published: 900, pickedUp: 700, completed: 100 });
    await sentence(page, 'All handoffs of render_job complete.');
    assert.match(await page.locator('#because').textContent(), /^1 published in the last hour, 1 completed/);
    assert.equal(await page.locator('#headline').getAttribute('class'), 'headline good');
    const card = page.getByRole('article', { name: 'render_job' });
    await card.getByText(/p50 (1[89]|2[0-2])\d ms/).waitFor();

    const trace = await send(otlp, { published: 100 });
    await sentence(page, /^render_job: 1 handoff missed its deadline in the last 15 min, last \d\d:\d\d\.$/);
    await page.getByText(trace).waitFor();
    assert.match(await page.locator('#because').textContent(), /1 was never picked up in time\..* render-worker was last seen|1 was never picked up in time\./);
    assert.match(await page.title(), /^▲ render_job: 1 handoff missed/);
    assert.equal(await page.evaluate(() => document.querySelector('#headline').nextElementSibling.id), 'broken');
    assert.equal(await page.evaluate(() => window.same), true, 'the page was not loaded again');

    assert.deepEqual(faults, []);
    assert.deepEqual(requests.filter(url => new URL(url).origin !== new URL(admin).origin), []);
  });

  // A narrow screen, at night: nothing is cut off, and nothing shines.
  await withPage({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' }, async (page, { faults }) => {
    await sentence(page, /missed its deadline/);
    assert.equal(await overflows(page), false);
    const [red] = (await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).match(/\d+/g);
    assert.ok(Number(red) < 60, 'the ground is dark');
    assert.deepEqual(faults, []);
  });
});
