import assert from 'node:assert/strict';
import { createCipheriv, createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { ciphers, profiles } from './cipher.ts';
import { openVault } from './vault.ts';

const folder = mkdtempSync(join(tmpdir(), 'shishi-vault-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const place = fc.record({
  table: fc.constantFrom('person', 'request'),
  id: fc.integer({ min: 1, max: 9 }),
  column: fc.constantFrom('name', 'phone'),
});

test('SM4 and SM3 give what GB/T 32907 (example 1) and GB/T 32905 (example 1) print', () => {
  const key = Buffer.from('0123456789abcdeffedcba9876543210', 'hex');
  const cipher = createCipheriv('sm4-ecb', key, null).setAutoPadding(false);
  assert.equal(cipher.update(key).toString('hex'), '681edf34d206965e86b3e94f536e4246');
  assert.equal(
    createHash('sm3').update('abc').digest('hex'),
    '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0',
  );
});

for (const profile of profiles) {
  const vault = openVault(join(folder, profile), profile);

  test(`${profile}: what was sealed opens in its place and under its key, and nowhere else`, () => {
    const one = vault.makeKey('one').key;
    const other = vault.makeKey('other').key;
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), place, place, (text, here, there) => {
        const sealed = vault.seal(one, here, text);
        assert.equal(vault.open(one, here, sealed), text);
        assert.equal(vault.open(other, here, sealed), undefined);
        const same = here.table === there.table && here.id === there.id && here.column === there.column;
        assert.equal(vault.open(one, there, sealed), same ? text : undefined);
      }),
    );
  });

  test(`${profile}: of a sealed value no bit can be changed, and the same text never looks the same`, () => {
    const key = vault.makeKey('one').key;
    const sealed = ciphers[profile].seal(key, Buffer.from('王小明'), 'here');
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      assert.equal(ciphers[profile].open(key, changed, 'here'), undefined);
    }
    for (let length = 0; length < sealed.length; length++) {
      assert.equal(ciphers[profile].open(key, sealed.subarray(0, length), 'here'), undefined);
    }
    assert.notDeepEqual(ciphers[profile].seal(key, Buffer.from('王小明'), 'here'), sealed);
  });

  test(`${profile}: a wrapped key opens under its own name only, also after the keys were renewed, until it is destroyed`, () => {
    const { key, kept } = vault.makeKey('mine');
    assert.deepEqual(vault.openKey('mine', kept), key);
    assert.equal(vault.openKey('yours', kept), undefined);
    const before = vault.fingerprint('phone', '13800000000');
    vault.addKeys();
    assert.deepEqual(vault.openKey('mine', kept), key);
    const renewed = vault.rewrapKey('mine', kept)!;
    assert.equal(renewed.master, vault.master);
    assert.notEqual(renewed.master, kept.master);
    assert.deepEqual(vault.openKey('mine', renewed), key);
    assert.ok(vault.fingerprints('phone', '13800000000').includes(before));
    assert.notEqual(vault.fingerprint('phone', '13800000000'), before);
    vault.destroy(['mine']);
    assert.equal(vault.openKey('mine', kept), undefined);
    assert.equal(vault.openKey('mine', renewed), undefined);
    assert.equal(openVault(join(folder, profile), profile).openKey('mine', renewed), undefined);
  });
}

test('what one profile sealed stays readable under the other', () => {
  const own = join(folder, 'both');
  const { key, kept } = openVault(own, 'international').makeKey('mine');
  const here = { table: 'person', id: 1, column: 'name' };
  const sealed = openVault(own, 'international').seal(key, here, '李雷');
  const later = openVault(own, 'national');
  assert.equal(later.open(later.openKey('mine', kept)!, here, sealed), '李雷');
  assert.match(later.seal(key, here, '李雷'), /^national\./);
});

test('nobody but its owner reads the files of keys', () => {
  const own = join(folder, 'international');
  for (const file of readdirSync(own)) assert.equal(statSync(join(own, file)).mode & 0o077, 0, file);
});

test('a fingerprint tells purposes apart', () => {
  const vault = openVault(join(folder, 'international'), 'international');
  assert.notEqual(vault.fingerprint('phone', '1'), vault.fingerprint('digest', '1'));
  assert.equal(vault.fingerprint('phone', '1'), vault.fingerprint('phone', '1'));
});
