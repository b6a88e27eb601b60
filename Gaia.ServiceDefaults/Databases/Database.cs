using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace Gaia;

public static class Database
{
    /// <summary>
    /// Registers the service's own database: the context, its health check, and its migrations, which run in the background at start.
    /// <c>/health</c> is unhealthy until they are through.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="name">The connection name, which is also the database's name when <c>DATABASE_URL</c> leaves it out.</param>
    public static void AddDatabase<TContext>(this IHostApplicationBuilder builder, string name, Action<DbContextOptionsBuilder>? configure = null)
        where TContext : DbContext => builder.AddNpgsqlDbContext<TContext>(name, configureDbContextOptions: options =>
        {
            options.UseSnakeCaseNamingConvention();
            configure?.Invoke(options);
        });
}
