import { PgBoss } from 'pg-boss';
import { applicationRole, type Database } from '../../kit/db.ts';
import { deliver, type Hands } from './deliver.ts';
import { type Enqueue, feed } from './feed.ts';

const queueName = 'message-delivery';

/** How deliveries are repeated: after half a minute, then ever later, for about a day. */
export interface Pace {
  /** Seconds between looks at the journal and at the queue. */
  look: number;
  retry_after: number;
  retry_at_most: number;
  retries: number;
  /** Seconds after which a try whose process ended counts as ended. */
  abandoned_after: number;
}

const usualPace: Pace = {
  look: 2,
  retry_after: 30,
  retry_at_most: 3600,
  retries: 30,
  abandoned_after: 60,
};

/** How often what is due is held against the queue, in milliseconds: after a restore or a lost queue nothing is left over. */
const recover = 600_000;

/** The schema of the queue, beside that of the district. */
function queueSchema(db: Database): string {
  return `${db.schema}_queue`;
}

/** Makes or brings up to date the schema of the queue, as the owner, and lets the application use it. */
async function prepareQueue(db: Database, owner_url: string, pace: Pace): Promise<void> {
  const schema = queueSchema(db);
  const owner = new PgBoss({
    connectionString: owner_url,
    schema,
    max: 2,
    supervise: false,
    schedule: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
  });
  owner.on('error', () => {});
  await owner.start();
  const options = {
    retryLimit: pace.retries,
    retryDelay: pace.retry_after,
    retryBackoff: true,
    retryDelayMax: pace.retry_at_most,
    expireInSeconds: pace.abandoned_after,
  };
  if (await owner.getQueue(queueName)) await owner.updateQueue(queueName, options);
  else await owner.createQueue(queueName, { policy: 'exclusive', ...options });
  const role = applicationRole(db.schema);
  await owner.getDb().executeSql(
    `grant usage on schema ${schema} to ${role};
     grant select, insert, update, delete on all tables in schema ${schema} to ${role};
     grant usage on all sequences in schema ${schema} to ${role}`,
  );
  await owner.stop({ graceful: false });
}

/** Delivery as it runs in a serving process. */
export interface Courier {
  /** Looks at the journal now instead of at the next look. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Delivers messages until it is stopped: what the journal has for them goes into the queue, and what is in the queue goes to
 * its channel. Several processes may do so at once.
 */
export async function startCourier(hands: Hands, owner_url: string, pace = usualPace): Promise<Courier> {
  const { db, gateways, clock } = hands;
  await prepareQueue(db, owner_url, pace);
  const boss = new PgBoss({
    db: { executeSql: (text, values) => db.pool.query(text, values as unknown[]) },
    schema: queueSchema(db),
    migrate: false,
    createSchema: false,
    schedule: false,
    reindex: false,
    monitorVacuum: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
    superviseIntervalSeconds: Math.max(1, Math.min(60, pace.abandoned_after)),
    monitorIntervalSeconds: Math.max(1, Math.min(60, pace.abandoned_after)),
  });
  // A fault of the database shows at the next look; the queue itself goes on by itself.
  boss.on('error', () => {});
  await boss.start();
  const enqueue: Enqueue = async (client, stable_ids) => {
    const inserted = { db: { executeSql: (text: string, values?: unknown[]) => client.query(text, values) } };
    const jobs = stable_ids.map((stable_id) => ({ data: { stable_id }, singletonKey: stable_id }));
    await boss.insert(queueName, jobs, inserted);
  };
  const channels = new Set(gateways.keys());
  const lookOnce = async (all: boolean) => {
    while ((await feed(db, enqueue, { channels, now: clock(), all })) > 0 && !all);
  };
  await boss.work<{ stable_id: string }>(
    queueName,
    {
      pollingIntervalSeconds: Math.max(0.5, pace.look),
      batchSize: 1,
      localConcurrency: 4,
      includeMetadata: true,
    },
    async ([job]) => {
      const again = await deliver(hands, job!.data.stable_id, job!.retryCount >= pace.retries);
      if (again) throw new Error('again');
    },
  );
  const looking = everySoOften(() => lookOnce(false), pace.look * 1000);
  const recovering = everySoOften(() => lookOnce(true), recover);
  await lookOnce(true);
  return {
    look: () => lookOnce(false),
    async stop() {
      looking();
      recovering();
      await boss.stop({ graceful: true, timeout: 15_000 });
    },
  };
}

/** Does something again and again, one at a time; a fault waits for the next time. Gives what ends it. */
function everySoOften(work: () => Promise<void>, milliseconds: number): () => void {
  let busy = false;
  const timer = setInterval(async () => {
    if (busy) return;
    busy = true;
    await work().catch(() => {});
    busy = false;
  }, milliseconds);
  return () => clearInterval(timer);
}
