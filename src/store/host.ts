import type { HostStore } from './store.ts';

/**
 * The id of this machine and user, which rows of sessions name. It is drawn once: `/etc/machine-id` is empty in some
 * containers, and the same in copies of an image.
 *
 * @param drawn the id to keep, with the machine's name and the time, where it has none yet
 */
export async function requireHost(
  host: HostStore,
  drawn: { readonly id: string; readonly name: string; readonly at: string },
): Promise<string> {
  const find = async (store: HostStore): Promise<string | undefined> =>
    (await store.selectFrom('hosts').select('id').limit(1).executeTakeFirst())?.id;
  const known = await find(host);
  if (known !== undefined) return known;
  return host.transaction().execute(async (transaction) => {
    const other = await find(transaction);
    if (other !== undefined) return other;
    await transaction.insertInto('hosts').values(drawn).execute();
    return drawn.id;
  });
}
