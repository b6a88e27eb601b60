using System.Diagnostics.CodeAnalysis;
using Aspire;
using Aspire.Npgsql.EntityFrameworkCore.PostgreSQL;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;
using OpenTelemetry.Metrics;

namespace Microsoft.Extensions.Hosting;

public static class AspireEFPostgreSqlExtensions
{
    private const string Section = "Aspire:Npgsql:EntityFrameworkCore:PostgreSQL";

    private const DynamicallyAccessedMemberTypes NeededByEF =
        DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.NonPublicConstructors | DynamicallyAccessedMemberTypes.PublicProperties;

    /// <summary>Registers a pooled context on <c>ConnectionStrings:{connectionName}</c>, with health check, traces and metrics.</summary>
    public static void AddNpgsqlDbContext<[DynamicallyAccessedMembers(NeededByEF)] TContext>(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<NpgsqlEntityFrameworkCorePostgreSQLSettings>? configureSettings = null,
        Action<DbContextOptionsBuilder>? configureDbContextOptions = null)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);
        if (builder.Environment.IsDevelopment() && IsRegistered<TContext>(builder))
        {
            throw new InvalidOperationException($"DbContext<{typeof(TContext).Name}> is already registered; use the corresponding 'Enrich' method.");
        }

        var settings = ConnectionSettings.Read<NpgsqlEntityFrameworkCorePostgreSQLSettings>(builder, Section, connectionName, typeof(TContext).Name);
        settings.ConnectionString = builder.Configuration.GetConnectionString(connectionName) ?? settings.ConnectionString;
        configureSettings?.Invoke(settings);

        builder.Services.AddDbContextPool<TContext>(context =>
        {
            // Not earlier: by now somebody is there to log it. The EF tools build the model without a connection.
            if (string.IsNullOrWhiteSpace(settings.ConnectionString) && !EF.IsDesignTime)
            {
                throw new InvalidOperationException($"ConnectionString is missing: set 'ConnectionStrings:{connectionName}' or '{Section}:ConnectionString'.");
            }

            context.UseNpgsql(settings.ConnectionString, npgsql => Apply(settings, npgsql));
            configureDbContextOptions?.Invoke(context);
        });
        Observe<TContext>(builder, settings);
    }

    /// <summary>Adds retries, health check, traces and metrics to a context that the application registered itself.</summary>
    public static void EnrichNpgsqlDbContext<[DynamicallyAccessedMembers(NeededByEF)] TContext>(
        this IHostApplicationBuilder builder,
        Action<NpgsqlEntityFrameworkCorePostgreSQLSettings>? configureSettings = null)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!IsRegistered<TContext>(builder))
        {
            throw new InvalidOperationException($"DbContext<{typeof(TContext).Name}> was not registered; register it before '{nameof(EnrichNpgsqlDbContext)}'.");
        }

        var settings = ConnectionSettings.Read<NpgsqlEntityFrameworkCorePostgreSQLSettings>(builder, Section, typeof(TContext).Name);
        configureSettings?.Invoke(settings);

        builder.Services.ConfigureDbContext<TContext>(context => context.UseNpgsql(npgsql => Apply(settings, npgsql)));
        Observe<TContext>(builder, settings);
    }

    private static bool IsRegistered<TContext>(IHostApplicationBuilder builder)
        where TContext : DbContext => builder.Services.Any(service => service.ServiceType == typeof(DbContextOptions<TContext>));

    private static void Apply(NpgsqlEntityFrameworkCorePostgreSQLSettings settings, NpgsqlDbContextOptionsBuilder npgsql)
    {
        if (!settings.DisableRetry)
        {
            npgsql.EnableRetryOnFailure();
        }

        if (settings.CommandTimeout is { } seconds)
        {
            npgsql.CommandTimeout(seconds);
        }
    }

    private static void Observe<TContext>(IHostApplicationBuilder builder, NpgsqlEntityFrameworkCorePostgreSQLSettings settings)
        where TContext : DbContext
    {
        if (!settings.DisableHealthChecks)
        {
            builder.TryAddHealthCheck(typeof(TContext).Name, services => new DbContextHealthCheck<TContext>(services));
        }

        if (!settings.DisableTracing)
        {
            builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddNpgsql());
        }

        if (!settings.DisableMetrics)
        {
            builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter("Npgsql"));
        }
    }
}
