using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Gaia.Auth;

/// <summary>For work in the background, which would otherwise fail until the tables are there. Asks the check behind <c>/health</c> without a line in the log for each time.</summary>
internal sealed class DatabaseReadiness(IServiceProvider services, IOptions<HealthCheckServiceOptions> checks, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public async Task WaitForMigrationAsync(CancellationToken ct)
    {
        var migrations = checks.Value.Registrations.Single(check => check.Name == "migrations");
        var context = new HealthCheckContext { Registration = migrations };
        while ((await migrations.Factory(services).CheckHealthAsync(context, ct)).Status != HealthStatus.Healthy)
        {
            await Task.Delay(Pause, clock, ct);
        }
    }
}
