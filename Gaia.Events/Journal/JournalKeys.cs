namespace Gaia.Events.Journal;

/// <summary>The keys of a journal in Redis. Their hash tag keeps them in one slot of a Redis Cluster.</summary>
/// <param name="Prefix">Goes before every key.</param>
/// <param name="Source">The service whose journal it is.</param>
public sealed record JournalKeys(string Prefix, string Source)
{
    /// <summary>The stream of events. The id of an entry is the position of its event.</summary>
    public string Events => $"{Prefix}gaia:events:{{{Source}}}";

    /// <summary>The stream of events that a group failed to handle.</summary>
    public string DeadLetters => $"{Events}:dead";

    /// <summary>The stream of requests to deliver events once more.</summary>
    public string Replays => $"{Events}:replays";
}
