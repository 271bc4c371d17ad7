// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const src = resolve(import.meta.dirname, '../src')
const files = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name))
  .map((path) => ({ path, name: relative(src, path), text: readFileSync(path, 'utf8') }))

/** What a file imports of ours, as paths below `src`. */
const importsOf = ({ path, text }: (typeof files)[number]) =>
  [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, target = '']) =>
    relative(src, resolve(dirname(path), target))
  )
const featureOf = (name: string) => /^features\/([^/]+)\//.exec(name)?.[1]

test('a feature imports the shared folders, never another feature', () => {
  const bad = files.flatMap((file) => {
    const own = featureOf(file.name)
    const others = importsOf(file).filter((name) => featureOf(name) && featureOf(name) !== own)
    return own ? others.map((name) => `${file.name} imports ${name}`) : []
  })
  expect(bad).toEqual([])
})

test('only the router knows the features', () => {
  const bad = files
    .filter(({ name }) => !featureOf(name) && name !== 'routes.tsx')
    .flatMap((file) =>
      importsOf(file)
        .filter(featureOf)
        .map((name) => `${file.name} imports ${name}`)
    )
  expect(bad).toEqual([])
})

test('nothing makes markup or code from strings, keeps things in web storage, or names a colour', () => {
  const forbidden: [string, RegExp][] = [
    [
      'markup from a string',
      /dangerouslySetInnerHTML|\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write/
    ],
    ['code from a string', /\beval\(|new Function\(/],
    ['web storage', /\b(localStorage|sessionStorage)\b/],
    [
      'a colour outside of the tokens',
      /#[0-9a-f]{6}\b|\b(bg|text|border)-(red|blue|green|gray|slate|white|black)\b/i
    ]
  ]
  const bad = files.flatMap(({ name, text }) =>
    forbidden.filter(([, pattern]) => pattern.test(text)).map(([what]) => `${name}: ${what}`)
  )
  expect(bad).toEqual([])
})
