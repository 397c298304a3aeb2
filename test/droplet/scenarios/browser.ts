import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import type { Scenario, ScenarioContext } from '../runner/scenario.ts';
import { chromium } from '../script/chromium.ts';
import { FRESH } from '../script/fresh.ts';
import { ANSWER, untilStarted } from '../script/wizard.ts';

const QUESTION = 'Otto, are you there?';
const PATIENCE = { timeout: 60_000 };

/** A person with a browser, who knows the address, the name and the password and nothing else. */
export const scenario: Scenario = {
  name: 'browser',
  title: 'Chromium signs in over https, picks the model, asks and sees the answer',
  needs: 'fresh',
  releases: ['bookworm', 'trixie', 'forky'],
  minutes: 8,
  usesPackage: false,
  async run(context) {
    const { droplet, step, log, check } = context;
    await step('its services are up again', () => untilStarted(context, FRESH.domain));
    const password = (await droplet.read('/root/otto-admin-password.txt')).trim();
    const browser = await chromium(context, FRESH.domain);
    try {
      const page = await browser.newPage();
      const sockets: string[] = [];
      const session = await page.createCDPSession();
      await session.send('Network.enable');
      session.on('Network.webSocketHandshakeResponseReceived', ({ response }) => {
        sockets.push(String(response.status));
      });
      await story(context, page, password);
      check.that('the page used a WebSocket', sockets.includes('101'), sockets);
      log(`the answer is on the page; the WebSocket was upgraded (${sockets.join(', ')})`);
    } finally {
      await browser.close();
    }
  },
};

async function story(context: ScenarioContext, page: Page, password: string): Promise<void> {
  const { step } = context;
  const shoot = picture(context, page);
  try {
    await step('the page asks who is there', async () => {
      await page.goto(`https://${FRESH.domain}/`, PATIENCE);
      await page.waitForSelector('input[type=email]', PATIENCE);
      await shoot('sign-in');
    });
    await step('the administrator signs in', async () => {
      await page.type('input[type=email]', FRESH.adminEmail);
      await page.type('input[type=password]', password);
      await page.keyboard.press('Enter');
      await page.waitForSelector('#chat-input', PATIENCE);
      await dismissNews(page);
    });
    await step('the model is picked', async () => {
      await page.click('button[id^=model-selector]');
      const otto = await page.waitForSelector(
        '[role=option] ::-p-text(otto), [aria-label=model-item] ::-p-text(otto)',
        PATIENCE,
      );
      await otto?.click();
      await page.waitForSelector('button[id^=model-selector] ::-p-text(otto)', PATIENCE);
    });
    await step('a question is answered', async () => {
      await page.click('#chat-input');
      await page.keyboard.type(QUESTION);
      await page.keyboard.press('Enter');
      await page.waitForSelector(`::-p-text(${ANSWER})`, PATIENCE);
      await shoot('answer');
    });
  } catch (error) {
    await shoot('failed');
    const text = String(await page.evaluate('document.body.innerText').catch(() => ''));
    throw new Error(
      `${error instanceof Error ? error.message : error}\nThe page shows:\n${text.slice(0, 2000)}`,
    );
  }
}

/** The release notes come first, some time after the page. */
async function dismissNews(page: Page): Promise<void> {
  const dialog = await page.waitForSelector('[role=dialog], .modal', { timeout: 10_000 }).catch(() => null);
  if (dialog === null) return;
  await page.keyboard.press('Escape');
  await page.waitForSelector('[role=dialog], .modal', { hidden: true, ...PATIENCE });
}

function picture({ artefacts }: ScenarioContext, page: Page) {
  return (name: string) => page.screenshot({ path: join(artefacts, `${name}.png`) });
}
