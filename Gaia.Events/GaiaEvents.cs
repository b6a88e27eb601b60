using Gaia.Events.Consumers;
using Gaia.Events.Journal;
using Gaia.Events.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StackExchange.Redis;

namespace Gaia.Events;

/// <summary>Registers what writes the journal, and what reads it.</summary>
public static class GaiaEvents
{
    /// <summary>
    /// Turns the journal of a database on whose model has <see cref="EventOutbox.AddEventOutbox(ModelBuilder)"/>: from then on
    /// <see cref="EventOutbox.Record"/> commits events with the changes of that context, and they are appended to a stream in Redis. Needs an
    /// <c>IConnectionMultiplexer</c>, which does not have to be connected.
    /// </summary>
    public static IServiceCollection AddEventOutbox<TContext>(this IServiceCollection services, EventsOptions options)
        where TContext : DbContext
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<EventArchive>();
        services.AddSingleton(provider => new JournalWriter(
            provider.GetRequiredService<IConnectionMultiplexer>(), new(options.KeyPrefix, options.Source), options.MaxLength));
        services.AddSingleton<EventDispatcher<TContext>>();
        services.AddHostedService(provider => provider.GetRequiredService<EventDispatcher<TContext>>());
        return services.ConfigureDbContext<TContext>((provider, db) =>
            db.AddInterceptors(new EventInterceptor(provider.GetRequiredService<EventDispatcher<TContext>>())));
    }

    /// <summary>
    /// Adds handlers of events to a service. Its context's model has <see cref="EventCursors.AddEventCursors"/>. Handlers are added to what it returns.
    /// </summary>
    /// <typeparam name="TContext">The database that the handlers change.</typeparam>
    public static EventHandlers<TContext> AddGaiaEvents<TContext>(this IServiceCollection services, Action<EventConsumerOptions>? configure = null)
        where TContext : DbContext
    {
        var options = new EventConsumerOptions();
        configure?.Invoke(options);
        var handlers = new EventHandlers<TContext>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<EventConsumers<TContext>>(provider, handlers, options));
        return handlers;
    }
}
