import { useState } from 'react'

/**
 * The text of a box while it has focus stays as it is typed (`1e-`, `0.10`); the value's own spelling comes when it is
 * left.
 */
export function useTyping(text: string, onText: (text: string) => void) {
  const [typing, setTyping] = useState<string | null>(null)
  return {
    value: typing ?? text,
    onChange: (event: { target: { value: string } }) => {
      setTyping(event.target.value)
      onText(event.target.value)
    },
    onBlur: () => setTyping(null)
  }
}
