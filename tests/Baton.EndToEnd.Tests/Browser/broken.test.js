// A broken handoff: its way, its trace, by mouse and by keyboard, whatever its names are.

import test from 'node:test';
import assert from 'node:assert/strict';
import { otlp, overflows, sentence, withPage } from './browser.js';
import { send, sendOrphan } from './otlp.js';

const hostile = '<img src=x onerror="window.hacked=1">';
const script = '</script><script>window.hacked=1</script>\'"`\u2028';

test('a broken handoff shows its way and leads to its trace', async () => {
  const asleep = await send(otlp, { published: 100, message: 'job-7' });
  const stalled = await send(otlp, { published: 900, pickedUp: 800, producer: hostile, worker: script, destination: hostile, message: script });
  await sendOrphan(otlp);

  await withPage({}, async (page, { faults, context }) => {
    await sentence(page, /^render_job: 2 handoffs missed their deadlines/);
    const rows = page.locator('#broken-list > li');
    await rows.nth(2).waitFor();
    await page.getByText('1 worker ran without the trace context').waitFor();

    // The first is open by itself, and says what was known.
    const row = trace => page.locator(`#broken-list > li[data-key^="${trace}"]`);
    if (await row(asleep).locator('.detail').count() === 0) await row(asleep).locator('.row').click();
    await row(asleep).getByText('the worker’s own code never ran', { exact: false }).or(row(asleep).getByText('Look whether the job has run', { exact: false })).waitFor();
    const way = row(asleep).getByRole('img');
    assert.match(await way.getAttribute('aria-label'), /^Published \d\d:\d\d, not picked up, deadline after 1\.0 s, not completed\.$/);
    assert.equal(await way.locator('.gap').count(), 1);
    assert.equal(await way.locator('.deadline').count(), 1);
    assert.match(await way.textContent(), /published .*deadline .*overdue|deadline .*published .*overdue/);
    await row(asleep).getByText('job-7').first().waitFor();

    // Its trace: copied, and opened in the backend.
    await row(asleep).getByRole('button', { name: 'Copy' }).click();
    await page.waitForFunction(async id => (await navigator.clipboard.readText()) === id, asleep);
    const link = row(asleep).getByRole('link', { name: 'Open trace' });
    assert.equal(await link.getAttribute('href'), `https://backend.invalid/trace/${asleep}?from=baton`);
    assert.equal(await link.getAttribute('rel'), 'noopener noreferrer');

    // Hostile names are texts.
    await row(stalled).locator('.row').click();
    const detail = row(stalled).locator('.detail');
    await detail.getByText(hostile).first().waitFor();
    assert.ok((await detail.textContent()).includes(script));
    assert.match(await detail.getByRole('img').getAttribute('aria-label'), /picked up after 100 ms/);
    assert.equal(await detail.getByRole('img').locator('.unsure').count(), 1);
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.equal(await page.locator('#main img').count(), 0);

    // The keyboard: to the next, to the one before, and its id.
    const opened = () => page.locator('.row[aria-expanded="true"]');
    await page.locator('#broken-list > li').first().locator('.row').focus();
    await page.keyboard.press('j');
    assert.equal(await opened().count(), 1);
    const second = await rows.nth(1).getAttribute('data-key');
    assert.equal(await opened().locator('..').getAttribute('data-key'), second);
    await page.keyboard.press('c');
    await page.waitForFunction(async id => (await navigator.clipboard.readText()) === id, second.slice(0, 32));
    await page.keyboard.press('k');
    assert.equal(await opened().locator('..').getAttribute('data-key'), await rows.nth(0).getAttribute('data-key'));
    const popup = context.waitForEvent('page');
    await page.keyboard.press('o');
    await (await popup).close();

    // Later answers leave the choice where it is.
    const chosen = await opened().locator('..').getAttribute('data-key');
    await send(otlp, { published: 100 });
    await sentence(page, /3 handoffs missed/);
    assert.equal(await opened().locator('..').getAttribute('data-key'), chosen);

    await page.getByRole('button', { name: 'Latest first' }).click();
    assert.equal(await page.getByRole('button', { name: 'Latest first' }).getAttribute('aria-pressed'), 'true');
    await page.setViewportSize({ width: 360, height: 740 });
    await page.waitForFunction(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
    assert.equal(await overflows(page), false);
    assert.deepEqual(faults, []);
  });
});
