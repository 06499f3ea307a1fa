import {Bank} from './bank';

/*
 * A bank as a process of its own, which transfers for ever:
 *
 *   node bank-child.js <file>
 *
 * It says on a line how many transfers were acknowledged, after each.
 */
async function main(file: string): Promise<void> {
  const bank = new Bank(file);
  await bank.start();
  const accounts = await bank.accounts();
  await accounts.createAll([1, 2, 3].map(id => ({id, balance: 1_000})));
  for (let count = 1; ; count++) {
    await bank.transfer(2 + (count % 2));
    process.stdout.write(`${count}\n`);
  }
}

void main(process.argv[2]!);
