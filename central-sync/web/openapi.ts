/** `/api/v1/openapi.json`: OpenAPI 3.1 out of the schemas that guard the doors, so it cannot disagree with them. */
import { z } from 'zod'
import type { Access, Command, Query, WebRooms } from './port.ts'
import { problemSchema } from './problem.ts'

type Json = Record<string, unknown>

export function openApiOf(rooms: WebRooms): Json {
  const paths: Record<string, Json> = {}
  for (const command of rooms.commands) add(paths, command.path, 'post', commandOf(command))
  for (const query of rooms.queries) add(paths, query.path, 'get', queryOf(query))
  return {
    openapi: '3.1.0',
    info: { title: `${rooms.name.ja} / ${rooms.name.en}`, version: '1' },
    servers: [{ url: './' }],
    paths,
    components: {
      schemas: { Problem: schemaOf(problemSchema, 'output') },
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'sid' } },
      parameters: {
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          required: true,
          description: 'The same key with the same body gives the same answer, once.',
          schema: { type: 'string', minLength: 8, maxLength: 128 },
        },
      },
    },
  }
}

function add(paths: Record<string, Json>, path: string, method: string, operation: Json): void {
  const template = path.replace(/:(\w+)/g, '{$1}')
  paths[template] = { ...paths[template], [method]: operation }
}

function commandOf(command: Command): Json {
  const key = { $ref: '#/components/parameters/IdempotencyKey' }
  return {
    ...headOf(command),
    parameters: [key, ...pathParameters(command.path)],
    requestBody: { required: true, content: { 'application/json': { schema: schemaOf(command.input, 'input') } } },
  }
}

function queryOf(query: Query): Json {
  const inPath = pathParameters(query.path)
  const { properties, required } = schemaOf(query.input, 'input') as { properties?: Json; required?: string[] }
  const inQuery = Object.entries(properties ?? {})
    .filter(([name]) => !inPath.some((parameter) => parameter.name === name))
    .map(([name, schema]) => ({ name, in: 'query', required: required?.includes(name) ?? false, schema }))
  return { ...headOf(query), parameters: [...inPath, ...inQuery] }
}

function headOf(operation: Command | Query): Json {
  const { name, summary, access, output } = operation
  const success = 'creates' in operation && operation.creates === true ? 201 : 200
  return {
    operationId: name,
    summary: summary.en,
    description: summary.ja,
    'x-access': access,
    ...securityOf(access),
    responses: {
      [success]: { description: 'OK', content: { 'application/json': { schema: schemaOf(output, 'output') } } },
      default: {
        description: 'Refusal',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

function securityOf(access: Access): Json {
  return access === 'anyone' ? { security: [] } : { security: [{ session: [] }] }
}

function pathParameters(path: string): { name: string; in: string; required: boolean; schema: Json }[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name: name ?? '',
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const {
    $schema: _dialect,
    '~standard': _standard,
    ...rest
  } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json
  return io === 'input' ? { ...rest, ...requiredOf(schema, rest) } : rest
}

/** A field that is cleaned before it is read (a form leaves it empty) counts as required to zod: ask the field itself. */
function requiredOf(schema: z.ZodType, { required }: Json): Json {
  if (!(schema instanceof z.ZodObject) || !Array.isArray(required)) return {}
  const fields: Readonly<Record<string, z.ZodType>> = schema.shape
  return { required: required.filter((name: string) => fields[name]?.safeParse(undefined).success !== true) }
}
