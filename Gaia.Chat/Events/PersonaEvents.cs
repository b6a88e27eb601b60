namespace Gaia.Chat.Events;

/// <summary>A persona was made, changed or deactivated; the subject says which.</summary>
/// <param name="PersonaVersion">The persona's own, after it.</param>
/// <param name="ChangedBy">None for what Gaia did itself.</param>
public sealed record PersonaChanged(Guid PersonaId, long PersonaVersion, Guid? ChangedBy, DateTimeOffset Time)
{
    public int Version { get; } = 1;
}
