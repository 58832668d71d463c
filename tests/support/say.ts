/** Resolves when the pipe has taken the line: a parent that reads slowly makes the child wait, never fail. */
export function say(line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${line}\n`, (error) => (error ? reject(error) : resolve()))
  })
}
