/**
 * Rearranging the plan: drag with snap, or the arrow keys on the seat that has the focus. Only what was moved is sent, by
 * the form's own button. Without this every seat can be moved with the arrows beside the plan.
 */
const SNAP = 10
const THOUSAND = 1_000
/** The server takes at most 200 fields: five for each seat. */
const MOVED_MAX = 30
const SMALLEST = 30

interface Box {
  x: number
  y: number
  w: number
  h: number
}
type Part = keyof Box

class Spot {
  readonly group: SVGGElement
  readonly #fields: HTMLElement
  readonly #size: { width: number; height: number }
  readonly #began: Box

  constructor(group: SVGGElement, fields: HTMLElement, size: { width: number; height: number }) {
    this.group = group
    this.#fields = fields
    this.#size = size
    this.#began = this.box()
  }

  box(): Box {
    return { x: this.#read('x'), y: this.#read('y'), w: this.#read('w'), h: this.#read('h') }
  }

  get moved(): boolean {
    const { x, y, w, h } = this.box()
    return x !== this.#began.x || y !== this.#began.y || w !== this.#began.w || h !== this.#began.h
  }

  place({ x, y, w, h }: Box): void {
    const width = clamp(w, SMALLEST, THOUSAND)
    const height = clamp(h, SMALLEST, THOUSAND)
    this.#write({ x: clamp(x, 0, THOUSAND - width), y: clamp(y, 0, THOUSAND - height), w: width, h: height })
    this.#draw()
  }

  /** Fields without a name are not sent. */
  name(index: number | undefined): void {
    for (const input of this.#fields.querySelectorAll('input')) {
      const { field = '' } = input.dataset
      if (index === undefined) input.removeAttribute('name')
      else input.name = `places[${index}].${field}${field === 'resource' ? '' : ':int'}`
    }
  }

  #field(part: string): HTMLInputElement | null {
    return this.#fields.querySelector<HTMLInputElement>(`[data-field="${part}"]`)
  }

  #read(part: Part): number {
    return Number(this.#field(part)?.value ?? 0)
  }

  #write(box: Box): void {
    for (const part of ['x', 'y', 'w', 'h'] as const) {
      const field = this.#field(part)
      if (field !== null) field.value = String(box[part])
    }
  }

  /** Moves the drawing by the difference; a new size is drawn on the box itself. */
  #draw(): void {
    const { x, y, w, h } = this.box()
    const [unitX, unitY] = [this.#size.width / THOUSAND, this.#size.height / THOUSAND]
    const rect = this.group.querySelector('rect')
    const [left, top] = [Number(rect?.getAttribute('x') ?? 0), Number(rect?.getAttribute('y') ?? 0)]
    this.group.setAttribute('transform', `translate(${x * unitX - left} ${y * unitY - top})`)
    rect?.setAttribute('width', String(w * unitX))
    rect?.setAttribute('height', String(h * unitY))
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, Math.round(value)))
}

function snap(value: number): number {
  return Math.round(value / SNAP) * SNAP
}

const map = document.querySelector<SVGSVGElement>('[data-map]')
if (map !== null) arrange(map)

function arrange(svg: SVGSVGElement): void {
  const size = { width: Number(svg.dataset.width), height: Number(svg.dataset.height) }
  const spots = new Map<Element, Spot>()
  for (const group of svg.querySelectorAll<SVGGElement>('[data-spot]')) {
    const fields = document.querySelector<HTMLElement>(`[data-place-of="${group.dataset.spot}"]`)
    if (fields !== null) spots.set(group, new Spot(group, fields, size))
  }
  const tell = () => report([...spots.values()])
  listenToKeys(svg, spots, tell)
  listenToPointer(svg, spots, size, tell)
}

function listenToKeys(svg: SVGSVGElement, spots: ReadonlyMap<Element, Spot>, tell: () => void): void {
  const steps: Readonly<Record<string, readonly [number, number]>> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  }
  svg.addEventListener('keydown', (event) => {
    const step = steps[event.key]
    const group = event.target instanceof Element ? event.target.closest('[data-spot]') : null
    const spot = group === null ? undefined : spots.get(group)
    if (step === undefined || spot === undefined) return
    event.preventDefault()
    const box = spot.box()
    const [dx, dy] = [step[0] * SNAP, step[1] * SNAP]
    spot.place(event.shiftKey ? { ...box, w: box.w + dx, h: box.h + dy } : { ...box, x: box.x + dx, y: box.y + dy })
    tell()
  })
}

function listenToPointer(
  svg: SVGSVGElement,
  spots: ReadonlyMap<Element, Spot>,
  size: { width: number; height: number },
  tell: () => void,
): void {
  let held: { spot: Spot; box: Box; x: number; y: number } | undefined
  svg.addEventListener('pointerdown', (event) => {
    const group = event.target instanceof Element ? event.target.closest('[data-spot]') : null
    const spot = group === null ? undefined : spots.get(group)
    if (spot === undefined) return
    event.preventDefault()
    spot.group.focus()
    svg.setPointerCapture(event.pointerId)
    held = { spot, box: spot.box(), x: event.clientX, y: event.clientY }
  })
  svg.addEventListener('pointermove', (event) => {
    if (held === undefined) return
    // The drawing is scaled to its box on the screen.
    const scale = THOUSAND / svg.getBoundingClientRect().width
    const dx = (event.clientX - held.x) * scale
    const dy = ((event.clientY - held.y) * scale * size.width) / size.height
    held.spot.place({ ...held.box, x: snap(held.box.x + dx), y: snap(held.box.y + dy) })
    tell()
  })
  for (const end of ['pointerup', 'pointercancel'] as const)
    svg.addEventListener(end, () => {
      held = undefined
    })
}

/** How many were moved, and whether they can be saved. */
function report(spots: readonly Spot[]): void {
  const moved = spots.filter((spot) => spot.moved)
  for (const spot of spots) spot.name(undefined)
  for (const [index, spot] of moved.entries()) spot.name(index)
  const count = document.querySelector<HTMLElement>('[data-place-count]')
  const button = document.querySelector<HTMLButtonElement>('[data-place-save]')
  if (button !== null) button.disabled = moved.length === 0 || moved.length > MOVED_MAX
  if (count === null) return
  const { none = '', changed = '', limit = '' } = count.dataset
  if (moved.length === 0) count.textContent = none
  else count.textContent = moved.length > MOVED_MAX ? limit : changed.replace('{count}', String(moved.length))
}
