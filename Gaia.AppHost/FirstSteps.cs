using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.AppHost;

/// <summary>What a newcomer reads once everything runs: the addresses, a key, and three things to try.</summary>
internal static class FirstSteps
{
    private static int printed;

    public static async Task PrintAsync(
        EndpointReference gateway,
        IReadOnlyDictionary<string, IResourceBuilder<ProjectResource>> followers,
        RedisResource redis,
        ParameterResource developmentKey,
        ParameterResource? administrator,
        IServiceProvider services,
        CancellationToken ct)
    {
        // A gateway that is started again is no news to a newcomer.
        if (Interlocked.Exchange(ref printed, 1) == 1)
        {
            return;
        }

        var address = gateway.Url;
        var key = await developmentKey.GetValueAsync(ct);
        var password = redis.PasswordParameter is { } parameter ? await parameter.GetValueAsync(ct) : null;
        var signIn = administrator is null ? "as ADMIN_EMAIL says" : $"{LocalAdministrator.Email}  {await administrator.GetValueAsync(ct)}";
        var redisCli = $"redis-cli -h {redis.PrimaryEndpoint.Host} -p {redis.PrimaryEndpoint.Port}{(password is null ? "" : $" -a {password} --no-auth-warning")}";

        var dashboard = DashboardAddress(services);
        var code = await GaiaApi.CreateSignInCodeAsync(services, ct);
        var console = $"{address}/console{(code is null ? "" : $"#code={code}")}";

        var regions = string.Concat(followers.Select(follower => $"\nRegion {follower.Key,-5} {follower.Value.GetEndpoint("http").Url}"));

        Console.WriteLine($"""

            Gaia runs at {address}
            Dashboard    {dashboard}
            Console      {console}
            API key      {key}
            Sign in      {signIn}
            Redis        {redisCli}{regions}

            Try:
              curl {address}/health | jq '.redis'
              curl -H "X-API-Key: {key}" {address}/api/v1/chat/personas | jq '.total'
              curl -X POST -H "X-API-Key: {key}" -H "Content-Type: application/json" {address}/api/v1/chat/personas \
                -d {"'"}{Example}{"'"}

            """);
    }

    /// <summary>With the token that signs a browser in.</summary>
    private static string DashboardAddress(IServiceProvider services)
    {
        var resource = services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<IResourceWithEndpoints>().SingleOrDefault(r => r.Name == "aspire-dashboard");
        var token = services.GetRequiredService<IConfiguration>()["AppHost:BrowserToken"];
        return resource is null ? "disabled" : $"{resource.GetEndpoint("http").Url}/login?t={token}";
    }

    private const string Example = """{"name":"Ada","description":"A patient teacher","system_prompt":"You are Ada. You explain things simply."}""";
}
