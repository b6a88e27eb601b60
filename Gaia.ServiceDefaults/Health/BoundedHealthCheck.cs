using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gaia;

/// <summary>A check that answers in time, and reports nothing worse than its registration's failure status.</summary>
/// <remarks>Aspire's own checks wait for as long as their client does, and a frozen server makes that seconds.</remarks>
internal sealed class BoundedHealthCheck(IHealthCheck inner) : IHealthCheck
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(600);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var worst = context.Registration.FailureStatus;
        try
        {
            // On the pool, because a client may connect synchronously on first use.
            var result = await Task.Run(() => inner.CheckHealthAsync(context, cancellationToken), cancellationToken).WaitAsync(Deadline, cancellationToken);
            return result.Status < worst ? new HealthCheckResult(worst, result.Description, result.Exception) : result;
        }
        catch (TimeoutException late)
        {
            return new HealthCheckResult(worst, "No answer in time", late);
        }
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
                check.Factory = provider => new BoundedHealthCheck(factory(provider));
            }
        });
}
