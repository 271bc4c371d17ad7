export { Sentence } from '../../../scripts/sentence.mjs'
