/** Call names that two of these children share: with them the whole name is said, so that nobody takes the wrong child. */
export function twiceCalled(children: readonly { readonly callName: string }[]): ReadonlySet<string> {
  const names = children.map(({ callName }) => callName).filter((name) => name !== '')
  return new Set(names.filter((name, index) => names.indexOf(name) !== index))
}
