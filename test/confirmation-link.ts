import { DeliveryWorker } from '../src/notifications/deliveries/delivery-worker.js';
import type { TestApp } from './app.js';
import type { Answer } from './http-client.js';

const LINK = /https?:\/\/\S+(\/confirm\/pulse_cnf_[0-9A-Za-z]{49})/;

/** The path of the link in an e-mail. */
export function linkIn(text: string): string {
  const path = LINK.exec(text.replaceAll('=\r\n', ''))?.[1];
  if (!path) throw new Error(`There is no link in: ${text}`);
  return path;
}

/** The paths of the links in what was written to the log, oldest first. */
export async function linksIn(app: TestApp, log: readonly string[]): Promise<string[]> {
  await app.get(DeliveryWorker).drain();
  const texts = log.map((line) => JSON.parse(line).text).filter((text) => text?.includes('/confirm/'));
  return texts.map(linkIn);
}

/** Sends the form behind a button of the page, as a browser does. */
export const press = (app: TestApp, link: string, button: 'confirm' | 'decline'): Promise<Answer> =>
  app.anyone.send('POST', `${link}/${button}`, '', { 'content-type': 'application/x-www-form-urlencoded' });
