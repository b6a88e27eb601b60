using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gaia;

/// <summary>Checks that the database accepts writes. A connection to a server that does not, such as the old primary after a failover, is not used again.</summary>
internal sealed class DatabaseHealthCheck<TContext>(TContext db) : IHealthCheck
    where TContext : DbContext
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var isReadOnly = await db.Database.SqlQuery<bool>($"SELECT current_setting('transaction_read_only')::boolean AS \"Value\"").ToListAsync(cancellationToken);
        if (isReadOnly is [false])
        {
            return HealthCheckResult.Healthy();
        }

        ReadOnlyServerInterceptor.DropConnections(db.Database.GetDbConnection());
        return new HealthCheckResult(context.Registration.FailureStatus, "read-only");
    }
}
