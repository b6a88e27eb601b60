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
}
