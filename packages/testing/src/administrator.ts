import pg from 'pg'

/**
 * Makes somebody who has an account an administrator, beside the set-up link, which works once and belongs to another
 * test of the same platform. Gives the way back.
 * @param url the platform's database as the administrator of the server
 */
export async function makeAdministrator(url: string, email: string): Promise<() => Promise<void>> {
  const set = async (role: 'admin' | 'member') => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      const { rowCount } = await client.query('update auth.users set role = $1 where email = $2', [
        role,
        email
      ])
      if (rowCount !== 1) throw new Error(`there is no user ${email}`)
    } finally {
      await client.end()
    }
  }
  await set('admin')
  return () => set('member')
}
