// `npm run test:db` is about the database of DATABASE_URL: without one it would pass without testing it.
const { DATABASE_URL } = process.env;
if (!/^(mysql|mariadb):\/\//.test(DATABASE_URL ?? '')) {
  console.error(
    'Set DATABASE_URL=mysql://user:password@host:3306/any: the tests make and drop databases of their own there.',
  );
  process.exit(64);
}
