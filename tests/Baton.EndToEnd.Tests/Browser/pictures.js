// Pictures of a healthy and of a broken hour: node pictures.js SIMULATION.dll DIRECTORY [SPEED]. See tests/console-pictures.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { withPage } from './browser.js';

const [simulation, directory, speed = '60'] = process.argv.slice(2);

const pictures = {
  healthy: [{ name: 'console-healthy', viewport: { width: 1280, height: 900 } }],
  broken: [
    { name: 'console-broken', viewport: { width: 1280, height: 900 } },
    { name: 'console-narrow', viewport: { width: 390, height: 844 }, colorScheme: 'dark', screenOnly: true },
  ],
};

for (const [hour, wanted] of Object.entries(pictures)) {
  const baton = spawn('dotnet', [simulation, 'hour', '--speed', speed, ...(hour === 'broken' ? ['--broken'] : [])], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise(resolve => baton.once('exit', resolve));
  const admin = await over(baton);
  for (const { name, screenOnly = false, ...look } of wanted) {
    await withPage({ ...look, admin }, async page => {
      await page.locator('.relay .plot path').first().waitFor();
      // What the last minutes of a fast clock left behind is judged.
      await page.waitForTimeout(15_000);
      await page.screenshot({ path: join(directory, `${name}.png`), fullPage: !screenOnly });
      console.log(`${name}.png: ${await page.locator('#sentence').textContent()}`);
    });
  }
  baton.stdin.end();
  await ended;
}

async function over(baton) {
  for await (const line of createInterface({ input: baton.stdout })) {
    const told = /^The hour is over: (\S+)/.exec(line);
    if (told) return told[1];
  }
  throw new Error('The hour did not end.');
}
