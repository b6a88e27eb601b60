using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Gaia.Auth.Users;

/// <summary>Limits requests that hash passwords: few at a time, a short queue, and 503 beyond it.</summary>
internal static class PasswordHashingLimit
{
    private const string Policy = "passwords";

    public static void AddPasswordHashingLimit(this IServiceCollection services)
    {
        services.AddRateLimiter(limiter => limiter.RejectionStatusCode = StatusCodes.Status503ServiceUnavailable);
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<PasswordOptions>>((limiter, passwords) =>
            limiter.AddConcurrencyLimiter(Policy, lane =>
            {
                lane.PermitLimit = passwords.Value.Parallelism is > 0 and var chosen ? chosen : Math.Max(1, Environment.ProcessorCount / 2);
                lane.QueueLimit = passwords.Value.Queue;
                lane.QueueProcessingOrder = QueueProcessingOrder.OldestFirst;
            }));
    }

    public static TBuilder LimitPasswordHashing<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.RequireRateLimiting(Policy);
}
