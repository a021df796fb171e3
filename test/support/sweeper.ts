// Sweeps in small batches and prints a line after each that is stored. Killed from outside.
import { openProduct } from '../../src/product.ts';
import { readSettings } from '../../src/settings.ts';
import { sweep } from '../../src/supervision/notices/sweep.ts';

const product = await openProduct(readSettings(process.env));
await sweep(product.db, { batch: 2, onBatch: (done, of) => process.stdout.write(`${done}/${of}\n`) });
await product.close();
