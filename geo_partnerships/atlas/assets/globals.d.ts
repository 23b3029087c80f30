declare global {
  interface Window {
    /** The map in packed form. */
    atlasData: unknown;
    /** What scripts hand data over to. */
    atlas: Record<"names" | "shard", (number: number, value: unknown) => void>;
  }
}

export {};
