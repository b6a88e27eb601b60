using Gaia.Caching;
using Gaia.Events;
using Gaia.Events.Facts;
using Gaia.Events.Outbox;
using Gaia.Testing.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace Gaia.Bench.Journal;

/// <summary>A service that writes a journal, or reads one.</summary>
internal static class JournalHost
{
    public static Task<IHost> StartWriterAsync(string postgres, string redis) => StartAsync(postgres, redis, services =>
        services.AddEventOutbox<ShelfDb>(new() { Source = EventSources.Chat }));

    public static Task<IHost> StartReaderAsync(
        string postgres, string redis, string group, int batch, Func<ShelfDb, CloudEvent<BookChanged>, CancellationToken, Task> handler) =>
        StartAsync(postgres, redis, services => services.AddGaiaEvents<ShelfDb>(options => options.BatchSize = batch).Handle(group, handler));

    private static async Task<IHost> StartAsync(string postgres, string redis, Action<IServiceCollection> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { DisableDefaults = true });
        var options = ConfigurationOptions.Parse(redis).ForCaching();
        builder.Services.AddSingleton<IConnectionMultiplexer>(await ConnectionMultiplexer.ConnectAsync(options));
        builder.Services.AddDbContextPool<ShelfDb>(db => db.UseNpgsql(postgres));
        configure(builder.Services);
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
