/** Presses on the keypad for people without a card. Pure; a part of `screen.ts`. */
import type { KeypadView, Press, Screen, Step } from './screen-state.ts'

export const CODE_MAX = 16
export const PIN_MAX = 12
export const CODE_KEYS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-'

type KeypadPress = Extract<Press, { press: 'key' | 'erase' | 'next' }>

export function pressKeypad(screen: Screen, view: KeypadView, pressed: KeypadPress): Step {
  if (view.step === 'sending') return { screen, effects: [] }
  switch (pressed.press) {
    case 'key':
      return become(screen, typeKey(view, pressed.key))
    case 'erase':
      return become(
        screen,
        view.step === 'code' ? { ...view, code: view.code.slice(0, -1) } : { ...view, pin: view.pin.slice(0, -1) },
      )
    case 'next':
      return next(screen, view)
  }
}

function become(screen: Screen, view: KeypadView): Step {
  return { screen: { ...screen, view }, effects: [] }
}

function typeKey(view: KeypadView, key: string): KeypadView {
  const typed = key.toUpperCase()
  if (view.step === 'code') {
    const fits = CODE_KEYS.includes(typed) && typed.length === 1 && view.code.length < CODE_MAX
    return fits ? { ...view, code: view.code + typed, notice: undefined } : view
  }
  const fits = /^[0-9]$/.test(typed) && view.pin.length < PIN_MAX
  return fits ? { ...view, pin: view.pin + typed, notice: undefined } : view
}

function next(screen: Screen, view: KeypadView): Step {
  if (view.step === 'code')
    return become(screen, view.code === '' ? view : { ...view, step: 'pin', pin: '', notice: undefined })
  if (view.pin === '') return become(screen, view)
  const act = { do: 'without-card', code: view.code, pin: view.pin } as const
  // The PIN leaves the page with this press and is kept nowhere.
  return { screen: { ...screen, view: { ...view, step: 'sending', pin: '' } }, effects: [{ act }] }
}
