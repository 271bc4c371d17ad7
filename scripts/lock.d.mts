/** The lock, or the process id of its holder (0 when it does not answer). */
export function tryLock(
  purpose: string,
  folder: string
): Promise<{ release: () => void; holder?: undefined } | { release?: undefined; holder: number }>
