export { freePort } from '@trainyard/stack/ports'
