namespace Gaia.Events.Facts;

/// <summary>A persona was created.</summary>
/// <param name="Version">Of the persona; counts its changes from 1.</param>
/// <param name="OwnerId">Null for those that Gaia ships.</param>
/// <param name="ChangedBy">Null for what Gaia did itself.</param>
public sealed record PersonaCreated(Guid PersonaId, long Version, string Name, string Description, bool IsActive, Guid? OwnerId, Guid? ChangedBy) : IEventData
{
    /// <inheritdoc/>
    public static string Type => "gaia.persona.created";

    /// <inheritdoc/>
    public Guid Subject => PersonaId;
}

/// <summary>A persona was changed.</summary>
/// <param name="Version">Of the persona, after the change.</param>
/// <param name="OwnerId">Null for those that Gaia ships.</param>
/// <param name="ChangedBy">Who changed it.</param>
public sealed record PersonaUpdated(Guid PersonaId, long Version, string Name, string Description, bool IsActive, Guid? OwnerId, Guid? ChangedBy) : IEventData
{
    /// <inheritdoc/>
    public static string Type => "gaia.persona.updated";

    /// <inheritdoc/>
    public Guid Subject => PersonaId;
}

/// <summary>A persona was given the content of one of its earlier versions.</summary>
/// <param name="Version">Of the persona, after the change.</param>
/// <param name="OwnerId">Null for those that Gaia ships.</param>
/// <param name="ChangedBy">Who restored it.</param>
public sealed record PersonaRestored(Guid PersonaId, long Version, string Name, string Description, bool IsActive, Guid? OwnerId, Guid? ChangedBy) : IEventData
{
    /// <inheritdoc/>
    public static string Type => "gaia.persona.restored";

    /// <inheritdoc/>
    public Guid Subject => PersonaId;
}

/// <summary>A persona was deactivated, which is how personas are deleted.</summary>
/// <param name="Version">Of the persona, after the change.</param>
/// <param name="ChangedBy">Who deleted it.</param>
public sealed record PersonaDeleted(Guid PersonaId, long Version, Guid? ChangedBy) : IEventData
{
    /// <inheritdoc/>
    public static string Type => "gaia.persona.deleted";

    /// <inheritdoc/>
    public Guid Subject => PersonaId;
}

/// <summary>A user chose the persona that answers where a request names none.</summary>
/// <param name="PersonaId">Null when the default persona answers again.</param>
public sealed record PreferenceSet(Guid UserId, Guid? PersonaId) : IEventData
{
    /// <inheritdoc/>
    public static string Type => "gaia.preference.set";

    /// <inheritdoc/>
    public Guid Subject => UserId;
}
