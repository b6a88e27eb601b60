namespace Gaia.Caching;

/// <summary>An answer of the cache.</summary>
/// <param name="Value">The value; null when there is none.</param>
/// <param name="Version">Grows with every change of the key, and is the same on all nodes: fit for an ETag.</param>
/// <param name="IsStale">True when it outlived its time and answers only because the source failed or was slow.</param>
public readonly record struct Cached<T>(T Value, long Version, bool IsStale);
