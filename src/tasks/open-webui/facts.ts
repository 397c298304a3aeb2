import type { Container, NamedContainer } from '../../system/docker/docker.ts';
import type { LeftPort } from '../managed-container/left-port.ts';
import type { CreationSpec } from './creation-spec.ts';
import type { KeyFacts } from './keys.ts';

/** What Open WebUI looks like. */
export interface OpenWebuiFacts extends KeyFacts {
  /** The container named open-webui. */
  readonly container: Container | undefined;
  /** The one that was set aside for a new one; only there when that was interrupted. */
  readonly aside: Container | undefined;
  /** One of ours that has its administrator and is not published yet; only looked for where there is none of the name. */
  readonly unpublished?: Container | undefined;
  /** What the container was made with; undefined without one. */
  readonly creationSpec: CreationSpec | undefined;
  /** What answers on its port although this container has the port, and is not Open WebUI; in a word or two. */
  readonly stranger?: string | undefined;
  /** Another container that has its port. */
  readonly portOwner?: NamedContainer | undefined;
  /** Its version, once it answers on 127.0.0.1:8080 as itself. */
  readonly version: string | undefined;
  /** The process that listens on port 8080; only looked up when a container must be created. */
  readonly holder: string | undefined;
  readonly taken: boolean;
  /** What is on its port belongs to no container; only looked at while its own does not run. */
  readonly leftPort?: LeftPort | undefined;
  /** Permission bits of the env file. */
  readonly envFileMode: number | undefined;
  readonly databaseThere: boolean;
  /** How a new container's log is kept small; only looked up when one must be created. */
  readonly logLimit?: readonly string[] | undefined;
  /** It answers inside its container although nothing comes out; only asked where it should have started long ago. */
  readonly answersInside?: boolean;
  /** Docker is told to publish ports in no way at all, by its settings. */
  readonly publishesNothing?: boolean;
  /** The container's last lines, while it does not answer. */
  readonly log: readonly string[];
  readonly nowMs: number;
}
