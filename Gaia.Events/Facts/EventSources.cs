namespace Gaia.Events.Facts;

/// <summary>Which service has the events of which type. Each has a journal of its own.</summary>
public static class EventSources
{
    /// <summary>Users and API keys.</summary>
    public const string Auth = "auth";

    /// <summary>Personas, conversations, usage and alerts.</summary>
    public const string Chat = "chat";

    /// <summary>Stored files.</summary>
    public const string Asset = "asset";

    private static readonly Dictionary<string, string[]> TypesOf = new()
    {
        [Asset] = [AssetStored.Type, AssetGenerated.Type, AssetDeleted.Type],
        [Auth] = [UserRegistered.Type, UserDisabled.Type, KeyCreated.Type, KeyRotated.Type, KeyRevoked.Type],
        [Chat] =
        [
            PersonaCreated.Type, PersonaUpdated.Type, PersonaRestored.Type, PersonaDeleted.Type, PreferenceSet.Type, ConversationCreated.Type,
            ConversationDeleted.Type, MessageCompleted.Type, MessageFailed.Type, UsageCharged.Type, AlertFired.Type,
        ],
    };

    /// <summary>All types of events.</summary>
    public static IReadOnlyList<string> Types { get; } = [.. TypesOf.Values.SelectMany(types => types)];

    /// <summary>The services that have events which a pattern selects.</summary>
    public static IReadOnlyList<string> Of(EventTypePattern types) => [.. TypesOf.Where(source => source.Value.Any(types.Matches)).Select(source => source.Key)];
}
