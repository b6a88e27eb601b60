using Gaia.Events.Facts;
using Gaia.Events.Journal;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gaia.Events.Consumers;

/// <summary>Reads the journals that the handlers of one database are about, each for each group.</summary>
internal sealed class EventConsumers<TContext>(
    EventHandlers<TContext> handlers,
    EventConsumerOptions options,
    IServiceProvider services,
    IServiceScopeFactory scopes,
    TimeProvider clock,
    ILogger<EventConsumers<TContext>> logger) : BackgroundService
    where TContext : DbContext
{
    private const string ApiKeyHeader = "X-API-Key";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var redis = options.Redis ?? ConfigurationOptions.Parse(services.GetRequiredService<IConnectionMultiplexer>().Configuration);
        using var archive = ArchiveClient();
        await Task.WhenAll(
            from @group in handlers.All.GroupBy(handler => handler.Group)
            from source in @group.SelectMany(handler => EventSources.Of(handler.Types)).Distinct()
            select ConsumerOf(@group.Key, [.. @group], new(options.KeyPrefix, source), redis, archive).RunAsync(stoppingToken));
    }

    private GroupConsumer<TContext> ConsumerOf(
        string group, IReadOnlyList<Subscription<TContext>> subscriptions, JournalKeys keys, ConfigurationOptions redis, HttpClient? archive)
    {
        var processor = new EventProcessor<TContext>(scopes, subscriptions, new(keys, archive), keys, options, clock, logger);
        return new(group, keys, processor, redis, options, clock, logger);
    }

    private HttpClient? ArchiveClient()
    {
        if (options.Archive is not { } address)
        {
            return null;
        }

        var client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.Add(ApiKeyHeader, options.ApiKey);
        return client;
    }
}
