using Gaia.Events;
using Gaia.Events.Consumers;
using Gaia.Events.Facts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Gaia.Tests.Events;

/// <summary>The sample of docs/events.md, word for word.</summary>
internal static class SearchIndex
{
    public static void AddSearchIndex(this IServiceCollection services, string redis) => services
        .AddGaiaEvents<SearchDb>(options => options.Redis = ConfigurationOptions.Parse(redis))
        .Handle<PersonaCreated>("search", (db, e, ct) => PutAsync(db, e.Subject, $"{e.Data.Name} {e.Data.Description}", ct))
        .Handle<PersonaUpdated>("search", (db, e, ct) => PutAsync(db, e.Subject, $"{e.Data.Name} {e.Data.Description}", ct))
        .Handle<PersonaRestored>("search", (db, e, ct) => PutAsync(db, e.Subject, $"{e.Data.Name} {e.Data.Description}", ct))
        .Handle<PersonaDeleted>("search", (db, e, ct) => db.Entries.Where(entry => entry.Id == e.Subject).ExecuteDeleteAsync(ct));

    private static async Task PutAsync(SearchDb db, Guid id, string text, CancellationToken ct)
    {
        var entry = await db.Entries.FindAsync([id], ct) ?? db.Add(new SearchEntry { Id = id }).Entity;
        entry.Text = text;
    }
}

internal sealed class SearchDb(DbContextOptions<SearchDb> options) : DbContext(options)
{
    public DbSet<SearchEntry> Entries => Set<SearchEntry>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.AddEventCursors();
}

internal sealed class SearchEntry
{
    public Guid Id { get; init; }
    public string Text { get; set; } = "";
}
