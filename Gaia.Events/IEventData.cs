namespace Gaia.Events;

/// <summary>What an event of one type says: the <c>data</c> of its CloudEvent.</summary>
public interface IEventData
{
    /// <summary>The CloudEvents type, such as <c>gaia.persona.updated</c>.</summary>
    static abstract string Type { get; }

    /// <summary>What it is about. Events of one subject are in the order in which their transactions committed.</summary>
    Guid Subject { get; }
}
