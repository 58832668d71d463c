/** What a command says, and to whom. */
/** Where a command speaks: data to `write`, sentences for a person to `note`. */
export interface Voice {
  write(data: string | Uint8Array): Promise<void>
  note(sentence: string): void
}

/** Standard output and standard error of this process. A reader that went away (`| head`) ends nothing. */
export function processVoice(): Voice {
  const { stdout, stderr } = process
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  return {
    write: (data) => new Promise((resolve) => void stdout.write(data, () => resolve())),
    note: (sentence) => void stderr.write(`${sentence}\n`),
  }
}
