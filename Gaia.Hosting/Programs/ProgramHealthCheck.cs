using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using StackExchange.Redis;

namespace Gaia.Hosting;

/// <summary>Healthy when the program answers at its connection string.</summary>
internal sealed class ProgramHealthCheck(IResourceWithConnectionString server, Func<string, CancellationToken, Task> pingAsync) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await pingAsync((await server.ConnectionStringExpression.GetValueAsync(cancellationToken))!, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is RedisException or NpgsqlException or IOException or SocketException)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
    }
}
