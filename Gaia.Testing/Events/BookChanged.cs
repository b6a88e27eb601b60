using Gaia.Events;

namespace Gaia.Testing.Events;

/// <summary>Stands for any event; it has a type of Chat's, since consumers read the journals of the services only.</summary>
internal sealed record BookChanged(Guid BookId, long Version) : IEventData
{
    public static string Type => "gaia.persona.updated";

    public Guid Subject => BookId;
}
