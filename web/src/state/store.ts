/** The store of the workbench, by its parts: components import from here. */
import './kept'

export * from './acts'
export * from './base'
export * from './places'
export * from './reading'
export * from './session'
export * from './writing'
