/** The public TypeScript API. */
export { build, compile, retry, type Options } from './commands/api';
export { EtlxError, type Diagnostic, type Location } from './core/diagnostic';
export type { Event } from './core/event';
export type { Manifest } from './core/manifest';
export type { Node, NodeId } from './core/node';
export type { RunResult, StepResult } from './core/run';
