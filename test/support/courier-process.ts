// Delivers messages in a process of its own, so that a test can end it without warning.
import { addressBook } from '../../src/messages/delivery/addresses.ts';
import { startCourier } from '../../src/messages/delivery/queue.ts';
import { openProduct } from '../../src/product.ts';
import { readSettings } from '../../src/settings.ts';
import { quickPace } from './gateway.ts';

const settings = readSettings(process.env);
const { db, vault, owner_url } = await openProduct(settings);
const gateways = new Map(settings.gateways.map((one) => [one.channel, one]));
const hands = {
  db,
  gateways,
  addressOf: addressBook(db, vault),
  site: settings.address,
  clock: () => new Date(),
};
await startCourier(hands, owner_url, quickPace);
process.stdout.write('delivering\n');
