namespace Gaia;

/// <summary>Brings one database up to date, once: waits for a Postgres that is unavailable, and throws what else goes wrong.</summary>
internal sealed record DatabaseUpdate(string Name, Func<CancellationToken, Task> Run);
