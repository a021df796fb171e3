import { existsSync } from 'node:fs';
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/** A real browser: the one that npm brought, or the one that CHROMIUM names. It speaks to this machine alone. */
export async function openBrowser(): Promise<Browser> {
  const named = process.env.CHROMIUM;
  const executablePath = named && existsSync(named) ? named : await chromium.executablePath();
  const quiet = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ];
  // The package's own list of arguments suits a cloud function: one process, web security off.
  return playwright.launch({ executablePath, args: quiet, headless: true });
}
