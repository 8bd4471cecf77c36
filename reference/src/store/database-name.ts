/** A to Z, a to z, 0 to 9 and . _ - (spec 4). */
const NAME = /^[A-Za-z0-9._-]{1,64}$/;
const FOLDER = /^db-((?:\+[a-z]|[a-z0-9=_-])+)$/;

/**
 * The folder of a database: `db-` and the name, upper case as `+` and the lower one, a dot as `=`. So names that differ by
 * case only have folders of their own on every file system, and none is `.`, `..`, hidden, reserved, or ends with a dot.
 */
export function databaseFolder(name: string): string {
  if (!NAME.test(name))
    throw new RangeError(`${JSON.stringify(name)} is no name of a database: 1 to 64 of A-Z a-z 0-9 . _ -`);
  return `db-${name.replace(/[A-Z]/g, (letter) => `+${letter.toLowerCase()}`).replaceAll('.', '=')}`;
}

/** The database of a folder; `undefined` for any other folder. */
export function databaseOfFolder(folder: string): string | undefined {
  const escaped = FOLDER.exec(folder)?.[1];
  const name = escaped?.replaceAll('=', '.').replace(/\+[a-z]/g, (pair) => pair[1]!.toUpperCase());
  return name !== undefined && NAME.test(name) ? name : undefined;
}
