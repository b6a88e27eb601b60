namespace Gaia.Events.Facts;

/// <summary>An account was opened, or an external issuer's user was seen for the first time.</summary>
/// <param name="IsExternal">An external issuer's.</param>
public sealed record UserRegistered(Guid UserId, bool IsExternal) : IEventData
{
    /// <inheritdoc/>
    public static string Type => "gaia.user.registered";

    /// <inheritdoc/>
    public Guid Subject => UserId;
}

/// <summary>An administrator disabled an account.</summary>
public sealed record UserDisabled(Guid UserId, Guid? DisabledBy) : IEventData
{
    /// <inheritdoc/>
    public static string Type => "gaia.user.disabled";

    /// <inheritdoc/>
    public Guid Subject => UserId;
}

/// <summary>An API key was created.</summary>
public sealed record KeyCreated(Guid KeyId, Guid OwnerId, IReadOnlyList<string> Scopes, DateTimeOffset? ExpiresAt) : IEventData
{
    /// <inheritdoc/>
    public static string Type => "gaia.key.created";

    /// <inheritdoc/>
    public Guid Subject => KeyId;
}

/// <summary>An API key was given a new text.</summary>
/// <param name="PreviousUntil">Until then the old text is accepted too.</param>
public sealed record KeyRotated(Guid KeyId, Guid OwnerId, DateTimeOffset? PreviousUntil) : IEventData
{
    /// <inheritdoc/>
    public static string Type => "gaia.key.rotated";

    /// <inheritdoc/>
    public Guid Subject => KeyId;
}

/// <summary>An API key was revoked.</summary>
public sealed record KeyRevoked(Guid KeyId, Guid? RevokedBy) : IEventData
{
    /// <inheritdoc/>
    public static string Type => "gaia.key.revoked";

    /// <inheritdoc/>
    public Guid Subject => KeyId;
}
