using Gaia.Caching;
using Gaia.Events;
using Gaia.Events.Consumers;
using Gaia.Events.Facts;
using Gaia.Events.Journal;
using Gaia.Events.Outbox;
using Gaia.Testing.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace Gaia.Tests.Events;

/// <summary>A process that writes a journal, or reads one, with a database and keys that several may share.</summary>
internal sealed class JournalNode : IAsyncDisposable
{
    public const string Group = "search";

    private readonly IHost host;

    private JournalNode(IHost host, string name) => (this.host, Keys) = (host, new(name, EventSources.Chat));

    public JournalKeys Keys { get; }

    public IDatabase Redis => host.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <param name="name">Of the database and before the keys.</param>
    public static Task<JournalNode> WriterAsync(JournalServers servers, string name, bool isOn = true, int maxLength = 1_000_000) => StartAsync(servers, name, services =>
    {
        if (isOn)
        {
            services.AddEventOutbox<ShelfDb>(new() { Source = EventSources.Chat, KeyPrefix = name, MaxLength = maxLength });
        }
    });

    /// <param name="name">Of the database and before the keys.</param>
    public static Task<JournalNode> ReaderAsync(
        JournalServers servers, string name, Func<ShelfDb, CloudEvent<BookChanged>, CancellationToken, Task>? handler = null, Action<EventConsumerOptions>? configure = null) =>
        StartAsync(servers, name, services => services.AddGaiaEvents<ShelfDb>(options =>
        {
            options.KeyPrefix = name;
            options.ConsumerName = $"{Guid.CreateVersion7()}";
            options.RetryDelay = TimeSpan.FromMilliseconds(10);
            configure?.Invoke(options);
        }).Handle(Group, handler ?? SeeAsync));

    /// <summary>A reader of the personas that a whole graph creates.</summary>
    public static Task<JournalNode> ArchiveReaderAsync(JournalServers servers, string name, Action<EventConsumerOptions> configure) => StartAsync(
        servers,
        name,
        services => services.AddGaiaEvents<ShelfDb>(configure).Handle<PersonaCreated>(name, (db, @event, _) =>
        {
            db.Add(new SeenEvent { Position = @event.Position, Subject = @event.Subject, Version = @event.Data.Version });
            return Task.CompletedTask;
        }));

    /// <summary>The usual handler: one row for each event.</summary>
    public static Task SeeAsync(ShelfDb db, CloudEvent<BookChanged> @event, CancellationToken ct)
    {
        db.Add(new SeenEvent { Position = @event.Position, Subject = @event.Subject, Version = @event.Data.Version });
        return Task.CompletedTask;
    }

    public async Task<T> WithAsync<T>(Func<ShelfDb, Task<T>> work)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<ShelfDb>());
    }

    /// <summary>Changes a book, which is new when no id is given.</summary>
    public Task<Guid> ChangeAsync(Guid? id = null) => WithAsync(async db =>
    {
        await using var transaction = await db.Database.BeginTransactionAsync(Ct);
        var book = id is null
            ? db.Add(new Book()).Entity
            : (await db.Books.FromSql($"""SELECT * FROM books WHERE "Id" = {id} FOR UPDATE""").ToListAsync(Ct)).Single();
        book.Version++;
        db.Record(new BookChanged(book.Id, book.Version));
        await db.SaveChangesAsync(Ct);
        await transaction.CommitAsync(Ct);
        return book.Id;
    });

    public async Task ChangeAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            await ChangeAsync();
        }
    }

    public async Task<IReadOnlyList<StreamRecord>> StreamAsync() => [.. (await Redis.StreamRangeAsync(Keys.Events)).Select(StreamRecord.Of)];

    /// <summary>What handlers have done, in the order in which they did.</summary>
    public Task<List<SeenEvent>> SeenAsync() => WithAsync(db => db.Seen.AsNoTracking().OrderBy(seen => seen.Id).ToListAsync(Ct));

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    private static async Task<JournalNode> StartAsync(JournalServers servers, string name, Action<IServiceCollection> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { DisableDefaults = true });
        var redis = await ConnectionMultiplexer.ConnectAsync(ConfigurationOptions.Parse(servers.Redis.ConnectionString).ForCaching());
        builder.Services.AddSingleton<IConnectionMultiplexer>(_ => redis);
        builder.Services.AddDbContextPool<ShelfDb>(options => options.UseNpgsql(servers.Postgres.ConnectionStringTo(name)));
        configure(builder.Services);
        var node = new JournalNode(builder.Build(), name);
        await node.WithAsync(db => db.Database.EnsureCreatedAsync(Ct));
        await node.host.StartAsync(Ct);
        return node;
    }
}
