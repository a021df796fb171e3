import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Role, roles } from './roles.ts';
import { checkGrant, checkKeeping, checkLiaison, checkTogether } from './rules.ts';

const administrators: Role[] = ['system_admin', 'security_admin', 'audit_admin'];
const working: Role[] = ['town_coordinator', 'unit_head', 'unit_officer', 'village_officer'];
const held = (role: Role, ...units: number[]) => [
  { role, unit_id: units[0]!, reach: new Set(units), for_account_id: null },
];

test('an administrator holds no other role, and nobody else is kept from holding several', () => {
  for (const one of roles) {
    for (const other of roles) {
      const apart = one !== other && (administrators.includes(one) || administrators.includes(other));
      assert.equal(
        checkTogether([one, other])?.code,
        apart ? 'identity/roles_apart' : undefined,
        `${one} ${other}`,
      );
    }
  }
});

test('who gives which role: the table', () => {
  for (const giver of roles) {
    for (const role of roles) {
      const fine =
        giver === 'security_admin' ||
        ((giver === 'system_admin' || giver === 'unit_admin') && working.includes(role));
      assert.equal(checkGrant(held(giver, 1, 2), role, 2) === undefined, fine, `${giver} gives ${role}`);
      const beyond = giver === 'security_admin';
      assert.equal(
        checkGrant(held(giver, 1, 2), role, 3) === undefined,
        beyond,
        `${giver} gives ${role} elsewhere`,
      );
    }
  }
  for (const role of roles) assert.equal(checkGrant('unlimited', role, 1), undefined);
});

test('nobody opens or closes an account with a role that they could not have given', () => {
  for (const role of roles) {
    const account = [{ role, unit_id: 2 }];
    const outcome = (giver: Role) => checkKeeping(held(giver, 1, 2), account) === undefined;
    assert.equal(outcome('unit_admin'), working.includes(role), `unit_admin, ${role}`);
    assert.equal(outcome('system_admin'), !administrators.includes(role), `system_admin, ${role}`);
    assert.equal(outcome('security_admin'), true, `security_admin, ${role}`);
    assert.equal(checkKeeping('unlimited', account), undefined);
  }
  assert.equal(
    checkKeeping(held('unit_admin', 1, 2), [{ role: 'unit_officer', unit_id: 3 }])?.code,
    'identity/keeping',
  );
});

test('a liaison names a leader, and nobody else does', () => {
  for (const role of roles) {
    assert.equal(checkLiaison(role, 7) === undefined, role === 'liaison', role);
    assert.equal(checkLiaison(role, null) === undefined, role !== 'liaison', role);
  }
});
