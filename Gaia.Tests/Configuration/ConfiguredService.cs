using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NATS.Client.Core;
using Npgsql;
using StackExchange.Redis;

namespace Gaia.Tests.Configuration;

/// <summary>A service composed from the given settings alone, to look at what its clients would connect with. Nothing is started.</summary>
internal sealed class ConfiguredService : IDisposable
{
    private const string Database = "notesdb";

    /// <summary>What Aspire injects, so that a test names only what it is about.</summary>
    private static readonly Dictionary<string, string?> Injected = new()
    {
        ["ConnectionStrings:redis"] = "aspire-redis:1000,password=aspire",
        ["ConnectionStrings:nats"] = "nats://nats:aspire@aspire-nats:2000",
        [$"ConnectionStrings:{Database}"] = $"Host=aspire-postgres;Port=3000;Username=postgres;Password=aspire;Database={Database}",
        ["IDENTITY_KEY"] = "a key of thirty-two characters or",
    };

    private readonly IHost host;

    public ConfiguredService(params (string Name, string? Value)[] settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, ApplicationName = "Gaia.Notes" });
        builder.Configuration.AddInMemoryCollection(Injected);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)));
        builder.AddServiceDefaults();
        builder.AddDatabase<NotesDb>(Database);
        builder.Logging.ClearProviders();
        host = builder.Build();
    }

    public ConfigurationOptions Redis => host.Services.GetRequiredService<IOptions<ConfigurationOptions>>().Value;

    public string NatsUrl => host.Services.GetRequiredService<INatsConnection>().Opts.Url;

    public CacheTtlOptions Ttls => host.Services.GetRequiredService<IOptions<CacheTtlOptions>>().Value;

    public NpgsqlConnectionStringBuilder Postgres
    {
        get
        {
            using var scope = host.Services.CreateScope();
            return new(scope.ServiceProvider.GetRequiredService<NotesDb>().Database.GetConnectionString());
        }
    }

    public void Dispose() => host.Dispose();

    private sealed class NotesDb(DbContextOptions<NotesDb> options) : DbContext(options);
}
