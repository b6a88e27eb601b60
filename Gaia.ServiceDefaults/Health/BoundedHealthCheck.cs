using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gaia;

/// <summary>A check that answers in time, and reports nothing worse than its registration's failure status.</summary>
/// <remarks>
/// Aspire's own checks wait for as long as their client does, and a frozen server makes that seconds. One that is no longer waited for goes on in a scope of its
/// own: in that of the request, which ends, its database context would meanwhile be given to the next.
/// </remarks>
internal sealed class BoundedHealthCheck(IServiceScopeFactory scopes, Func<IServiceProvider, IHealthCheck> inner) : IHealthCheck
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(600);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var worst = context.Registration.FailureStatus;
        try
        {
            // On the pool, because a client may connect synchronously on first use.
            var result = await Task.Run(() => AskAsync(context, cancellationToken), cancellationToken).WaitAsync(Deadline, cancellationToken);
            return result.Status < worst ? new HealthCheckResult(worst, result.Description, result.Exception) : result;
        }
        catch (TimeoutException late)
        {
            return new HealthCheckResult(worst, "No answer in time", late);
        }
    }

    private async Task<HealthCheckResult> AskAsync(HealthCheckContext context, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await inner(scope.ServiceProvider).CheckHealthAsync(context, ct);
    }
}

internal static class HealthCheckBounds
{
    /// <summary>Gives a check that an Aspire integration registered the name and the weight that it has in Gaia.</summary>
    public static void BoundHealthCheck(this IServiceCollection services, string registered, string name, HealthStatus worst) =>
        services.PostConfigure<HealthCheckServiceOptions>(options =>
        {
            foreach (var check in options.Registrations.Where(check => check.Name == registered))
            {
                var factory = check.Factory;
                check.Name = name;
                check.FailureStatus = worst;
                check.Factory = provider => new BoundedHealthCheck(provider.GetRequiredService<IServiceScopeFactory>(), factory);
            }
        });
}
