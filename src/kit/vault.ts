// Personal values are sealed by a data key for each person. A data key is kept in the database, wrapped by a master key that
// lies in a file outside of it; a second file holds the key of the blind index. Destroying a wrapped key destroys what it
// sealed, in every past version and every backup that is opened later.
import { randomBytes } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Cipher, ciphers, type Profile, profiles } from './cipher.ts';
import { canonicalJson, makeOnce } from './seal.ts';

/** Where a sealed value stands: the logical table (the same for its past), the row's id, the column. */
export interface Place {
  table: string;
  id: number;
  column: string;
}

/** A data key as the database keeps it. */
export interface Wrapped {
  /** Which master key wraps it, such as `international-1-5f0c2a9e`. */
  master: string;
  wrapped: string;
}

/** Seals and opens personal values. */
export interface Vault {
  /** The name of the master key and of the index key that are in use, which change when keys are rotated. */
  readonly master: string;
  readonly index: string;
  /** Makes a data key. `ref` is the random name that it is kept under; it opens under no other. */
  makeKey(ref: string): { key: Buffer; kept: Wrapped };
  /** The data key again; nothing where its master key is not here or it was altered. */
  openKey(ref: string, kept: Wrapped): Buffer | undefined;
  /** The same data key under the master key in use; nothing as above. */
  rewrapKey(ref: string, kept: Wrapped): Wrapped | undefined;
  /** Seals a text for a place. */
  seal(key: Buffer, place: Place, text: string): string;
  /** The text again; nothing where it was altered, or sealed for another key or place. */
  open(key: Buffer, place: Place, sealed: string): string | undefined;
  /** A blind index: equal for equal texts of a purpose, and no one without the key can make it or guess from it. */
  fingerprint(purpose: string, text: string): string;
  /** The same under every key that is here: what to look for while keys are being rotated. */
  fingerprints(purpose: string, text: string): string[];
  /** Makes the next master and index keys, which are in use from then on, also in processes that run already. */
  addKeys(): void;
  /** Lists data keys as destroyed, for good: they never open again, also where an older backup brings them back. */
  destroy(refs: readonly string[]): void;
  /** The data keys that were destroyed. */
  destroyed(): ReadonlySet<string>;
}

/**
 * Opens the vault whose keys lie in a folder that only its owner can read, and makes the first keys where there are none.
 * @param profile what is used to seal from now on; what another profile sealed stays readable
 */
export function openVault(folder: string, profile: Profile): Vault {
  makeOnce(join(folder, 'master-1.key'), () => randomBytes(32).toString('hex'));
  makeOnce(join(folder, 'index-1.key'), () => randomBytes(32).toString('hex'));
  const masters = new KeyFiles(folder, 'master', profile);
  const indexes = new KeyFiles(folder, 'index', profile);
  const wrap = (ref: string, key: Buffer): Wrapped => {
    const { name, key: master } = masters.current();
    return { master: name, wrapped: sealBytes(profile, master, key, contextOfKey(ref)) };
  };
  const list = new DestroyedKeys(join(folder, 'destroyed'));
  const openKey = (ref: string, { master, wrapped }: Wrapped) => {
    if (list.all().has(ref)) return undefined;
    const own = masters.all().find((one) => one.name === master);
    return own && openBytes(own.key, wrapped, contextOfKey(ref));
  };
  return {
    get master() {
      return masters.current().name;
    },
    get index() {
      return indexes.current().name;
    },
    makeKey(ref) {
      const key = randomBytes(32);
      return { key, kept: wrap(ref, key) };
    },
    openKey,
    rewrapKey(ref, kept) {
      const key = openKey(ref, kept);
      return key && wrap(ref, key);
    },
    seal: (key, place, text) => sealBytes(profile, key, Buffer.from(text), contextOf(place)),
    open: (key, place, sealed) => openBytes(key, sealed, contextOf(place))?.toString(),
    fingerprint: (purpose, text) => fingerprintBy(indexes.current(), purpose, text),
    fingerprints: (purpose, text) => indexes.all().map((one) => fingerprintBy(one, purpose, text)),
    addKeys() {
      masters.add();
      indexes.add();
    },
    destroy: (refs) => list.add(refs),
    destroyed: () => list.all(),
  };
}

/** The file of destroyed keys, a line for each. It lies beside the keys, so that whoever can open anything has it. */
class DestroyedKeys {
  private known = new Set<string>();
  private size = 0;
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  all(): ReadonlySet<string> {
    const size = statSync(this.file, { throwIfNoEntry: false })?.size ?? 0;
    if (size !== this.size) {
      this.known = new Set(readFileSync(this.file, 'utf8').split('\n').filter(Boolean));
      this.size = size;
    }
    return this.known;
  }

  add(refs: readonly string[]): void {
    const known = this.all();
    const lines = refs.filter((ref) => !known.has(ref)).map((ref) => `${ref}\n`);
    if (lines.length > 0) appendFileSync(this.file, lines.join(''), { mode: 0o600, flush: true });
  }
}

/** A key of a file, as one profile uses it. */
interface NamedKey {
  name: string;
  key: Buffer;
  cipher: Cipher;
}

/** The keys of one kind, `KIND-NUMBER.key`; the highest number is in use. Another process may add one at any time. */
class KeyFiles {
  private readonly known = new Map<number, Buffer>();
  private readonly folder: string;
  private readonly kind: string;
  private readonly profile: Profile;

  constructor(folder: string, kind: string, profile: Profile) {
    this.folder = folder;
    this.kind = kind;
    this.profile = profile;
  }

  current(): NamedKey {
    return this.named(this.numbers().at(-1)!, this.profile);
  }

  all(): NamedKey[] {
    return this.numbers().flatMap((number) => profiles.map((profile) => this.named(number, profile)));
  }

  add(): void {
    const next = this.numbers().at(-1)! + 1;
    makeOnce(join(this.folder, `${this.kind}-${next}.key`), () => randomBytes(32).toString('hex'));
  }

  private numbers(): number[] {
    const pattern = new RegExp(`^${this.kind}-(\\d+)\\.key$`);
    return readdirSync(this.folder)
      .flatMap((file) => Number(pattern.exec(file)?.[1] ?? []))
      .filter((number) => number > 0)
      .sort((a, b) => a - b);
  }

  /** Named by its number and by a digest of itself: the key of another installation has the number but not the name. */
  private named(number: number, profile: Profile): NamedKey {
    const key = this.known.get(number) ?? this.read(number);
    const mark = ciphers.international.mac(key, 'name').toString('hex').slice(0, 8);
    return { name: `${profile}-${number}-${mark}`, key, cipher: ciphers[profile] };
  }

  private read(number: number): Buffer {
    const key = Buffer.from(
      readFileSync(join(this.folder, `${this.kind}-${number}.key`), 'utf8').trim(),
      'hex',
    );
    if (key.length !== 32) throw new Error(`${this.kind}-${number}.key is no key of 32 bytes`);
    this.known.set(number, key);
    return key;
  }
}

function contextOf({ table, id, column }: Place): string {
  return canonicalJson(['value', table, String(id), column]);
}

function contextOfKey(ref: string): string {
  return canonicalJson(['key', ref]);
}

function sealBytes(profile: Profile, key: Buffer, data: Buffer, context: string): string {
  return `${profile}.${ciphers[profile].seal(key, data, context).toString('base64url')}`;
}

/** What was sealed says by which profile. */
function openBytes(key: Buffer, sealed: string, context: string): Buffer | undefined {
  const [profile, bytes] = sealed.split('.');
  if (!bytes || !profiles.some((one) => one === profile)) return undefined;
  return ciphers[profile as Profile].open(key, Buffer.from(bytes, 'base64url'), context);
}

function fingerprintBy({ name, key, cipher }: NamedKey, purpose: string, text: string): string {
  return `${name}.${cipher.mac(key, canonicalJson([purpose, text])).toString('base64url')}`;
}
