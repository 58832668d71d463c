import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupFields, isDangerous, readForm } from '../../../../central-sync/web/read-form.ts'

const read = (body: string) => {
  const fields = groupFields(body)
  return fields === undefined ? undefined : readForm(fields)
}

describe('reading a form', () => {
  it('makes texts, numbers, yes and no, lists and nested objects out of field names', () => {
    const body =
      'kana=かな&hours:int=１２&open:bool=on&roles[]=a&roles[]=b&rate.from=2026-04-01&wanted[0].place=1階&_key=x'
    expect(read(body)).toEqual({
      kana: 'かな',
      hours: 12,
      open: true,
      roles: ['a', 'b'],
      rate: { from: '2026-04-01' },
      wanted: [{ place: '1階' }],
    })
  })

  it('leaves an empty optional field out and keeps an empty required one', () => {
    expect(read('note?=&callName=')).toEqual({ callName: '' })
  })

  it('keeps a number that is none as text, so that the schema can name it', () => {
    expect(read('hours:int=many')).toEqual({ hours: 'many' })
  })

  it.each(['__proto__=1', 'a.__proto__.b=1', 'constructor.prototype.x=1', 'a[0].constructor=1', 'a[=1', 'a..b=1'])(
    'refuses the name in %s',
    (body) => expect(read(body)).toBeUndefined(),
  )

  it('refuses contradicting names', () => {
    expect(read('a=1&a.b=2')).toBeUndefined()
    expect(read('a[0].b=1&a.c=2')).toBeUndefined()
  })

  it('never touches a prototype and never throws, whatever is posted', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string())), (pairs) => {
        read(new URLSearchParams(pairs).toString())
        expect(Object.keys(Object.prototype)).toEqual([])
      }),
    )
  })
})

describe('dangerous JSON', () => {
  it('is found at any depth, and too much depth is dangerous itself', () => {
    expect(isDangerous(JSON.parse('{"a":[{"__proto__":1}]}'))).toBe(true)
    expect(isDangerous(JSON.parse(`${'['.repeat(60)}${']'.repeat(60)}`))).toBe(true)
    expect(isDangerous({ a: [{ b: null }], text: '__proto__' })).toBe(false)
  })
})
