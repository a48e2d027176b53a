// The system's Chromium, on the console's page. What the page should never do is noted: requests to elsewhere, violations of its policy, errors.

import { chromium } from 'playwright-core';

// Generous: the machine may be busy with twenty other things.
const limit = 180_000;

export const admin = process.env.BATON_ADMIN;
export const otlp = process.env.BATON_OTLP;

/** Opens the page, hands it over, and closes it. */
export async function withPage({ admin: place = admin, ...options }, use) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'], timeout: limit });
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, timezoneId: 'Europe/Berlin', permissions: ['clipboard-read', 'clipboard-write'], ...options });
    context.setDefaultTimeout(limit);
    const page = await context.newPage();
    const faults = [];
    const requests = [];
    page.on('console', message => message.type() === 'error' && !/ERR_FAILED/.test(message.text()) && faults.push(message.text()));
    page.on('pageerror', fault => faults.push(fault.stack));
    page.on('request', request => requests.push(request.url()));
    await page.addInitScript(() => document.addEventListener('securitypolicyviolation', event => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`)));
    await page.goto(place, { timeout: limit });
    await use(page, { faults, requests, context });
  } finally {
    await browser.close();
  }
}

/** Waits until the first sentence meets a pattern. */
export const sentence = (page, pattern) => page.locator('#sentence', { hasText: pattern }).waitFor({ timeout: limit });

/** Whether anything lies beyond the right edge. */
export const overflows = page => page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
