using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Gaia;

public static class Database
{
    /// <summary>
    /// A caller hears within seconds of a Postgres that is unavailable; three services of two replicas share its 100 connections. Kerberos is for those who ask
    /// for it: images have no library of it, and say so on standard error when it is tried.
    /// </summary>
    private const string ConnectionDefaults = "Timeout=2;Command Timeout=5;Cancellation Timeout=500;Maximum Pool Size=15;GSS Encryption Mode=Disable;";

    /// <summary>
    /// Registers the service's own database: the context, its health check, and its migrations, which run at start, in the background while Postgres is unavailable.
    /// <c>/health</c> is unhealthy until they are through.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="name">The connection name, which is also the database's name when <c>DATABASE_URL</c> leaves it out.</param>
    /// <param name="configure">Refines the context's options.</param>
    public static void AddDatabase<TContext>(this IHostApplicationBuilder builder, string name, Action<DbContextOptionsBuilder>? configure = null)
        where TContext : DbContext
    {
        var connection = ConnectionString(builder.Configuration, name);
        if (connection is null && !EF.IsDesignTime)
        {
            StartRefusal.Exit($"{EnvironmentVariables.DatabaseUrlName} is missing: expected {PostgresUrl.Allowed}.");
        }

        builder.AddNpgsqlDbContext<TContext>(
            name,
            settings =>
            {
                settings.ConnectionString = connection;

                // A write whose answer was lost may have happened, so repeating it is for the client, who has an Idempotency-Key; and a
                // retrying strategy would make a request wait half a minute for a Postgres that is unavailable, instead of a fast 503.
                settings.DisableRetry = true;
                settings.DisableHealthChecks = true;
            },
            options =>
            {
                options.UseSnakeCaseNamingConvention();
                options.AddInterceptors(new ReadOnlyServerInterceptor());
                configure?.Invoke(options);
            });
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealthCheck<TContext>>("database");
        builder.Services.BoundHealthCheck("database", "database", HealthStatus.Unhealthy);

        builder.Services.AddSingleton<Migrations<TContext>>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Migrations<TContext>>());
        builder.Services.AddSingleton(services => new DatabaseUpdate(
            typeof(TContext).Name, ct => services.GetRequiredService<Migrations<TContext>>().RunAsync(Failures.IsDatabaseAway, ct)));
        builder.Services.AddSingleton(services => new DatabasePromotion(
            services.GetRequiredService<IServiceScopeFactory>(), scope => scope.GetRequiredService<TContext>().Database));
        builder.Services.AddHealthChecks().AddCheck<Migrations<TContext>>("migrations");
    }

    /// <summary>Null when nothing says where the database is.</summary>
    private static string? ConnectionString(IConfiguration configuration, string name)
    {
        var said = configuration[EnvironmentVariables.DatabaseUrlName] is { Length: > 0 } url
            ? PostgresUrl.ToConnectionString(url, name)
            : configuration.GetConnectionString(name);

        try
        {
            if (string.IsNullOrEmpty(said))
            {
                return null;
            }

            // Of two values for one keyword the later wins.
            var connection = new NpgsqlConnectionStringBuilder(ConnectionDefaults + said);
            connection.Password ??= configuration[EnvironmentVariables.PostgresPasswordName] is { Length: > 0 } password ? password : null;
            return connection.ConnectionString;
        }
        catch (ArgumentException unreadable)
        {
            StartRefusal.Exit($"ConnectionStrings__{name} is (not shown): expected a connection string of Npgsql ({unreadable.Message}).");
            return null;
        }
    }
}
