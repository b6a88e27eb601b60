using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Events.Consumers;

/// <summary>The handlers of events that change one database.</summary>
/// <typeparam name="TContext">The context of the database, whose model has <see cref="EventCursors.AddEventCursors"/>.</typeparam>
public sealed class EventHandlers<TContext>
    where TContext : DbContext
{
    internal List<Subscription<TContext>> All { get; } = [];

    /// <summary>
    /// Adds a handler of one type of event. What it changes in its context is saved and commits together with the group's cursor, so that the effect of an event
    /// is there once, however often it is delivered.
    /// </summary>
    /// <param name="group">Each group gets every event; the consumers of one group, in however many processes, share them.</param>
    /// <param name="handler">Handles one event after the other, in their order.</param>
    public EventHandlers<TContext> Handle<T>(string group, Func<TContext, CloudEvent<T>, CancellationToken, Task> handler)
        where T : IEventData
    {
        All.Add(new(group, EventTypePattern.TryParse(T.Type)!, (_, db, json, ct) => handler(db, EventFormat.Read<T>(json), ct)));
        return this;
    }

    /// <summary>Adds a handler of several types of events, with the services of its scope.</summary>
    /// <param name="group">As for <see cref="Handle"/>.</param>
    /// <param name="types">Which events it gets.</param>
    /// <param name="handler">Handles one event after the other, in their order.</param>
    public EventHandlers<TContext> HandleAny(
        string group, EventTypePattern types, Func<IServiceProvider, TContext, CloudEvent<JsonElement>, CancellationToken, Task> handler)
    {
        All.Add(new(group, types, (services, db, json, ct) => handler(services, db, EventFormat.Read<JsonElement>(json), ct)));
        return this;
    }
}
