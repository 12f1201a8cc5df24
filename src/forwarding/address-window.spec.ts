import { describe, expect, it } from '@jest/globals';
import { AddressWindow } from './address-window.js';

const known = { own: '203.0.113.7', shared: null };
const claiming = (claim: number) => ({ own: `proxy for ${claim}`, shared: 'proxy' });

const exceeded = async (window: AddressWindow, claim: number) =>
  (await window.count(claiming(claim))).exceeded;

describe('AddressWindow', () => {
  it('stops an address at its limit', async () => {
    const window = new AddressWindow(2, 60);
    const states = [await window.count(known), await window.count(known), await window.count(known)];
    expect(states.map((state) => state.exceeded)).toEqual([false, false, true]);
  });

  it('stops one unknown caller that goes on and on, and not its neighbours', async () => {
    const window = new AddressWindow(2, 60);
    for (let i = 0; i < 100; i += 1) await window.count(claiming(1));
    expect(await exceeded(window, 1)).toBe(true);
    expect(await exceeded(window, 2)).toBe(false);
  });

  it('stops one that says each time that it is another at ten times the limit', async () => {
    const window = new AddressWindow(2, 60);
    const stopped: boolean[] = [];
    for (let i = 0; i < 30; i += 1) stopped.push(await exceeded(window, i));
    expect(stopped.indexOf(true)).toBe(20);
  });

  it('counts apart what is named apart, and takes back what it counted', async () => {
    const window = new AddressWindow(1, 60);
    await window.count(claiming(1), 'ada ');
    expect((await window.count(claiming(1), 'eve ')).exceeded).toBe(false);
    await window.uncount(claiming(1), 'ada ');
    expect((await window.count(claiming(1), 'ada ')).exceeded).toBe(false);
  });
});
