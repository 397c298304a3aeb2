/** What every screen knows about this session. */
export interface Session {
  readonly version: string;
  /** 'otto-fra1 · 203.0.113.10' */
  readonly machine: string;
  readonly rehearsal: boolean;
  /** The terminal takes a title, a bell, and what is to be copied. Default false. */
  readonly signals?: boolean;
  /** The terminal shows block characters as they are meant. Default false. */
  readonly blocks?: boolean;
  /** The server's time, ms since 1970; a rehearsal has its own. */
  readonly now: () => number;
  /** Keeps a mistake of ours for whoever looks into it; resolves to where. Nothing is kept of a rehearsal. */
  readonly keepCrash?: (error: unknown) => Promise<string | undefined>;
}
