namespace Gaia.Events;

/// <summary>How a service writes its journal.</summary>
public sealed class EventsOptions
{
    /// <summary>The name of the service, which its stream and its events have: one of <see cref="Facts.EventSources"/>.</summary>
    public required string Source { get; init; }

    /// <summary>Goes before every key in Redis.</summary>
    public string KeyPrefix { get; init; } = "";

    /// <summary>About how many events the stream in Redis holds.</summary>
    public int MaxLength { get; init; } = 1_000_000;
}
