namespace Gaia.Caching.Log;

/// <summary>An invalidation as the log has it.</summary>
/// <param name="Sequence">Its place in the log.</param>
/// <param name="At">When the log took it.</param>
internal readonly record struct LogEntry(long Sequence, DateTimeOffset At, Invalidation Invalidation);
