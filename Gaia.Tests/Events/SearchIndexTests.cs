using Gaia.Caching;
using Gaia.Events;
using Gaia.Events.Facts;
using Gaia.Events.Outbox;
using Gaia.Testing.Events;
using Gaia.Tests.Caching;
using Gaia.Tests.Publishing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace Gaia.Tests.Events;

public sealed class SearchIndexTests(JournalServers servers) : IClassFixture<JournalServers>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_search_index_of_the_docs_has_the_personas_as_they_are()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { DisableDefaults = true });
        builder.Services.AddDbContextPool<SearchDb>(options => options.UseNpgsql(servers.Postgres.ConnectionStringTo("search")));
        builder.Services.AddDbContextPool<ShelfDb>(options => options.UseNpgsql(servers.Postgres.ConnectionStringTo("personas")));
        builder.Services.AddSearchIndex(servers.Redis.ConnectionString);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(ConfigurationOptions.Parse(servers.Redis.ConnectionString).ForCaching());
        builder.Services.AddSingleton<IConnectionMultiplexer>(redis);
        builder.Services.AddEventOutbox<ShelfDb>(new() { Source = EventSources.Chat });
        using var host = builder.Build();
        await using var scope = host.Services.CreateAsyncScope();
        var (search, personas) = (scope.ServiceProvider.GetRequiredService<SearchDb>(), scope.ServiceProvider.GetRequiredService<ShelfDb>());
        await search.Database.EnsureCreatedAsync(Ct);
        await personas.Database.EnsureCreatedAsync(Ct);
        await host.StartAsync(Ct);
        var (one, two) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        await RecordAsync(new PersonaCreated(one, 1, "Ada", "counts", true, null, null));
        await RecordAsync(new PersonaCreated(two, 1, "Bob", "bakes", true, null, null));
        await RecordAsync(new PersonaUpdated(one, 2, "Ada", "computes", true, null, null));
        await RecordAsync(new PersonaDeleted(two, 2, null));

        await Soon.PassesAsync(async () => Assert.Equal([(one, "Ada computes")], (await search.Entries.AsNoTracking().ToListAsync(Ct)).Select(entry => (entry.Id, entry.Text))));
        await RecordAsync(new PersonaRestored(two, 3, "Bob", "bakes", true, null, null));
        await Soon.PassesAsync(async () => Assert.Equal("Bob bakes", (await search.Entries.AsNoTracking().SingleAsync(entry => entry.Id == two, Ct)).Text));
        await host.StopAsync(Ct);

        async Task RecordAsync<T>(T data)
            where T : IEventData
        {
            personas.Record(data);
            await personas.SaveChangesAsync(Ct);
        }
    }

    [Fact]
    public void The_docs_show_what_is_compiled_here()
    {
        var source = File.ReadAllText(Path.Combine(Publisher.Repository, "Gaia.Tests", "Events", "SearchIndex.cs"));
        var code = source[source.IndexOf("internal static class", StringComparison.Ordinal)..];

        Assert.Contains($"```csharp\n{code}```", File.ReadAllText(Path.Combine(Publisher.Repository, "docs", "events.md")), StringComparison.Ordinal);
    }
}
