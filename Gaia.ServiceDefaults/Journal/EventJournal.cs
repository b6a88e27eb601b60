using Gaia.Events;
using Gaia.Events.Outbox;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gaia;

public static class EventJournal
{
    /// <summary>
    /// Records the events of a database whose model has <see cref="EventOutbox.AddEventOutbox(ModelBuilder)"/> and appends them to the journal, if it is on
    /// (<c>JOURNAL</c>).
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="source">The name of the service, one of <see cref="Events.Facts.EventSources"/>.</param>
    public static void AddEventJournal<TContext>(this IHostApplicationBuilder builder, string source)
        where TContext : DbContext
    {
        builder.Services.AddOptionsWithValidateOnStart<JournalOptions>().BindConfiguration(JournalOptions.Section).ValidateDataAnnotations();
        var journal = builder.Configuration.GetSection(JournalOptions.Section).Get<JournalOptions>() ?? new();
        if (!journal.Enabled)
        {
            return;
        }

        builder.Services.AddEventOutbox<TContext>(new() { Source = source, KeyPrefix = builder.Configuration["CACHE_KEY_PREFIX"] ?? "", MaxLength = journal.MaxLength });
        builder.Services.AddExpiredDataCleanup((services, now, ct) =>
            EventArchive.DeleteAsync(services.GetRequiredService<TContext>(), now - journal.Archive, ct));
    }

    /// <summary>Answers the gateway what the journal of a database has, if it is on.</summary>
    public static void MapEventArchive<TContext>(this IEndpointRouteBuilder routes)
        where TContext : DbContext
    {
        if (routes.ServiceProvider.GetService<EventArchive>() is not { } archive)
        {
            return;
        }

        var events = routes.MapInternal("/events");
        events.MapGet("/", (HttpContext context, CancellationToken ct, long after = 0, string? type = null) =>
            ReadAsync(archive, context.RequestServices.GetRequiredService<TContext>(), after, type, ct));
        events.MapGet("/count", (HttpContext context, CancellationToken ct, long after = 0, string? type = null) =>
            CountAsync(context.RequestServices.GetRequiredService<TContext>(), after, type, ct));
        events.MapGet("/position", (HttpContext context, CancellationToken ct, DateTimeOffset? from = null) =>
            FindPositionAsync(context.RequestServices.GetRequiredService<TContext>(), from, ct));
    }

    private static async Task<IResult> ReadAsync(EventArchive archive, DbContext db, long after, string? type, CancellationToken ct) =>
        EventTypePattern.TryParse(type) is { } types ? TypedResults.Ok(await archive.ReadAsync(db, after, types, ct)) : TypedResults.BadRequest();

    private static async Task<IResult> CountAsync(DbContext db, long after, string? type, CancellationToken ct) =>
        EventTypePattern.TryParse(type) is { } types ? TypedResults.Ok(new EventCount(await EventArchive.CountAsync(db, after, types, ct))) : TypedResults.BadRequest();

    private static async Task<JournalPosition> FindPositionAsync(DbContext db, DateTimeOffset? from, CancellationToken ct) =>
        new(await EventArchive.FindPositionAsync(db, from?.ToUniversalTime() ?? DateTimeOffset.MaxValue, ct));
}
